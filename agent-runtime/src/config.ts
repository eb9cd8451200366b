import { readFile } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import {
  agentSchema,
  agentType,
  agentTypeNameSchema,
  env,
  FactoryError,
  parseOrThrow,
  type AgentType,
  type AgentTypeName,
} from '@agent-factory/contract';
import { z } from 'zod';
import { errorCode } from './errorCode';
import { confinementWishSchema, type ConfinementWish } from './confinement/confinement';
import { mcpConfigSchema, type McpServers } from './tools/mcp/config';

/** What an agent is told at start, once. */
export interface AgentConfig {
  agentId: string;
  type: AgentType & { name: AgentTypeName };
  /** Tasks at a time. Defaults to the record's slots. */
  slots: number;
  /** Base URL of the dispatcher's HTTP API, without a slash at the end. */
  factoryUrl: string;
  /** host:port of the dispatcher's gRPC service. */
  factoryGrpc: string;
  /** Read again at each connection. */
  tokenFile: string;
  /** Absolute. */
  workspaceRoot: string;
  /** Defaults to auto. */
  confinement: ConfinementWish;
  /** Given when, and only when, confinement is `socket`. */
  toolSocket: string | undefined;
  /** File with MCP servers; without it there are none. */
  mcpConfigFile: string | undefined;
  /** Defaults to info. */
  logLevel: string;
}

const absolutePath = z.string().max(4_096).refine(isAbsolute, 'is not an absolute path');

const environmentSchema = z
  .object({
    [env.agentId]: agentSchema.shape.id,
    [env.agentType]: agentTypeNameSchema,
    [env.agentSlots]: z.coerce.number('is not a number').int().min(1).max(64).optional(),
    [env.factoryUrl]: z.url({ protocol: /^https?$/, error: 'is not an http or https URL' }),
    [env.factoryGrpc]: z.string().regex(/^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):\d{1,5}$/, 'is not host:port'),
    [env.agentTokenFile]: absolutePath,
    [env.workspaceRoot]: absolutePath,
    [env.toolConfinement]: confinementWishSchema.default('auto'),
    [env.toolSocket]: absolutePath.optional(),
    [env.mcpConfig]: absolutePath.optional(),
    [env.logLevel]: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  })
  .refine((raw) => (raw[env.toolConfinement] === 'socket') === (raw[env.toolSocket] !== undefined), {
    path: [env.toolSocket],
    message: 'goes with TOOL_CONFINEMENT=socket, and only with it',
    // Said together with the faults of the fields, not only once they are mended.
    when: ({ value }) => typeof value === 'object' && value !== null,
  });

/** Reads the environment; an empty variable counts as absent. Throws INVALID_ARGUMENT with every fault, each under its variable's name. */
export function parseConfig(environment: Readonly<Record<string, string | undefined>>): AgentConfig {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const raw = parseOrThrow(environmentSchema, given);
  const name = raw[env.agentType];
  const type = { ...agentType(name), name };
  return {
    agentId: raw[env.agentId],
    type,
    slots: raw[env.agentSlots] ?? type.slots,
    factoryUrl: raw[env.factoryUrl].replace(/\/+$/, ''),
    factoryGrpc: raw[env.factoryGrpc],
    tokenFile: raw[env.agentTokenFile],
    workspaceRoot: raw[env.workspaceRoot],
    confinement: raw[env.toolConfinement],
    toolSocket: raw[env.toolSocket],
    mcpConfigFile: raw[env.mcpConfig],
    logLevel: raw[env.logLevel],
  };
}

/** The MCP servers of a configuration file; none without a file. Throws INVALID_ARGUMENT that names the file, never its content. */
export async function readMcpServers(file: string | undefined): Promise<McpServers> {
  if (file === undefined) return {};
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    const code = errorCode(error);
    const why = code === undefined ? 'is not JSON' : `cannot be read (${code})`;
    throw new FactoryError('INVALID_ARGUMENT', `${env.mcpConfig}: ${file} ${why}`);
  }
  try {
    return parseOrThrow(mcpConfigSchema, value).servers;
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    throw new FactoryError('INVALID_ARGUMENT', `${env.mcpConfig}: ${file}: ${error.detail}`, { faults: error.faults });
  }
}
