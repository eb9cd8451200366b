import { isAbsolute } from 'node:path';
import {
  agentRecordSchema,
  agentSchema,
  agentType,
  agentTypeNameSchema,
  env,
  parseOrThrow,
  type AgentType,
  type AgentTypeName,
} from '@agent-factory/contract';
import { z } from 'zod';
import { confinementWishSchema, type ConfinementWish } from './confinement/confinement';
import { readJsonFile } from './jsonFile';
import { mcpConfigSchema, type McpServers } from './tools/mcp/config';

/** What an agent is told at start, once. */
export interface AgentConfig {
  agentId: string;
  type: AgentType & { name: AgentTypeName };
  /** Tasks at a time. Defaults to the record's slots. */
  slots: number;
  /** Base URL of the dispatcher's HTTP API, without a slash at the end. */
  factoryUrl: string;
  /** Base URL of the model gateway, without a slash at the end. Defaults to that of the HTTP API. */
  modelUrl: string;
  /** host:port of the dispatcher's gRPC service. */
  factoryGrpc: string;
  /** Read again at each connection. */
  tokenFile: string;
  /** Absolute. */
  workspaceRoot: string;
  /** Absolute. Folder for what tools must not reach. Defaults to the workspace root, where it is apart by its rights. */
  privateRoot: string;
  /** Defaults to auto. */
  confinement: ConfinementWish;
  /** Given when, and only when, confinement is `socket`. */
  toolSocket: string | undefined;
  /** Bytes of memory of a task's programs together; undefined: the tools' own default. */
  toolMemoryBytes: number | undefined;
  /** File with MCP servers; without it there are none. */
  mcpConfigFile: string | undefined;
  /** File with what the environment changes of the type's record. */
  recordFile: string | undefined;
  /** Milliseconds that held work gets to end once the agent was told to leave; undefined: the worker's own default. */
  drainGraceMs: number | undefined;
  /** Port of /healthz and /readyz; undefined: none. */
  healthPort: number | undefined;
  /** Defaults to info. */
  logLevel: string;
}

const baseUrl = z.url({ protocol: /^https?$/, error: 'is not an http or https URL' });
const absolutePath = z.string().max(4_096).refine(isAbsolute, 'is not an absolute path');

const environmentSchema = z
  .object({
    [env.agentId]: agentSchema.shape.id,
    [env.agentType]: agentTypeNameSchema,
    [env.agentSlots]: z.coerce.number('is not a number').int().min(1).max(64).optional(),
    [env.factoryUrl]: baseUrl,
    [env.modelUrl]: baseUrl.optional(),
    [env.factoryGrpc]: z.string().regex(/^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):\d{1,5}$/, 'is not host:port'),
    [env.agentTokenFile]: absolutePath,
    [env.workspaceRoot]: absolutePath,
    [env.privateRoot]: absolutePath.optional(),
    [env.toolConfinement]: confinementWishSchema.default('auto'),
    [env.toolSocket]: absolutePath.optional(),
    [env.toolMemoryBytes]: z.coerce.number('is not a number').int().min(67_108_864).optional(),
    [env.mcpConfig]: absolutePath.optional(),
    [env.agentRecord]: absolutePath.optional(),
    [env.drainGraceMs]: z.coerce.number('is not a number').int().min(0).max(86_400_000).optional(),
    [env.healthPort]: z.coerce.number('is not a number').int().min(0).max(65_535).optional(),
    [env.logLevel]: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  })
  .refine(goesWithSocket(env.toolSocket), withSocketOnly(env.toolSocket))
  .refine(goesWithSocket(env.privateRoot), withSocketOnly(env.privateRoot));

/** Whether a variable is given when another container serves the tools, and only then. */
function goesWithSocket(name: typeof env.toolSocket | typeof env.privateRoot) {
  return (raw: Partial<Record<string, unknown>>): boolean =>
    (raw[env.toolConfinement] === 'socket') === (raw[name] !== undefined);
}

function withSocketOnly(name: string) {
  return {
    path: [name],
    message: 'goes with TOOL_CONFINEMENT=socket, and only with it',
    // Said together with the faults of the fields, not only once they are mended.
    when: ({ value }: { value: unknown }) => typeof value === 'object' && value !== null,
  };
}

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
    factoryUrl: withoutSlash(raw[env.factoryUrl]),
    modelUrl: withoutSlash(raw[env.modelUrl] ?? raw[env.factoryUrl]),
    factoryGrpc: raw[env.factoryGrpc],
    tokenFile: raw[env.agentTokenFile],
    workspaceRoot: raw[env.workspaceRoot],
    privateRoot: raw[env.privateRoot] ?? raw[env.workspaceRoot],
    confinement: raw[env.toolConfinement],
    toolSocket: raw[env.toolSocket],
    toolMemoryBytes: raw[env.toolMemoryBytes],
    mcpConfigFile: raw[env.mcpConfig],
    recordFile: raw[env.agentRecord],
    drainGraceMs: raw[env.drainGraceMs],
    healthPort: raw[env.healthPort],
    logLevel: raw[env.logLevel],
  };
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}

/** The MCP servers of a configuration file; none without a file. Throws INVALID_ARGUMENT that names the file, never its content. */
export async function readMcpServers(file: string | undefined): Promise<McpServers> {
  return file === undefined ? {} : (await readJsonFile(env.mcpConfig, file, mcpConfigSchema)).servers;
}

/** The type as its environment has it: its record, changed by a file if there is one. Throws INVALID_ARGUMENT that names the file. */
export async function readType({
  type,
  recordFile,
}: Pick<AgentConfig, 'type' | 'recordFile'>): Promise<AgentConfig['type']> {
  if (recordFile === undefined) return type;
  const changed = await readJsonFile(env.agentRecord, recordFile, agentRecordSchema);
  const given = Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== undefined));
  return { ...type, ...given };
}
