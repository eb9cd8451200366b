import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Clock } from '../clock';
import { writeFileAtomic } from '../files';
import type { FactoryPaths } from '../paths';
import type { PartSpec } from '../supervisor/part';
import { untilRedisServes } from './ping';
import type { RedisSource } from './find';

const run = promisify(execFile);

/** A Redis of our own: its address, and the part that the supervisor runs. */
export interface OwnRedis {
  url: string;
  part: PartSpec;
  container?: string;
}

/** Settings of our Redis: found on 127.0.0.1 only, with a password, each write in an append-only file before it is answered. */
export function redisConfig(settings: { port: number; password: string; bind: string; dir: string }): string {
  return [
    `bind ${settings.bind}`,
    `port ${settings.port}`,
    `requirepass ${settings.password}`,
    `dir ${settings.dir}`,
    'daemonize no',
    'appendonly yes',
    'appendfsync everysec',
    'save ""',
    'maxmemory-policy noeviction',
    '',
  ].join('\n');
}

/** Name of the container of a folder's factory: the same each time, so that a forgotten one is found. */
function containerName(home: string): string {
  return `agent-factory-redis-${createHash('sha256').update(home).digest('hex').slice(0, 12)}`;
}

/** The part that runs a Redis server found on this machine. The password goes by a file: arguments can be read by all. */
function serverPart(path: string, port: number, password: string, paths: FactoryPaths, clock: Clock): OwnRedis {
  mkdirSync(paths.redis, { recursive: true, mode: 0o700 });
  writeFileAtomic(join(paths.redis, 'redis.conf'), redisConfig({ port, password, bind: '127.0.0.1', dir: './' }));
  const url = `redis://:${password}@127.0.0.1:${port}`;
  return {
    url,
    part: {
      name: 'redis',
      command: path,
      args: ['./redis.conf'],
      env: { PATH: process.env['PATH'], LC_ALL: 'C' },
      cwd: paths.redis,
      ready: (signal) => untilRedisServes(url, clock, signal),
      readyTimeoutMs: 60_000,
      stopTimeoutMs: 10_000,
    },
  };
}

/** The part that runs Redis in Docker: a volume of its own, a port on 127.0.0.1, removed when it stops. */
function dockerPart(docker: string, port: number, password: string, paths: FactoryPaths, clock: Clock): OwnRedis {
  const container = containerName(paths.home);
  const conf = join(paths.redis, 'docker');
  mkdirSync(conf, { recursive: true, mode: 0o755 });
  writeFileAtomic(join(conf, 'redis.conf'), redisConfig({ port: 6379, password, bind: '*', dir: '/data' }), 0o644);
  chmodSync(paths.redis, 0o700); // the folder keeps others out; the server in the container has another uid
  const url = `redis://:${password}@127.0.0.1:${port}`;
  return {
    url,
    container,
    part: {
      name: 'redis',
      command: docker,
      args: dockerArguments(container, port, conf),
      env: process.env,
      cwd: paths.redis,
      prepare: () => removeContainer(docker, container),
      ready: (signal) => untilRedisServes(url, clock, signal),
      readyTimeoutMs: 180_000,
      stopTimeoutMs: 15_000,
    },
  };
}

function dockerArguments(container: string, port: number, conf: string): string[] {
  const identity = ['--rm', '--name', container, '--label', 'agent-factory=redis'];
  const reach = ['-p', `127.0.0.1:${port}:6379`, '-v', `${container}:/data`, '-v', `${conf}:/conf:ro`];
  return ['run', ...identity, ...reach, 'redis:7', 'redis-server', '/conf/redis.conf'];
}

/** Removes the container of a factory that was killed, when there is one. */
export async function removeContainer(docker: string, container: string): Promise<void> {
  await run(docker, ['rm', '-f', container], { timeout: 20_000 }).catch(() => undefined);
}

/** The part for what the finder found, or only the address when it is someone else's. */
export function ownRedis(
  source: RedisSource,
  port: number,
  password: string,
  paths: FactoryPaths,
  clock: Clock,
): OwnRedis | undefined {
  if (source.kind === 'server') return serverPart(source.path, port, password, paths, clock);
  if (source.kind === 'docker') return dockerPart(source.docker, port, password, paths, clock);
  return undefined;
}
