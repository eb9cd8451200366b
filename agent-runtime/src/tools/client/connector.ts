import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { createConnection, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { FactoryError } from '@agent-factory/contract';
import { planLaunch } from '../../confinement/launch';
import { startEgressProxy, type EgressProxy } from '../egress/proxy';
import { memoryLimit } from '../process/memory';
import type { ToolSessionOptions } from '../session';
import { makeSessionFolder } from './sessionFolder';
import { ToolsProcess } from './toolsProcess';

const startTimeoutMs = 15_000;

/** A connection to a tools process, with what belongs to it. */
export interface Connected {
  socket: Socket;
  /** As the tools process sees it. */
  workspace: string;
  egressSocket: string | null;
  /** Why it ended, once it has. */
  ending(): string;
  /** Ends it and all that it started; can be called twice. */
  close(): Promise<void>;
}

async function connect(path: string): Promise<Socket> {
  const socket = createConnection({ path });
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => socket.destroy(new Error('no answer')), startTimeoutMs);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.removeAllListeners('error');
      resolve();
    });
    socket.once('error', (error) => {
      clearTimeout(timer);
      reject(new FactoryError('TOOL_FAILED', `the tools cannot be reached: ${error.message}`, { cause: error }));
    });
  });
  return socket;
}

function proxyFor(options: ToolSessionOptions, socketPath: string): Promise<EgressProxy> | undefined {
  if (options.egress.length === 0) return undefined;
  return startEgressProxy({ socketPath, allow: options.egress, onRefused: (text) => options.onLog(text) });
}

/** Starts a confined tools process and connects to it. */
async function spawnAndConnect(options: ToolSessionOptions): Promise<Connected> {
  const base = await makeSessionFolder();
  const session = randomBytes(9).toString('base64url');
  let tools: ToolsProcess | undefined;
  let proxy: EgressProxy | undefined;
  let closing: Promise<void> | undefined;
  const close = (socket?: Socket): Promise<void> =>
    (closing ??= (async () => {
      socket?.destroy();
      await tools?.kill();
      await proxy?.stop();
      await rm(base, { recursive: true, force: true });
    })());
  try {
    const { workspace, confinement, entry } = options;
    const memoryBytes = memoryLimit(options.memoryBytes);
    const launch = await planLaunch(confinement, { ...entry, workspace, base, session, memoryBytes });
    proxy = await proxyFor(options, join(base, 'run', 'egress.sock'));
    tools = new ToolsProcess(launch, session, (line) => options.onLog(line));
    await tools.ready(startTimeoutMs);
    const running = tools;
    const socket = await connect(join(base, 'run', 'tools.sock'));
    return {
      socket,
      workspace: launch.workspace,
      egressSocket: proxy === undefined ? null : join(launch.run, 'egress.sock'),
      ending: () => running.ending(),
      close: () => close(socket),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Connects to the tools container, whose paths are ours: both mount the same volume at the same place. */
async function connectToContainer(options: ToolSessionOptions, path: string): Promise<Connected> {
  const egressSocket = join(dirname(path), `egress-${randomBytes(6).toString('hex')}.sock`);
  const proxy = await proxyFor(options, egressSocket);
  const socket = await connect(path).catch(async (error: unknown) => {
    await proxy?.stop();
    throw error;
  });
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    // The server ends the connection from its side when all that the session started is dead.
    const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.end();
    socket.setTimeout(5_000, () => socket.destroy());
    if (!socket.destroyed) await ended;
    await proxy?.stop();
  };
  return {
    socket,
    workspace: options.workspace,
    egressSocket: proxy === undefined ? null : egressSocket,
    ending: () => 'the tools container ended the connection',
    close: () => (closing ??= close()),
  };
}

/** One connection for the session: a process of its own, or the tools container. Throws a FactoryError TOOL_FAILED. */
export function openConnection(options: ToolSessionOptions): Promise<Connected> {
  const { confinement } = options;
  return confinement.kind === 'socket' ? connectToContainer(options, confinement.path) : spawnAndConnect(options);
}
