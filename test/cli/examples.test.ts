import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Task } from '@agent-factory/contract';
import { programRoot } from '../../cli/src/local/programRoot';
import { providerKeys, startModelProvider, type ScriptedProvider } from '../support/modelProvider';
import { factory, startUp, type Ended, type Up } from './support/factory';
import { temporaryFolder } from './support/folder';
import { makeRepository, smallProject } from './support/repository';

// A real factory of the types that the examples name, with a model provider that speaks the real wire protocol.
jest.setTimeout(120_000);

const examples = join(programRoot(), 'examples/tasks');
let folder: string;
let provider: ScriptedProvider;
let up: Up;

beforeAll(async () => {
  provider = await startModelProvider();
  folder = temporaryFolder();
  const none = ['python', 'frontend', 'backend', 'devops', 'tester', 'coordinator', 'security', 'ml', 'integration'];
  writeFileSync(join(folder, 'key'), providerKeys.openai);
  writeFileSync(
    join(folder, 'factory.yaml'),
    JSON.stringify({
      agents: Object.fromEntries(none.map((type) => [type, { count: 0 }])),
      models: {
        providers: { p: { kind: 'openai-compatible', base_url: provider.urls.openai, api_key_file: 'key' } },
        models: { m: { provider: 'p', model: 'gpt-4.1-mini', tiers: ['small', 'standard', 'large'] } },
      },
    }),
  );
  makeRepository(join(folder, 'project'), { ...smallProject, 'todo.js': '// TODO: later\n' });
  up = startUp(folder, ['--no-audit']);
  await up.next(({ event }) => event === 'up');
});

afterAll(async () => {
  up.child.kill('SIGTERM');
  await up.ended;
  await provider.stop();
});

const submit = (file: string, ...options: readonly string[]): Promise<Ended> =>
  factory(folder, ['submit', join(examples, file), ...options, '--json']);

/** What the task of a file came to. */
async function outputOf(file: string, ...options: readonly string[]): Promise<unknown> {
  const ended = await submit(file, '--wait', ...options);
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  return (JSON.parse(ended.stdout) as Task).result?.output; // compared by the tests
}

test('every example is tried here', () => {
  expect(readdirSync(examples).toSorted()).toEqual([
    'batch.yaml',
    'fetch-refused.yaml',
    'fetch.yaml',
    'model.yaml',
    'repository.yaml',
    'sort.yaml',
  ]);
});

test('a plan: later steps use what earlier ones answered', async () => {
  expect(await outputOf('sort.yaml')).toEqual({ sorted: '1\n2\n3\n' });
});

test('a batch: each task has an answer of its own', async () => {
  const ended = await submit('batch.yaml', '--wait');
  expect(ended.code).toBe(0);
  const lines = ended.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { item: number; task: Task }); // compared below
  expect(lines.map(({ item, task }) => [item, task.labels, task.priority, task.result?.output])).toEqual([
    [1, { part: 'second' }, 'P3', expect.objectContaining({ stdout: '375250\n' })],
    [2, { part: 'first' }, 'P1', expect.objectContaining({ stdout: '125250\n' })],
  ]);
});

test('a repository as input: the task finds it, its history and all', async () => {
  expect(await outputOf('repository.yaml', '--repo', 'project')).toEqual({
    last_commits: expect.stringMatching(/^[0-9a-f]{7,} first\n$/),
    marks: [{ path: expect.stringContaining('todo.js'), line: 1, text: '// TODO: later' }],
    hotspots: expect.stringContaining('source files'),
  });
});

test('a fetch of a host that is not on the list is refused, and the refusal is the answer', async () => {
  expect(await outputOf('fetch-refused.yaml')).toEqual({
    refusal: { code: 'TOOL_REFUSED', message: expect.stringContaining('not-on-the-list.invalid') },
  });
});

test('a fetch of a host on the list, which tests do not call, is taken by the dispatcher', async () => {
  const ended = await submit('fetch.yaml', '--delay', '3600');
  const task = JSON.parse(ended.stdout) as Task; // compared below
  expect(task).toMatchObject({ type: 'researcher', state: 'delayed' });
  expect(await factory(folder, ['cancel', task.id])).toMatchObject({ code: 0 });
});

test('work for a model: it calls tools and answers in words', async () => {
  const script =
    "seq 10 | awk '{ print $1 \",\" $1 * $1 }' >squares.csv; awk -F, '{ s += $2 } END { print s }' squares.csv";
  provider.script(
    { kind: 'answer', toolCalls: [{ name: 'shell', input: { script } }] },
    { kind: 'answer', text: ['The sum is 385.'] },
  );
  expect(await outputOf('model.yaml')).toMatchObject({ text: 'The sum is 385.', steps: 2 });
  expect(JSON.stringify(provider.requests[1]?.body)).toContain('385\\\\n');
});
