import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bubblewrapArguments } from '../../../agent-runtime/src/confinement/bubblewrap';
import { confinementLabel } from '../../../agent-runtime/src/confinement/confinement';
import { describeConfinement, howToGetBubblewrap } from '../../../agent-runtime/src/confinement/describe';
import { detect, detectConfinement, probeBubblewrap } from '../../../agent-runtime/src/confinement/detect';
import { readHostFacts } from '../../../agent-runtime/src/confinement/host';
import { seatbeltProfile } from '../../../agent-runtime/src/confinement/seatbelt';
import { toolchainFolders, toolchainOf } from '../../../agent-runtime/src/confinement/toolchains';
import { requireBubblewrap } from '../tools/harness';

let folder: string;
beforeEach(async () => (folder = await realpath(await mkdtemp(join(tmpdir(), 'confinement-')))));
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A program of this name that prints and ends as told. */
async function fakeProgram(name: string, script: string): Promise<string> {
  const bin = join(folder, 'bin');
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(bin, name), 0o755);
  return bin;
}

describe('detection', () => {
  test('bubblewrap of this machine is found by running it', async () => {
    expect(await requireBubblewrap()).toMatchObject({
      kind: 'bubblewrap',
      program: expect.stringMatching(/^\/.*bwrap$/),
    });
    expect((await detectConfinement('auto')).kind).toBe('bubblewrap');
    expect(await describeConfinement()).toEqual({
      kind: 'bubblewrap',
      detail: expect.stringContaining('bubblewrap'),
      weaker: null,
      missing: null,
    });
  });

  test('a bubblewrap that is there but not allowed to work is not taken', async () => {
    const bin = await fakeProgram(
      'bwrap',
      '[ "$1" = --help ] && exit 0; echo "bwrap: setting up uid map: Permission denied" >&2; exit 1',
    );
    expect(await probeBubblewrap(bin)).toEqual({
      kind: 'missing',
      reason: 'bubblewrap is installed but does not work here: bwrap: setting up uid map: Permission denied',
    });
    expect(await detect(bin)).toMatchObject({ confinement: { kind: 'none' } });
    await expect(detectConfinement('bubblewrap', { path: bin })).rejects.toThrow(
      'INVALID_ARGUMENT: confinement bubblewrap: bubblewrap is installed but',
    );
  });

  test('what an old bubblewrap lacks is not asked of it', async () => {
    const bin = await fakeProgram(
      'bwrap',
      'case "$*" in --help) echo "--unshare-all";; *--disable-userns*) exit 1;; esac',
    );
    expect(await probeBubblewrap(bin)).toMatchObject({ disableUserns: false, tmpfsSize: false });
  });

  test('nothing is none, and says how to get more', async () => {
    expect(await detect(folder)).toEqual({
      confinement: { kind: 'none' },
      reasons: ['bubblewrap (bwrap) is not installed'],
    });
    const bin = await fakeProgram('apt-get', '');
    expect(await howToGetBubblewrap(bin)).toMatch(/^(sudo )?apt-get install -y bubblewrap$/);
    expect(await howToGetBubblewrap(folder)).toBeNull();
    const report = await describeConfinement({ kind: 'none' });
    expect(report.kind).toBe('none');
    expect(report.detail).toMatch(/unconfined/);
  });

  test('a wish is met or refused, never replaced', async () => {
    expect(await detectConfinement('none')).toEqual({ kind: 'none' });
    expect(await detectConfinement('socket', { toolSocket: '/s' })).toEqual({ kind: 'socket', path: '/s' });
    await expect(detectConfinement('socket')).rejects.toThrow('TOOL_SOCKET');
    await expect(detectConfinement('seatbelt')).rejects.toThrow('macOS');
    expect(confinementLabel({ kind: 'socket', path: '/s' })).toBe('container');
  });
});

