import { existsSync } from 'node:fs';
import { FactoryError } from '@agent-factory/contract';
import { version } from '../package.json';
import { brainFor } from './brain';
import { systemClock } from './clock';
import type { AgentConfig } from './config';
import { confinementLabel, type Confinement } from './confinement/confinement';
import type { Logger } from './log';
import type { McpServers } from './tools/mcp/config';
import type { ToolSession } from './tools/session';
import { awaitTools } from './tools/client/awaitTools';
import { removeShared } from './tools/client/removeShared';
import { startToolSession } from './tools/startSession';
import { attemptRunner } from './worker/attempt';
import { grpcStreams } from './worker/grpcStream';
import { TokenHolder } from './worker/tokens';
import { Worker } from './worker/worker';
import { AgentFolder } from './workspace/agentFolder';
import { ArtifactCache } from './workspace/artifactCache';
import { downloadArtifact } from './workspace/download';

/** What the agent found out before it was put together. */
export interface AgentParts {
  config: AgentConfig;
  mcpServers: McpServers;
  confinement: Confinement;
  log: Logger;
  /** The Node binary and the bundled tools.cjs. */
  entry: { node: string; script: string };
}

/** A running agent. */
export interface Agent {
  /** Resolves at the first registration. */
  ready: Promise<void>;
  /** Whether tasks can come. */
  readonly registered: boolean;
  /** Finishes or hands back what it holds, and leaves nothing behind. Can be called twice. */
  drain(): Promise<void>;
}

/** Puts an agent together and starts it. Throws INVALID_ARGUMENT when its folder or its tools are not what they should be. */
export async function startAgent({ config, mcpServers, confinement, log, entry }: AgentParts): Promise<Agent> {
  if (confinement.kind !== 'socket' && !existsSync(entry.script))
    throw new FactoryError('INVALID_ARGUMENT', `the tools are missing: ${entry.script}`);
  const tokens = new TokenHolder();
  const { privateRoot } = config;
  const sharing = confinement.kind === 'socket' && {
    privateRoot,
    removeShared: (path: string) => removeShared(confinement.path, path),
  };
  const folder = new AgentFolder(config.workspaceRoot, config.agentId, sharing);
  const cache = new ArtifactCache(
    privateRoot,
    (digest, file, signal) =>
      downloadArtifact(digest, file, { factoryUrl: config.factoryUrl, token: () => tokens.current(), signal }),
    systemClock,
  );
  if (confinement.kind === 'socket') await awaitTools(confinement.path, systemClock);
  await folder.prepare();
  await cache.prepare();

  const startTools = (workspace: string, signal: AbortSignal, onLog: (line: string) => void): Promise<ToolSession> =>
    startToolSession({
      workspace,
      confinement,
      egress: config.type.egress,
      mcpServers,
      entry,
      signal,
      onLog,
      ...(config.toolMemoryBytes === undefined ? {} : { memoryBytes: config.toolMemoryBytes }),
    });
  const streams = grpcStreams(config.factoryGrpc, config.tokenFile, log);
  const worker = new Worker({
    identity: {
      id: config.agentId,
      type: config.type.name,
      version,
      slots: config.slots,
      tools: [...config.type.tools, ...(await mcpTools(mcpServers, folder, startTools, log))],
      confinement: confinementLabel(confinement),
    },
    open: streams.open,
    attempt: attemptRunner({
      type: config.type,
      clock: systemClock,
      log,
      folder,
      cache,
      model: { url: `${config.modelUrl}/model/v1`, token: () => tokens.current() },
      startTools,
      brainFor,
    }),
    tokens,
    clock: systemClock,
    log,
    random: Math.random,
    ...(config.drainGraceMs === undefined ? {} : { graceMs: config.drainGraceMs }),
  });
  worker.start();
  return {
    ready: worker.ready,
    get registered() {
      return worker.registered;
    },
    drain: async () => {
      await worker.drain();
      streams.close();
      await folder.remove();
    },
  };
}

/** Names of the MCP tools, asked for once, so that the registry can find the agent by them. Servers that fail are named in the log and in each task's. */
async function mcpTools(
  servers: McpServers,
  folder: AgentFolder,
  startTools: (workspace: string, signal: AbortSignal, onLog: (line: string) => void) => Promise<ToolSession>,
  log: Logger,
): Promise<string[]> {
  if (Object.keys(servers).length === 0) return [];
  const workspace = await folder.create({ id: 'listing', epoch: 1 });
  const signal = AbortSignal.timeout(60_000);
  try {
    const session = await startTools(workspace.path, signal, (line) => log.debug({ line }, 'tools'));
    try {
      const { tools, faults } = await session.tools();
      for (const fault of faults) log.warn(fault, 'MCP server cannot be used');
      return tools.map(({ name }) => name).filter((name) => name.startsWith('mcp/'));
    } finally {
      await session.stop();
    }
  } catch (error) {
    log.warn({ err: error }, 'MCP tools cannot be listed');
    return [];
  } finally {
    await workspace.remove();
  }
}
