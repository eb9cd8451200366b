import { CommandError, exitCodes } from '../../exit';
import { redisInstallCommand } from './installCommand';
import { messageOf } from '../../thrown';

/** Where Redis comes from. */
export type RedisSource =
  | { kind: 'url'; url: string; said: string }
  | { kind: 'server'; path: string; said: string }
  | { kind: 'docker'; docker: string; said: string };

/** What the finder asks the machine; tests answer in its place. */
export interface RedisProbes {
  /** REDIS_URL, or `redis.url` of factory.yaml. */
  url: string | undefined;
  platform: NodeJS.Platform;
  /** Path of a program, or undefined. */
  which: (program: string) => string | undefined;
  /** How to run a command as root without a question: [] as root, ['sudo', '-n'], or undefined. */
  asRoot(): Promise<readonly string[] | undefined>;
  /** Installs a Debian package; rejects when that fails. */
  aptInstall(asRoot: readonly string[], packageName: string): Promise<void>;
  /** Whether a Docker daemon answers. */
  dockerAnswers(docker: string): Promise<boolean>;
  say: (line: string) => void;
}

/**
 * Finds Redis: a URL; a server on PATH; one that apt-get installs; Docker. Says what it does before it does it.
 * Throws a CommandError with the command for this system when there is none.
 */
export async function findRedis(probes: RedisProbes): Promise<RedisSource> {
  if (probes.url !== undefined)
    return { kind: 'url', url: probes.url, said: `the one at ${withoutPassword(probes.url)}` };
  return serverOnPath(probes) ?? (await byApt(probes)) ?? (await byDocker(probes)) ?? none(probes);
}

/** A URL that can be shown. */
export function withoutPassword(url: string): string {
  try {
    const parsed = new URL(url);
    return `${parsed.protocol}//${parsed.host}${parsed.pathname === '/' ? '' : parsed.pathname}`;
  } catch {
    return 'REDIS_URL';
  }
}

function serverOnPath({ which }: RedisProbes, how = 'on PATH'): RedisSource | undefined {
  for (const program of ['redis-server', 'valkey-server']) {
    const path = which(program);
    if (path !== undefined) return { kind: 'server', path, said: `${path} (${how})` };
  }
  return undefined;
}

async function byApt(probes: RedisProbes): Promise<RedisSource | undefined> {
  if (probes.platform !== 'linux' || probes.which('apt-get') === undefined) return undefined;
  const asRoot = await probes.asRoot();
  if (asRoot === undefined) return undefined;
  probes.say('No Redis here yet: installing the package redis-server with apt-get.');
  try {
    await probes.aptInstall(asRoot, 'redis-server');
  } catch (error) {
    probes.say(`apt-get could not install it: ${messageOf(error)}`);
    return undefined;
  }
  return serverOnPath(probes, 'installed by apt-get just now');
}

async function byDocker(probes: RedisProbes): Promise<RedisSource | undefined> {
  const docker = probes.which('docker');
  if (docker === undefined || !(await probes.dockerAnswers(docker))) return undefined;
  return { kind: 'docker', docker, said: 'the image redis:7 in Docker' };
}

function none({ platform, which }: RedisProbes): never {
  const command = redisInstallCommand(platform, which);
  throw new CommandError(exitCodes.failed, 'Redis is needed and not here', {
    hints: [
      command === undefined ? "Install Redis or Valkey with your system's package manager." : `Install it: ${command}`,
      ...(which('docker') === undefined ? [] : ['Or start Docker: it is installed, but no daemon answers.']),
      'Or name a running one: REDIS_URL=redis://host:6379 factory up',
    ],
  });
}
