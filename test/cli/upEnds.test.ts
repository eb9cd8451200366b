import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from '../../cli/src/local/identity';
import { factoryPaths } from '../../cli/src/local/paths';
import { programRoot } from '../../cli/src/local/programRoot';
import { clientOf, factory, startUp, stateOf } from './support/factory';
import { temporaryFolder } from './support/folder';
import { makeRepository, smallProject } from './support/repository';

jest.setTimeout(120_000);

const none =
  'agents: { frontend: &none { count: 0 }, backend: *none, devops: *none, tester: *none, researcher: *none, coordinator: *none, reviewer: *none, security: *none, data: *none, ml: *none, integration: *none }\n';

/** Starts `factory up` for people; `said` resolves once stderr holds the text, or rejects when it ends before. */
function up(
  folder: string,
  args: readonly string[] = ['--no-audit'],
): { child: ChildProcess; said: (text: string) => Promise<void>; stderr: () => string } {
  writeFileSync(join(folder, 'factory.yaml'), none);
  const entry = join(programRoot(), 'cli/bin/factory.mjs');
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [entry, 'up', '--http-port', '0', '--grpc-port', '0', ...args], {
    cwd: folder,
    env: { PATH, HOME },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const said = async (text: string): Promise<void> => {
    while (!stderr.includes(text)) {
      const over = await Promise.race([
        once(child.stderr, 'data').then(() => false),
        once(child, 'close').then(() => true),
      ]);
      if (over && !stderr.includes(text)) throw new Error(`factory up ended: ${stderr}`);
    }
  };
  return { child, said, stderr: () => stderr };
}

test('a reader of stdout that goes away, such as `head`, ends nothing: the factory goes on and stops in order', async () => {
  const folder = temporaryFolder();
  const { child, said, stderr } = up(folder);
  child.stdout?.destroy();
  await said('Ctrl-C stops it.');
  const parts = stateOf(folder).parts.flatMap(({ process: part }) => (part === undefined ? [] : [part]));
  expect(parts.filter(isAlive)).toHaveLength(3);
  const closed = once(child, 'close');
  child.kill('SIGINT');
  await closed;
  expect(stderr()).toContain('Stopped in');
  expect(child.exitCode).toBe(0);
  expect(existsSync(join(folder, '.factory/lock'))).toBe(false);
  expect(parts.filter(isAlive)).toEqual([]);
});

test('a reader of stderr that goes away ends nothing either', async () => {
  const folder = temporaryFolder();
  const { child } = up(folder);
  child.stderr?.destroy();
  const [first] = (await once(child.stdout ?? child, 'data')) as [Buffer]; // stdout is a pipe
  expect(first.toString()).toContain('The factory is up');
  const closed = once(child, 'close');
  child.kill('SIGINT');
  await closed;
  expect(child.exitCode).toBe(0);
  expect(existsSync(join(folder, '.factory/lock'))).toBe(false);
});

test('Ctrl-C before the factory is up ends with 130, in order', async () => {
  const folder = temporaryFolder();
  const { child, said } = up(folder);
  await said('Redis: ');
  const closed = once(child, 'close');
  child.kill('SIGINT');
  await closed;
  expect(child.exitCode).toBe(130);
  expect(existsSync(join(folder, '.factory/lock'))).toBe(false);
});

/** Lets the tasks of the one type that runs here wait, or go on. */
async function setPython(folder: string, verb: 'pause' | 'resume'): Promise<void> {
  const { url } = stateOf(folder);
  const token = readFileSync(factoryPaths(folder).token, 'utf8').trim();
  const answer = await fetch(`${url}/v1/types/python/${verb}`, {
    method: 'POST',
    headers: { authorization: `bearer ${token}` },
  });
  expect(answer.status).toBe(200);
}

test('Ctrl-C in the middle of the first job names the command that gathers its report, and after the next start it does', async () => {
  const folder = temporaryFolder();
  makeRepository(folder, smallProject);
  writeFileSync(join(folder, 'factory.yaml'), none);
  // A type that is paused stays so: the first job of the next start cannot end before it is interrupted.
  const before = startUp(folder, ['--no-audit']);
  await before.next(({ event }) => event === 'up');
  await setPython(folder, 'pause');
  before.child.kill('SIGTERM');
  expect(await before.ended).toBe(0);

  const { child, said, stderr } = up(folder, []);
  await said('First job: audit of');
  const over = new AbortController();
  const closed = once(child, 'close');
  const interrupt = (): void => {
    if (!over.signal.aborted) child.kill('SIGINT');
    over.abort();
  };
  const client = clientOf(folder);
  const look = async (): Promise<void> =>
    (await client.tasks({ limit: 1 })).tasks.length > 0 ? interrupt() : undefined;
  for await (const { kind } of client.events({ signal: over.signal, onOpen: () => void look() }))
    if (kind === 'queued') interrupt();
  await closed;
  expect(child.exitCode).toBe(0);
  const [, id = ''] = /factory run audit --resume (\w+)/.exec(stderr()) ?? [];
  expect(id).not.toBe('');

  const next = startUp(folder, ['--no-audit']);
  await next.next(({ event }) => event === 'up');
  await setPython(folder, 'resume');
  const resumed = await factory(folder, ['run', 'audit', '--resume', id, '--json']);
  expect(resumed).toMatchObject({ code: 0 });
  expect(JSON.parse(resumed.stdout)).toMatchObject({ audit: id, files: 7, failed: [] });
  next.child.kill('SIGTERM');
  expect(await next.ended).toBe(0);
});