describe('toolchains', () => {
  test.each([
    ['/opt/python/bin', '/opt/python'],
    ['/home/u/.nvm/versions/node/v24.1.0/bin', '/home/u/.nvm/versions/node/v24.1.0'],
    ['/home/u/.pyenv/versions/3.13.1/bin', '/home/u/.pyenv/versions/3.13.1'],
    ['/home/u/.rustup/toolchains/stable/bin', '/home/u/.rustup/toolchains/stable'],
  ])('%s shows %s', (bin, shown) => expect(toolchainOf(bin, '/home/u')).toEqual({ bin, folder: shown }));

  test.each([
    '/home/u/bin',
    '/home/u/.cargo/bin',
    '/home/u/.local/bin',
    '/home/u/.nvm/versions/node',
    '/home/u',
    '/opt',
    '/opt/',
    '/tmp/bin',
    '/home/u/work/node_modules/.bin',
    '/',
    '/home/v/.nvm/versions/node/v1/bin',
  ])('%s is not shown', (bin) => expect(toolchainOf(bin, '/home/u')).toBeUndefined());

  test('a folder of PATH is judged by where its links lead', async () => {
    await mkdir(join(folder, '.nvm/versions/node/v1'), { recursive: true });
    await mkdir(join(folder, '.ssh'));
    await symlink(join(folder, '.ssh'), join(folder, '.nvm/versions/node/v1/bin'));
    expect(await toolchainFolders(`${folder}/.nvm/versions/node/v1/bin:relative:/missing`, folder)).toEqual([]);
  });
});

describe('the arguments of bubblewrap', () => {
  const request = {
    node: '/n/node',
    script: '/n/tools.cjs',
    workspace: '/w',
    run: '/s/run',
    etc: '/s/etc',
    env: { A: 'b' },
    memoryBytes: 1_000_000_000,
  };
  const bwrap = {
    kind: 'bubblewrap',
    program: '/usr/bin/bwrap',
    disableUserns: true,
    tmpfsSize: true,
    unfiltered: undefined,
  } as const;

  test('bind nothing for writing but the workspace and the sockets, and end with a root that cannot be written', async () => {
    const host = await readHostFacts('/usr/bin', '/home/u');
    const args = bubblewrapArguments(bwrap, host, request);
    const pairs = args.flatMap((word, index) => (word === '--bind' ? [[args[index + 1], args[index + 2]]] : []));
    expect(pairs).toEqual([
      ['/s/run', '/run/factory'],
      ['/w', '/workspace'],
    ]);
    expect(args).toEqual(
      expect.arrayContaining([
        '--unshare-all',
        '--unshare-user',
        '--disable-userns',
        '--die-with-parent',
        '--new-session',
        '--clearenv',
      ]),
    );
    expect(args.join(' ')).toContain('--remount-ro / --chdir /workspace --setenv A b');
    expect(args.indexOf('--proc')).toBeLessThan(args.lastIndexOf('/proc/sys'));
    expect(args).not.toContain('--share-net');
  });

  test('show no folder of keys and no home', async () => {
    const host = await readHostFacts(process.env.PATH ?? '', process.env.HOME ?? '/root');
    const shown = host.mounts.map(({ to }) => to);
    for (const closed of [
      '/etc',
      '/etc/ssl',
      '/etc/ssl/private',
      '/etc/ssh',
      '/root',
      '/home',
      '/var',
      '/run',
      '/sys',
      '/',
      process.env.HOME ?? '/root',
    ])
      expect(shown).not.toContain(closed);
  });

  test('ask an old bubblewrap for nothing that it lacks', () => {
    const host = { mounts: [], links: [], kernel: [], path: [] };
    const args = bubblewrapArguments({ ...bwrap, disableUserns: false, tmpfsSize: false }, host, request);
    expect(args).not.toContain('--disable-userns');
    expect(args).not.toContain('--size');
  });
});

/** Only the text: seatbelt itself exists on macOS alone. */
describe('the seatbelt profile', () => {
  const profile = seatbeltProfile({
    workspace: '/Users/u/f/w "1"',
    run: '/private/tmp/af-1/run',
    node: '/n/node',
    script: '/n/t.cjs',
    home: '/Users/u',
  });

  test('closes network, writes and homes, then opens what the tools need; later rules win', () => {
    const lines = profile.split('\n');
    const at = (start: string): number => lines.findIndex((line) => line.startsWith(start));
    expect(at('(deny network*)')).toBeLessThan(at('(allow network* (subpath "/private/tmp/af-1/run"))'));
    expect(at('(deny file-write*)')).toBeLessThan(at('(allow file-write* (subpath "/Users/u/f/w \\"1\\"")'));
    expect(at('(deny file-read*')).toBeLessThan(at('(allow file-read* (subpath "/Users/u/f/w \\"1\\"")'));
    expect(profile).toContain('(deny process-info*)');
    expect(profile).toContain('(deny signal)');
  });

  test('a path cannot close its string', () => {
    expect(profile).toContain('"/Users/u/f/w \\"1\\""');
    expect(profile.split('"').length % 2).toBe(1);
  });
});
