import type { Redis } from 'ioredis';
import type { TaskQueue } from '../../../dispatcher/src/queue/port';
import { createRedisQueue } from '../../../dispatcher/src/queue/redisQueue';
import { scripts } from '../../../dispatcher/src/queue/scripts.gen';
import { createMetrics } from '../../../dispatcher/src/metrics';
import { createRedis, redisReady } from '../../../dispatcher/src/redis';
import { meteredQueue } from '../../../dispatcher/src/tasks/meteredQueue';
import { startRedis, type RedisServer } from '../../support/redis';
import { cuttingProxy, type CuttingProxy } from './cuttingProxy';
import { lease, newTask, only, success, typeWith } from './fixtures';

let server: RedisServer;
let proxy: CuttingProxy;
let redis: Redis;
let queue: TaskQueue;
beforeAll(async () => {
  server = await startRedis();
  proxy = await cuttingProxy(server.url);
  redis = createRedis(proxy.url, { commandTimeoutMs: 1_000, reconnectCapMs: 50 });
});
beforeEach(async () => {
  await redisReady(redis);
  await redis.flushall();
  queue = createRedisQueue({ redis });
  // Scripts are known from here on, so that a claim is one call.
  await queue.submit(
    typeWith('python'),
    Array.from({ length: 4 }, () => newTask()),
  );
  await queue.claim('python', 'someone-else', 1);
});
afterAll(async () => {
  redis.disconnect();
  proxy.stop();
  await server.stop();
});

const refs = (leases: readonly { id: string; epoch: number }[]) => leases.map(lease);

test('a claim whose answer is lost is asked for again, and leases its tasks once', async () => {
  proxy.cutAnswers(1);
  const claimed = await queue.claim('python', 'agent-1', 2);
  expect(claimed).toHaveLength(2);
  expect(claimed.map(({ epoch }) => epoch)).toEqual([1, 1]);
  expect(await queue.stats('python')).toMatchObject({ waiting: 1, running: 3 });
  expect(only(await queue.claim('python', 'agent-1', 5)).id).not.toBe(claimed[0]?.id);
});

test('when it stays unheard, the next claim for the agent gives its tasks, under the same epoch, and no attempt is spent', async () => {
  proxy.cutAnswers(2);
  await expect(queue.claim('python', 'agent-1', 2)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  await redisReady(redis);
  expect(await queue.stats('python')).toMatchObject({ waiting: 1, running: 3 });
  const claimed = await queue.claim('python', 'agent-1', 1);
  expect(claimed.map(({ epoch }) => epoch)).toEqual([1, 1]);
  const acks = await queue.complete(
    'python',
    'agent-1',
    claimed.map((one) => ({ ...lease(one), result: success })),
  );
  expect(acks.map(({ ended }) => ended)).toEqual(['succeeded', 'succeeded']);
  expect((await queue.get(claimed[0]?.id ?? '')).attempts).toHaveLength(1);
  expect(await queue.claim('python', 'agent-1', 5)).toHaveLength(1);
});

test('what another took back meanwhile is not given again', async () => {
  proxy.cutAnswers(2);
  await expect(queue.claim('python', 'agent-1', 1)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  await redisReady(redis);
  // As the dispatcher does at which the agent registers.
  const elsewhere = createRedisQueue({ redis: await server.connect() });
  expect(await elsewhere.recover('python', 'agent-1', [], { latestClaim: true })).toBe(1);
  const [first] = await elsewhere.claim('python', 'agent-2', 1);
  const claimed = await queue.claim('python', 'agent-1', 5);
  expect(first).toMatchObject({ epoch: 2 });
  expect(refs(claimed)).not.toContainEqual(expect.objectContaining({ id: first?.id }));
  expect(claimed).toHaveLength(2);
});

test('a Redis that hangs and then does what it was asked, in whatever order, leases nothing twice', async () => {
  const closed = new Promise<void>((resolve) => redis.once('close', () => resolve()));
  server.freeze();
  await expect(queue.claim('python', 'agent-1', 2)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  // What was asked on the old connection may be done after what is asked on the new one.
  await closed;
  server.resume();
  await redisReady(redis);
  const claimed = await queue.claim('python', 'agent-1', 2);
  expect(claimed.map(({ epoch }) => epoch)).toEqual([1, 1]);
  expect(await queue.stats('python')).toMatchObject({ waiting: 1, running: 3 });
});

test('a claim that arrives after it was asked for again and answered changes nothing', async () => {
  // The first one is held up on the way, the second one overtakes it.
  const call = redis.callBuffer.bind(redis);
  let late: () => Promise<unknown> = async () => undefined;
  jest.spyOn(redis, 'callBuffer').mockImplementationOnce(async (...args: Parameters<typeof call>) => {
    late = () => call(...args);
    throw new Error('Command timed out');
  });
  const claimed = await queue.claim('python', 'agent-1', 1);
  expect(claimed).toHaveLength(1);
  const before = await Promise.all([queue.stats('python'), redis.xlen('events:{python}')]);
  expect(await late()).toEqual([]);
  expect(await Promise.all([queue.stats('python'), redis.xlen('events:{python}')])).toEqual(before);
  // Neither the order of what waits nor what it holds nor the record of the claim.
  const [next] = await queue.claim('python', 'agent-2', 1);
  expect(next).toMatchObject({ epoch: 1 });
  expect(await queue.recover('python', 'agent-1', [], { latestClaim: true })).toBe(1);
});

test.each([
  ['complete', 'agent_tasks_total{type="python",outcome="succeeded"} 1'],
  ['release', 'agent_task_duration_seconds_count{type="python",outcome="released"} 1'],
  ['lose', 'agent_task_retries_total{type="python",reason="lost"} 1'],
] as const)('%s whose answer is lost is accepted when it is asked again, and counted once', async (how, line) => {
  const metrics = createMetrics();
  const metered = meteredQueue(queue, metrics);
  const held = only(await metered.claim('python', 'agent-1', 1));
  const report = () =>
    how === 'complete'
      ? metered.complete('python', 'agent-1', [{ ...lease(held), result: success }])
      : how === 'release'
        ? metered.release('python', 'agent-1', [lease(held)], 'drain')
        : metered.lose('python', 'agent-1', [lease(held)]);
  // So that it is one call.
  await redis.script('LOAD', scripts[how].lua);
  proxy.cutAnswers(1);
  await expect(report()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  await redisReady(redis);
  for (let n = 0; n < 2; n += 1) expect(only(await report())).toMatchObject({ accepted: true, repeated: true });
  expect(await metrics.registry.metrics()).toContain(`${line}\n`);
});

test('a lease that a dispatcher of the version before has renewed is not taken back', async () => {
  const [held] = await queue.claim('python', 'agent-1', 1);
  const ulid = held?.id.slice('python-'.length) ?? '';
  // Its heartbeat moves the end of the lease and knows of no acknowledgement.
  await redis.zincrby('leases:{python}', 1, ulid);
  expect(await queue.recover('python', 'agent-1', [], { latestClaim: true })).toBe(0);
  expect((await queue.get(held?.id ?? '')).state).toBe('running');
});
