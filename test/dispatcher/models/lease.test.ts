import {
  agentType,
  parseOrThrow,
  taskSpecSchema,
  ulidSource,
  type Assignment,
  type TaskSpecInput,
} from '@agent-factory/contract';
import type { TaskQueue } from '../../../dispatcher/src/queue/port';
import { redisReady } from '../../../dispatcher/src/redis';
import { createRedisQueue } from '../../../dispatcher/src/queue/redisQueue';
import { startModelProvider, type ScriptedProvider } from '../../support/modelProvider';
import { startRedis, type RedisServer } from '../../support/redis';
import { ask, configFor, startGateway, type RunningGateway } from './harness';

let redis: RedisServer;
let connection: Awaited<ReturnType<RedisServer['connect']>>;
let queue: TaskQueue;
let provider: ScriptedProvider;
let gateway: RunningGateway;
const nextUlid = ulidSource();

beforeAll(async () => {
  [redis, provider] = await Promise.all([startRedis(), startModelProvider()]);
  connection = await redis.connect();
  queue = createRedisQueue({ redis: connection });
  gateway = await startGateway(configFor(provider), { queue });
});
beforeEach(() => provider.reset());
afterAll(async () => {
  await gateway.stop();
  await Promise.all([provider.stop(), redis.stop()]);
});

/** A task that the agent of the token holds. */
async function claimed(limits: TaskSpecInput['limits'] = {}): Promise<Assignment> {
  const spec = parseOrThrow(taskSpecSchema, { type: 'python', brain: { kind: 'model', prompt: 'x' }, limits });
  const id = `python-${nextUlid()}`;
  await queue.submit(agentType('python'), [
    { id, spec, submitter: 'someone', crew: 'own', timeoutMs: 60_000, maxAttempts: 3 },
  ]);
  const assignments = await queue.claim('python', 'agent-1', 10); // with what an earlier test gave back
  const assignment = assignments.find((candidate) => candidate.id === id);
  if (assignment === undefined) throw new Error('the task was not claimed');
  return assignment;
}

const headersOf = ({ id, epoch }: Assignment): Record<string, string> => ({
  'x-task-id': id,
  'x-task-epoch': String(epoch),
});

it('what calls used stands on the task, summed', async () => {
  const task = await claimed();
  const answer = { kind: 'answer', text: ['Hello'], usage: { input: 1_000, output: 100 } } as const;
  provider.script(answer, answer);
  expect((await gateway.post(ask('gpt'), headersOf(task))).status).toBe(200);
  expect((await gateway.post(ask('claude', { stream: true }), headersOf(task))).text).toContain('[DONE]');
  const { usage } = await queue.get(task.id);
  expect(usage).toMatchObject({ input_tokens: 2_000, output_tokens: 200, model_calls: 2 });
  expect(usage.cost_usd).toBeCloseTo(0.009, 9);
});

it('the budget binds over all attempts', async () => {
  const task = await claimed({ max_tokens: 1_000 });
  provider.script({ kind: 'answer', text: ['Hello'], usage: { input: 900, output: 100 } });
  expect((await gateway.post(ask('gpt'), headersOf(task))).status).toBe(200);
  await queue.release('python', 'agent-1', [task], 'again');
  const [again] = await queue.claim('python', 'agent-1', 1);
  if (again?.id !== task.id) throw new Error('the task was not claimed again');
  const late = await gateway.post(ask('gpt'), headersOf(task));
  expect(late.status).toBe(409);
  const spent = await gateway.post(ask('gpt'), headersOf(again));
  expect(spent.status).toBe(402);
  expect(provider.requests).toHaveLength(1);
});

it('a lease lost during the call is told, and a finished task pays for nothing more', async () => {
  const task = await claimed();
  provider.script({ kind: 'silence' });
  const reached = provider.nextRequest();
  const answer = gateway.post(ask('gpt'), headersOf(task));
  await reached;
  await queue.release('python', 'agent-1', [task], 'lost');
  gateway.clock.advance(60_000);
  expect((await answer).status).toBe(504);
  expect((await queue.get(task.id)).usage.model_calls).toBe(0);
  expect(gateway.logged.at(-1)).toContain('"code":"LEASE_');
});

it('while Redis does not answer no call is made, and then calls go on', async () => {
  const task = await claimed();
  await redis.kill();
  const answer = await gateway.post(ask('gpt'), headersOf(task));
  expect(answer.status).toBe(503);
  expect(answer.json).toMatchObject({ error: { code: 'STORE_UNAVAILABLE' } });
  expect(provider.requests).toHaveLength(0);

  await redis.restart();
  await redisReady(connection);
  const again = await claimed(); // nothing was kept on disk
  provider.script({ kind: 'answer', text: ['Hello'] });
  expect((await gateway.post(ask('gpt'), headersOf(again))).status).toBe(200);
});
