import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { auditReportSchema } from '../../cli/src/audit/report';
import { systemClock } from '../../cli/src/local/clock';
import { isAlive, type ProcessIdentity } from '../../cli/src/local/identity';
import { factoryPaths } from '../../cli/src/local/paths';
import { which } from '../../cli/src/local/machine';
import { readState, waitForEnd } from '../../cli/src/local/state';
import { factory, startUp, stateOf } from './support/factory';
import { temporaryFolder } from './support/folder';
import { makeRepository, smallProject } from './support/repository';

jest.setTimeout(120_000);

const onlyPython =
  'agents: { frontend: &none { count: 0 }, backend: *none, devops: *none, tester: *none, researcher: *none, coordinator: *none, reviewer: *none, security: *none, data: *none, ml: *none, integration: *none }\n';

/** A folder whose factory has one agent. */
function smallFactory(): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'factory.yaml'), onlyPython);
  return folder;
}

const isUp = ({ event }: { event: string }): boolean => event === 'up';

/** All processes of a factory that is up, its supervisor first. */
function processesOf(folder: string): ProcessIdentity[] {
  const { supervisor, parts } = stateOf(folder);
  return [supervisor, ...parts.flatMap(({ process: part }) => (part === undefined ? [] : [part]))];
}

/** A Node on PATH that is older than this program needs, and new enough to start its launcher. */
function olderNode(): string | undefined {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const node = which('node', folder);
    if (node === undefined) continue;
    const major = Number(/^v(\d+)\./.exec(execFileSync(node, ['--version'], { encoding: 'utf8' }))?.[1]);
    if (major >= 18 && major < 24) return node;
  }
  return undefined;
}

/** This Node, which says of itself that it is an old one: the launcher goes by that alone. */
function pretender(): string[] {
  const shim = join(temporaryFolder(), 'old.cjs');
  writeFileSync(
    shim,
    "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.1.0' } });\n",
  );
  return [process.execPath, '-r', shim];
}

const older = olderNode();
const launchers: [string, () => string[]][] =
  older === undefined ? [['a Node that says it is old', pretender]] : [['an old Node on PATH', () => [older]]];

describe.each(launchers)('started by %s', (_name, node) => {
  test('the program runs in the Node that it brought, and its exit code is that of the launcher', async () => {
    const folder = temporaryFolder();
    const run = async (...args: string[]): ReturnType<typeof factory> => factory(folder, args, '', undefined, node());
    const version = await run('version', '--json');
    expect(version).toMatchObject({ code: 0, stderr: '' });
    const { node: running } = JSON.parse(version.stdout) as { node: string }; // compared below
    expect(Number(running.split('.')[0])).toBeGreaterThanOrEqual(24);
    expect(await run('tasks', '--nonsense')).toMatchObject({ code: 2 });
    expect(await run('status')).toMatchObject({ code: 3 });
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('%s stops the factory in order, and it ends with 0', async (signal) => {
    const folder = smallFactory();
    const up = startUp(folder, ['--no-audit'], { node: node() });
    await up.next(isUp);
    const processes = processesOf(folder);
    expect(processes.map(({ pid }) => pid)).not.toContain(up.child.pid);
    expect(processes.filter(isAlive)).toHaveLength(4);
    up.child.kill(signal);
    expect(await up.ended).toBe(0);
    expect(up.lines.filter(({ event }) => event === 'stopping').map(({ what }) => what)).toEqual([
      'python-1',
      'dispatcher',
      'redis',
    ]);
    expect(processes.filter(isAlive)).toEqual([]);
    expect(existsSync(factoryPaths(folder).lock)).toBe(false);
  });

  test('a signal before it is up ends it with 130', async () => {
    const up = startUp(smallFactory(), ['--no-audit'], { node: node() });
    await up.next(({ event, text }) => event === 'said' && String(text).startsWith('Redis: '));
    up.child.kill('SIGINT');
    expect(await up.ended).toBe(130);
  });

  test('its death stops the factory; the death of the program is its own', async () => {
    const folder = smallFactory();
    const first = startUp(folder, ['--no-audit'], { node: node() });
    await first.next(isUp);
    const processes = processesOf(folder);
    first.child.kill('SIGKILL');
    expect(await waitForEnd(processes, systemClock, 30_000)).toEqual([]);
    expect(readState(factoryPaths(folder).state)).toBeUndefined();

    const second = startUp(folder, ['--no-audit'], { node: node() });
    await second.next(isUp);
    process.kill(stateOf(folder).supervisor.pid, 'SIGKILL');
    expect(await second.ended).toBe('SIGKILL');
    expect(await factory(folder, ['down'])).toMatchObject({ code: 0 });
  });
});

describe('-C', () => {
  test.each(['after', 'before'])(
    '%s the verb, the factory of that folder audits the repository there',
    async (where) => {
      const [here, there] = [temporaryFolder(), smallFactory()];
      makeRepository(there, smallProject);
      const up = where === 'after' ? startUp(here, ['-C', there]) : startUp(here, [], { before: ['-C', there] });
      const audit = await up.next(({ event }) => event === 'audit');
      const report = auditReportSchema.parse(JSON.parse(readFileSync(String(audit['json']), 'utf8')));
      expect(report.repository).toMatchObject({ path: there, files: 8 });
      expect(String(audit['json']).startsWith(factoryPaths(there).reports)).toBe(true);
      expect(readdirSync(here)).toEqual([]);
      expect(await factory(here, ['-C', there, 'status'])).toMatchObject({ code: 0 });
      expect(await factory(here, ['status'])).toMatchObject({ code: 3 });
      expect(await factory(here, ['down', '-C', there])).toMatchObject({ code: 0 });
      expect(await up.ended).toBe(0);
    },
  );
});
