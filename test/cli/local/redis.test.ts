import { CommandError } from '../../../cli/src/exit';
import { findRedis, withoutPassword, type RedisProbes } from '../../../cli/src/local/redis/find';
import { redisConfig } from '../../../cli/src/local/redis/part';

function machine(
  programs: Record<string, string>,
  rest: Partial<RedisProbes> = {},
): RedisProbes & { said: string[]; installed: string[] } {
  const said: string[] = [];
  const installed: string[] = [];
  return {
    url: undefined,
    platform: 'linux',
    which: (program) => programs[program],
    asRoot: async () => undefined,
    aptInstall: async (_root, name) => void installed.push(name),
    dockerAnswers: async () => false,
    say: (line) => said.push(line),
    ...rest,
    said,
    installed,
  };
}

const apt = { 'apt-get': '/usr/bin/apt-get' };
const docker = { docker: '/usr/bin/docker' };
const server = { 'redis-server': '/usr/bin/redis-server' };

test('a URL comes before a server on PATH, and its password is not shown', async () => {
  const found = await findRedis(machine(server, { url: 'redis://user:hunter2@db:6380/1' }));
  expect(found).toMatchObject({ kind: 'url', url: 'redis://user:hunter2@db:6380/1' });
  expect(found.said).toBe('the one at redis://db:6380/1');
});

test('redis-server comes before valkey-server, and both before all that must be installed', async () => {
  const both = { ...server, 'valkey-server': '/usr/bin/valkey-server', ...apt, ...docker };
  expect(await findRedis(machine(both))).toMatchObject({ kind: 'server', path: '/usr/bin/redis-server' });
  expect(await findRedis(machine({ 'valkey-server': '/v', ...apt }, { asRoot: async () => [] }))).toMatchObject({
    path: '/v',
  });
});

test('apt-get installs where it may, says so first, and before Docker is asked', async () => {
  const programs: Record<string, string> = { ...apt, ...docker };
  const on = machine(programs, { asRoot: async () => ['sudo', '-n'], dockerAnswers: async () => true });
  on.aptInstall = async (root, name) => {
    expect(on.said).toHaveLength(1);
    expect([...root, name]).toEqual(['sudo', '-n', 'redis-server']);
    programs['redis-server'] = '/usr/bin/redis-server';
  };
  expect(await findRedis(on)).toMatchObject({
    kind: 'server',
    said: '/usr/bin/redis-server (installed by apt-get just now)',
  });
});

test('without the right to install, Docker is taken when its daemon answers', async () => {
  expect(await findRedis(machine({ ...apt, ...docker }, { dockerAnswers: async () => true }))).toMatchObject({
    kind: 'docker',
  });
});

test('an install that fails is told, and Docker is next', async () => {
  const on = machine(
    { ...apt, ...docker },
    {
      asRoot: async () => [],
      dockerAnswers: async () => true,
      aptInstall: () => Promise.reject(new Error('no network')),
    },
  );
  expect(await findRedis(on)).toMatchObject({ kind: 'docker' });
  expect(on.said.join(' ')).toContain('no network');
});

test.each([
  ['linux', apt, 'sudo apt-get install redis-server'],
  ['linux', { dnf: '/usr/bin/dnf' }, 'sudo dnf install valkey'],
  ['linux', { pacman: '/usr/bin/pacman' }, 'sudo pacman -S valkey'],
  ['linux', { apk: '/sbin/apk' }, 'sudo apk add valkey'],
  ['darwin', {}, 'brew install redis'],
] as const)(
  'with nothing on %s, one message names the command for that system',
  async (platform, programs, command) => {
    const failure = await findRedis(machine(programs, { platform })).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CommandError);
    expect(failure).toMatchObject({
      exitCode: 1,
      hints: [`Install it: ${command}`, expect.stringContaining('REDIS_URL')],
    });
  },
);

test('on macOS apt-get is not tried', async () => {
  const on = machine(
    { ...apt, ...docker },
    { platform: 'darwin', asRoot: async () => [], dockerAnswers: async () => true },
  );
  expect(await findRedis(on)).toMatchObject({ kind: 'docker' });
  expect(on.installed).toEqual([]);
});

test('what cannot be read as a URL is not shown at all', () => {
  expect(withoutPassword('not a url with pass@word')).toBe('REDIS_URL');
});

test('our own Redis listens here only, wants a password, and writes before it answers', () => {
  const lines = redisConfig({ port: 1234, password: 'p', bind: '127.0.0.1', dir: './' }).split('\n');
  expect(lines).toEqual(
    expect.arrayContaining(['bind 127.0.0.1', 'port 1234', 'requirepass p', 'appendonly yes', 'appendfsync everysec']),
  );
});
