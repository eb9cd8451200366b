import { FactoryError, taskSchema, toProblem, type BatchResult, type ErrorCode } from '@agent-factory/contract';
import { FactoryClient } from '../../../cli/src/client/factory';
import type { HttpOptions } from '../../../cli/src/client/http';
import { patient } from '../../../cli/src/client/retry';
import { json, scriptedServer, type Handler } from '../support/httpServer';
import { scriptedClock } from '../support/scriptedClock';

const brain = { kind: 'model' as const, prompt: 'x' };
const item = (key: string) => ({ type: 'python' as const, brain, idempotency_key: key });
const at = '2030-01-01T00:00:00.000Z';
const task = taskSchema.parse({
  id: 'python-01arz3ndektsv4rrffq69g5fav',
  type: 'python',
  state: 'queued',
  submitter: 's',
  crew: 'own',
  priority: 'P2',
  labels: {},
  created_at: at,
  start_by: at,
  attempt: 0,
  failures: 0,
  max_attempts: 3,
  cancel_requested: false,
  usage: { input_tokens: 0, output_tokens: 0, cost_usd: 0, model_calls: 0, tool_calls: 0 },
  attempts: [],
});

type Item = BatchResult['results'][number];
const accepted: Item = { status: 'accepted', task, duplicate: false };
const refused = (code: ErrorCode, retryAfterSeconds?: number): Item => ({
  status: 'refused',
  problem: toProblem(new FactoryError(code, 'no', retryAfterSeconds === undefined ? {} : { retryAfterSeconds })),
});

/** A client of a server that gives these results, batch by batch, and the keys that it was sent. */
async function client(rounds: readonly (readonly Item[])[], options: HttpOptions = {}, last?: Handler) {
  const keys: (string | undefined)[][] = [];
  const handlers = rounds.map((results): Handler => (request, response) => {
    let body = '';
    request.on('data', (bytes: Buffer) => (body += bytes.toString()));
    request.on('end', () => {
      keys.push((JSON.parse(body) as { tasks: ReturnType<typeof item>[] }).tasks.map((one) => one.idempotency_key));
      const count = results.filter(({ status }) => status === 'accepted').length;
      json(200, { results, accepted: count, refused: results.length - count })(request, response);
    });
  });
  const { url } = await scriptedServer(...handlers, ...(last === undefined ? [] : [last]));
  const clock = scriptedClock();
  return { client: new FactoryClient({ url, token: 't' }, { clock, ...options }), clock, keys };
}

const statuses = ({ results }: BatchResult): string[] =>
  results.map((result) => (result.status === 'accepted' ? 'accepted' : result.problem.code));

test('items that were refused for a reason that passes are sent again with their keys, the others are not', async () => {
  const {
    client: factory,
    clock,
    keys,
  } = await client([
    [accepted, refused('STORE_UNAVAILABLE'), refused('INVALID_ARGUMENT'), refused('STORE_UNAVAILABLE')],
    [refused('STORE_UNAVAILABLE'), accepted],
    [accepted],
  ]);
  const answer = factory.submitBatch(['a', 'b', 'c', 'd'].map(item));
  await clock.pass(100);
  await clock.pass(200);
  const result = await answer;
  expect(statuses(result)).toEqual(['accepted', 'accepted', 'INVALID_ARGUMENT', 'accepted']);
  expect([result.accepted, result.refused]).toEqual([3, 1]);
  expect(keys).toEqual([['a', 'b', 'c', 'd'], ['b', 'd'], ['b']]);
});

test('an item that shall wait is sent no sooner, and holds no other one up', async () => {
  const {
    client: factory,
    clock,
    keys,
  } = await client([[refused('QUEUE_FULL', 5), refused('STORE_UNAVAILABLE')], [accepted], [accepted]]);
  const answer = factory.submitBatch(['a', 'b'].map(item));
  await clock.pass(100);
  await clock.pass(5_000);
  expect(statuses(await answer)).toEqual(['accepted', 'accepted']);
  expect(keys).toEqual([['a', 'b'], ['b'], ['a']]);
});

test('when patience is over the latest refusal stands', async () => {
  const policy = { ...patient, patienceMs: 250 };
  const rounds = [[accepted, refused('STORE_UNAVAILABLE')], [refused('QUEUE_FULL', 60)]];
  const { client: factory, clock } = await client(rounds, { policy });
  const answer = factory.submitBatch(['a', 'b'].map(item));
  await clock.pass(100);
  expect(statuses(await answer)).toEqual(['accepted', 'QUEUE_FULL']);
});

test('what was accepted is told although nothing answers any more', async () => {
  const policy = { patienceMs: 150, firstDelayMs: 100, maxDelayMs: 100 };
  const cut: Handler = (request) => request.socket.destroy();
  const { client: factory, clock } = await client([[accepted, refused('STORE_UNAVAILABLE')]], { policy }, cut);
  const answer = factory.submitBatch(['a', 'b'].map(item));
  await clock.pass(100);
  await clock.pass(100);
  expect(statuses(await answer)).toEqual(['accepted', 'STORE_UNAVAILABLE']);
});
