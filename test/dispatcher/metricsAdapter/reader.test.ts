import { agentType, agentTypeNames } from '@agent-factory/contract';
import type { Redis } from 'ioredis';
import { createMetrics } from '../../../dispatcher/src/metrics';
import { collectDepths } from '../../../dispatcher/src/metricsAdapter/gauges';
import { createDepthReader } from '../../../dispatcher/src/metricsAdapter/reader';
import { createRedisQueue } from '../../../dispatcher/src/queue/redisQueue';
import { createRedis, redisReady } from '../../../dispatcher/src/redis';
import { testClock } from '../../support/clock';
import { startRedis, type RedisServer } from '../../support/redis';
import { newTask } from '../queue/fixtures';

let server: RedisServer;
let redis: Redis;

beforeEach(async () => {
  server = await startRedis();
  redis = await server.connect();
});
afterEach(() => server.stop());

async function submit(type: 'python' | 'frontend', count: number): Promise<void> {
  const queue = createRedisQueue({ redis, leaseMs: 60_000 });
  await queue.submit(
    agentType(type),
    Array.from({ length: count }, () => newTask({ type })),
  );
}
const claim = (type: 'python' | 'frontend', count: number) =>
  createRedisQueue({ redis, leaseMs: 60_000 }).claim(type, 'agent-1', count);

test('tells waiting tasks, and the target once for each one at work; 0 for a type without work, for every type', async () => {
  await submit('python', 7);
  await submit('frontend', 2);
  await claim('python', 3);
  const { of } = await createDepthReader({ redis }).read();
  expect([...of.keys()]).toEqual([...agentTypeNames]);
  const target = agentType('python').scaling.queue_target;
  expect(of.get('python')).toBe(4 + 3 * target);
  expect(of.get('frontend')).toBe(2);
  expect([...of].filter(([type]) => type !== 'python' && type !== 'frontend').map(([, depth]) => depth)).toEqual(
    agentTypeNames.slice(2).map(() => 0),
  );
});

test('a target of the configuration stands in place of that of the catalogue', async () => {
  await submit('python', 3);
  await submit('frontend', 1);
  await claim('python', 2);
  await claim('frontend', 1);
  const { of } = await createDepthReader({ redis, targets: { python: 100 } }).read();
  expect([of.get('python'), of.get('frontend')]).toEqual([1 + 2 * 100, agentType('frontend').scaling.queue_target]);
});

test('one reading is one pipeline, and callers within a second share it', async () => {
  const clock = testClock();
  const reader = createDepthReader({ redis, now: clock.now });
  await reader.read(); // Redis learns the script
  clock.advance(1_001);
  const pipelines = jest.spyOn(redis, 'pipeline');
  const [first, second] = await Promise.all([reader.read(), reader.read()]);
  clock.advance(1_000);
  expect(await reader.read()).toBe(first);
  expect(second).toBe(first);
  expect(pipelines).toHaveBeenCalledTimes(1);
  clock.advance(1);
  await submit('python', 1);
  expect((await reader.read()).of.get('python')).toBe(1);
  expect(pipelines).toHaveBeenCalledTimes(2);
});

test('Redis forgot the script: it is read all the same', async () => {
  const clock = testClock();
  const reader = createDepthReader({ redis, now: clock.now });
  await submit('python', 1);
  await reader.read();
  await redis.script('FLUSH');
  clock.advance(2_000);
  await submit('python', 1);
  expect((await reader.read()).of.get('python')).toBe(2);
});

test('while Redis cannot be asked the last figures are told until they are 5 s old, and then none', async () => {
  const clock = testClock();
  const reader = createDepthReader({ redis, now: clock.now });
  await submit('python', 3);
  const known = await reader.read();
  redis.disconnect();
  clock.advance(5_000);
  expect(await reader.read()).toBe(known);
  clock.advance(1);
  await expect(reader.read()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
});

test('a Redis that does not answer is waited for shortly, by all callers at once', async () => {
  const slow = createRedis(server.url, { commandTimeoutMs: 60_000 });
  await redisReady(slow);
  const reader = createDepthReader({ redis: slow, waitMs: 20 });
  server.freeze();
  try {
    const reads = await Promise.allSettled([reader.read(), reader.read()]);
    expect(reads).toMatchObject([
      { status: 'rejected', reason: { code: 'STORE_UNAVAILABLE' } },
      { status: 'rejected', reason: { code: 'STORE_UNAVAILABLE' } },
    ]);
  } finally {
    server.resume();
    slow.disconnect();
  }
});

test('figures that were long on their way are told to nobody', async () => {
  const clock = testClock();
  const reader = createDepthReader({ redis, now: clock.now });
  const reading = reader.read();
  clock.advance(5_001);
  await expect(reading).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
});

test('/metrics has the same number by agent_type, and no number at all when Redis cannot be asked', async () => {
  const metrics = createMetrics();
  const clock = testClock();
  const reader = createDepthReader({ redis, now: clock.now });
  await submit('python', 3);
  await collectDepths(reader, metrics);
  const text = await metrics.registry.getSingleMetricAsString('task_queue_depth');
  expect(text).toContain('task_queue_depth{agent_type="python"} 3\n');
  expect(text).toContain('task_queue_depth{agent_type="frontend"} 0\n');
  expect(text.match(/^task_queue_depth\{/gm)).toHaveLength(agentTypeNames.length);
  redis.disconnect();
  clock.advance(6_000);
  await collectDepths(reader, metrics);
  expect(await metrics.registry.getSingleMetricAsString('task_queue_depth')).not.toContain('task_queue_depth{');
});
