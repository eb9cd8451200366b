import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { createRedis, redisReady } from '../../dispatcher/src/redis';

export interface RedisServerOptions {
  /** Append-only file; default none: nothing survives a restart. */
  aof?: 'always' | 'everysec';
  /** Further arguments, such as `['--maxmemory', '20mb']`. */
  args?: readonly string[];
}

/** A real redis-server of its own, for one test file. */
export interface RedisServer {
  /** `redis://127.0.0.1:port`; stays the same over restarts. */
  readonly url: string;
  /** A connection as the dispatcher makes it, ready. Closed by stop(). */
  connect(): Promise<Redis>;
  /** kill -9. */
  kill(): Promise<void>;
  /** Starts it again on the same port and, with `aof`, with the same data. */
  restart(): Promise<void>;
  /** SIGSTOP: it takes connections but answers nothing, until resume(). */
  freeze(): void;
  resume(): void;
  /** Ends the server and its connections, removes its files. Safe to call twice. */
  stop(): Promise<void>;
}

/** Starts a server and waits until it answers PING. Fails, saying how to get it, where redis-server is missing. */
export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const program = findProgram();
  const directory = mkdtempSync(join(tmpdir(), 'factory-redis-'));
  const connections: Redis[] = [];
  const launched = await launchOnFreePort(program, directory, options);
  const { port } = launched;
  let { child } = launched;
  const url = `redis://127.0.0.1:${port}`;
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  };
  const killAtExit = (): void => void child.kill('SIGKILL');
  process.once('exit', killAtExit);
  let stopped = false;
  return {
    url,
    async connect() {
      const redis = createRedis(url, { reconnectCapMs: 50 });
      connections.push(redis);
      await redisReady(redis);
      return redis;
    },
    kill,
    async restart() {
      await kill();
      child = launch(program, directory, port, options);
      await answersPing(port, child);
    },
    freeze: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    async stop() {
      if (stopped) return;
      stopped = true;
      process.off('exit', killAtExit);
      for (const redis of connections) redis.disconnect();
      await kill();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function findProgram(): string {
  for (const program of ['redis-server', 'valkey-server']) {
    if (spawnSync(program, ['--version']).status === 0) return program;
  }
  throw new Error(
    'These tests need redis-server 7 or later (or valkey-server 8) on PATH: apt-get install redis-server, or brew install redis',
  );
}

/** A free port may be taken between asking for it and using it: then another one. */
async function launchOnFreePort(
  program: string,
  directory: string,
  options: RedisServerOptions,
): Promise<{ child: ChildProcess; port: number }> {
  let failure: unknown;
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const port = await freePort();
    const child = launch(program, directory, port, options);
    try {
      await answersPing(port, child);
      return { child, port };
    } catch (error) {
      failure = error;
      child.kill('SIGKILL');
    }
  }
  rmSync(directory, { recursive: true, force: true });
  throw failure;
}

function launch(program: string, directory: string, port: number, options: RedisServerOptions): ChildProcess {
  const persistence = options.aof === undefined ? ['no'] : ['yes', '--appendfsync', options.aof];
  const args = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--dir',
    directory,
    '--save',
    '',
    '--appendonly',
    ...persistence,
  ];
  return spawn(program, [...args, ...(options.args ?? [])], { stdio: 'ignore' });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}

/** Connects again and again until PING is answered; fails when the server exits or after 20 seconds. */
async function answersPing(port: number, child: ChildProcess): Promise<void> {
  const probe = new Redis(port, '127.0.0.1', {
    retryStrategy: () => 20,
    maxRetriesPerRequest: null,
    commandTimeout: 20_000,
    protocol: 2,
  });
  probe.on('error', () => undefined);
  const exited = once(child, 'exit').then((): never => {
    throw new Error('redis-server ended before it answered');
  });
  try {
    // The name of the process tells this server from another one that took the port.
    const answered = probe.info('server');
    const info = await Promise.race([answered, exited]);
    if (!info.includes(`process_id:${child.pid}`)) throw new Error('another server has the port');
  } finally {
    exited.catch(() => undefined);
    probe.disconnect();
  }
}
