import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FactoryError, noUsage, toProblem, type Task } from '@agent-factory/contract';
import { temporaryFolder } from '../support/folder';
import { json, scriptedServer, type Handler } from '../support/httpServer';
import { runVerb, type Ran } from '../support/verb';

const task = (digit: number, state: Task['state']): Task => ({
  id: `python-01k0000000000000000000000${digit}`,
  type: 'python',
  state,
  submitter: 'someone',
  crew: 'main',
  priority: 'P2',
  labels: {},
  created_at: '2030-01-01T00:00:00.000Z',
  start_by: '2030-01-01T00:00:00.000Z',
  attempt: 0,
  failures: 0,
  max_attempts: 3,
  cancel_requested: false,
  usage: noUsage,
  attempts: [],
});
const fault = new FactoryError('INVALID_ARGUMENT', 'one fault', {
  faults: [{ path: 'brain.prompt', message: 'is missing' }],
});

/** A factory that takes the first and the third task of a batch and refuses the second; the tasks end as told. */
function dispatcher(endedAs: Task['state'], second: 'refused' | 'accepted' = 'refused'): Handler {
  const items = [
    { status: 'accepted', task: task(1, 'queued'), duplicate: false },
    second === 'refused'
      ? { status: 'refused', problem: toProblem(fault) }
      : { status: 'accepted', task: task(2, 'queued'), duplicate: false },
    { status: 'accepted', task: task(3, 'queued'), duplicate: false },
  ];
  const refused = second === 'refused' ? 1 : 0;
  return (request, response) => {
    const [, digit] = /(\d)$/.exec(request.url ?? '') ?? [];
    if (request.method === 'POST') json(200, { results: items, accepted: 3 - refused, refused })(request, response);
    else if (digit === undefined) response.writeHead(404).end();
    else json(200, task(Number(digit), endedAs))(request, response);
  };
}

async function submit(handler: Handler, ...options: readonly string[]): Promise<Ran> {
  const folder = temporaryFolder();
  const file = join(folder, 'tasks.yaml');
  writeFileSync(file, '[{ type: python }, { type: python }, { type: python }]');
  const { url } = await scriptedServer(handler);
  return runVerb(url, folder, ['submit', file, ...options]);
}

test('of many tasks the accepted ones are named though one was refused, which is named with its fault; 2', async () => {
  const ran = await submit(dispatcher('succeeded'));
  expect(ran).toMatchObject({ code: 2, error: undefined, out: [task(1, 'queued').id, task(3, 'queued').id] });
  expect(ran.warnings).toEqual([
    expect.stringMatching(/^task 2 was refused: INVALID_ARGUMENT: [^]*brain\.prompt: is missing/),
  ]);
});

test('with --json each of them is an object, in order', async () => {
  const ran = await submit(dispatcher('succeeded'), '--json');
  expect(ran.code).toBe(2);
  expect(ran.out).toEqual([
    { item: 1, status: 'accepted', task: task(1, 'queued') },
    { item: 2, status: 'refused', problem: toProblem(fault) },
    { item: 3, status: 'accepted', task: task(3, 'queued') },
  ]);
});

test('with --wait those accepted are waited for, and the refused one still makes it 2', async () => {
  const ran = await submit(dispatcher('succeeded'), '--json', '--wait');
  expect(ran.code).toBe(2);
  expect(ran.out).toEqual([
    { item: 2, status: 'refused', problem: toProblem(fault) },
    { item: 1, status: 'accepted', task: task(1, 'succeeded') },
    { item: 3, status: 'accepted', task: task(3, 'succeeded') },
  ]);
});

test('when all were accepted the exit code tells how they ended', async () => {
  expect(await submit(dispatcher('succeeded', 'accepted'), '--wait')).toMatchObject({ code: 0 });
  expect(await submit(dispatcher('failed', 'accepted'), '--wait')).toMatchObject({ code: 4 });
});
