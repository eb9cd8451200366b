import { agentScopes, env, operatorScopes } from '@agent-factory/contract';
import type { DispatcherFileInput } from '@agent-factory/dispatcher/config';
import { join } from 'node:path';
import type { FactoryConfig } from '../../config/schema';
import { writeFileAtomic } from '../files';
import type { AgentPaths, FactoryPaths } from '../paths';
import { keepSigningKey, keepToken, tokenDigest } from '../secrets';
import type { PartSpec } from '../supervisor/part';
import type { RosterEntry } from './roster';

/** Addresses that the parts of one factory share. */
export interface Addresses {
  host: string;
  http: number;
  grpc: number;
  redisUrl: string;
}

/** Writes the token of each agent and of the person, and the dispatcher's file that knows them by digest. Answers the person's token. */
export function writeSettings(config: FactoryConfig, agents: readonly RosterEntry[], paths: FactoryPaths): string {
  const token = keepToken(paths.token);
  const file: DispatcherFileInput = {
    tokens: [
      { subject: 'local', sha256: tokenDigest(token), scopes: [...operatorScopes] },
      ...agents.map(({ id, type }) => ({
        subject: id,
        sha256: tokenDigest(keepToken(paths.agent(id).token)),
        scopes: [...agentScopes],
        agent_type: type,
      })),
    ],
    signing_key: keepSigningKey(paths.dispatcherConfig),
    models: config.models,
    limits: config.limits,
    routing: config.routing,
  };
  writeFileAtomic(paths.dispatcherConfig, `${JSON.stringify(file, null, 2)}\n`);
  for (const { id } of agents)
    writeFileAtomic(paths.agent(id).mcp, `${JSON.stringify({ servers: config.tools.mcp_servers })}\n`);
  return token;
}

/** The part that runs the dispatcher. It gets our environment, for that is where the keys of model providers are. */
export function dispatcherPart(
  entry: string,
  config: FactoryConfig,
  { host, http, grpc, redisUrl }: Addresses,
  paths: FactoryPaths,
): PartSpec {
  return {
    name: 'dispatcher',
    command: process.execPath,
    args: ['--enable-source-maps', entry],
    env: {
      ...process.env,
      [env.redisUrl]: redisUrl,
      [env.listenHost]: host,
      [env.httpPort]: String(http),
      [env.grpcPort]: String(grpc),
      [env.dispatcherConfig]: paths.dispatcherConfig,
      [env.artifactDir]: paths.artifacts,
      [env.logLevel]: config.log_level,
      NODE_COMPILE_CACHE: paths.compiled,
    },
    cwd: paths.home,
    ready: 'ipc',
    readyTimeoutMs: 30_000,
    stopTimeoutMs: 12_000,
  };
}

/** The part that runs one agent. Of our environment it gets only what programs need to run; no key, no address but the dispatcher's. */
export function agentPart(
  entry: string,
  { id, type, slots }: RosterEntry,
  config: FactoryConfig,
  at: Addresses,
  paths: FactoryPaths,
): PartSpec {
  const agent = paths.agent(id);
  return {
    name: id,
    command: process.execPath,
    args: ['--enable-source-maps', entry],
    env: {
      ...harmless(process.env),
      ...agentEnvironment(agent, at, config),
      [env.agentId]: id,
      [env.agentType]: type,
      [env.agentSlots]: String(slots),
    },
    cwd: agent.folder,
    ready: 'ipc',
    readyTimeoutMs: 60_000,
    stopTimeoutMs: 15_000,
  };
}

/** Base URL of the HTTP API as programs on this machine reach it. */
export function apiUrl({ host, http }: Pick<Addresses, 'host' | 'http'>): string {
  return `http://${reachable(host)}:${http}`;
}

/** host:port of the gRPC service as programs on this machine reach it. */
export function grpcAddress({ host, grpc }: Pick<Addresses, 'host' | 'grpc'>): string {
  return `${reachable(host)}:${grpc}`;
}

function agentEnvironment(agent: AgentPaths, at: Addresses, config: FactoryConfig): NodeJS.ProcessEnv {
  return {
    [env.factoryUrl]: apiUrl(at),
    [env.factoryGrpc]: grpcAddress(at),
    [env.agentTokenFile]: agent.token,
    [env.workspaceRoot]: agent.workspaces,
    [env.toolConfinement]: config.tools.confinement,
    [env.mcpConfig]: agent.mcp,
    [env.logLevel]: config.log_level,
    NODE_COMPILE_CACHE: join(agent.folder, '..', '..', 'build', 'compiled'),
  };
}

/** 0.0.0.0 is where one listens, not where one connects. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

function harmless(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const names = ['PATH', 'HOME', 'USER', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS'];
  return Object.fromEntries(
    names.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])),
  );
}
