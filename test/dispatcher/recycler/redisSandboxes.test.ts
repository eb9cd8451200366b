import type { Redis } from 'ioredis';
import type { ReleaseOrders, Sandboxes } from '../../../dispatcher/src/recycler/port';
import { createRedisSandboxes, createReleaseOrders } from '../../../dispatcher/src/recycler/redisSandboxes';
import { testClock, type TestClock } from '../../support/clock';
import { startRedis, type RedisServer } from '../../support/redis';

let server: RedisServer;
let redis: Redis;
let clock: TestClock;
let sandboxes: Sandboxes;
let orders: ReleaseOrders;

beforeAll(async () => {
  server = await startRedis();
  redis = await server.connect();
});
afterAll(() => server.stop());
beforeEach(async () => {
  await redis.flushall();
  clock = testClock();
  const options = { redis, clock: clock.now, mostOrders: 3 };
  sandboxes = createRedisSandboxes(options);
  orders = createReleaseOrders('agents', options);
});

const pod = (uid: string, over = {}) => ({
  namespace: 'agents',
  name: `pod-${uid}`,
  uid,
  agentType: 'python',
  ...over,
});
const release = (uid: string) =>
  sandboxes.releaseSandbox({ namespace: 'agents', pod: `pod-${uid}`, uid, reason: 'over' });
const day = 86_400_000;

test('a pod is what it was bound as, however often, and nothing before', async () => {
  await expect(sandboxes.find('a')).resolves.toBeUndefined();
  await sandboxes.bind(pod('a'));
  await sandboxes.bind(pod('a'));
  await expect(sandboxes.find('a')).resolves.toEqual(pod('a'));
});

test.each([
  ['another name', { name: 'pod-b' }],
  ['another type', { agentType: 'frontend' }],
  ['another namespace', { namespace: 'others' }],
])('a uid with %s is refused', async (_what, over) => {
  await sandboxes.bind(pod('a'));
  await expect(sandboxes.bind(pod('a', over))).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(sandboxes.find('a')).resolves.toEqual(pod('a'));
});

test('a released pod binds no more, whether it was bound before or not', async () => {
  await sandboxes.bind(pod('a'));
  for (const uid of ['a', 'b']) {
    await release(uid);
    await expect(sandboxes.bind(pod(uid))).rejects.toMatchObject({
      code: 'FORBIDDEN',
      detail: expect.stringContaining('released'),
    });
  }
});

test('an order is taken once in its hold, again after it, and not when it is done', async () => {
  await expect(orders.take(60_000)).resolves.toBeUndefined();
  await expect(release('a')).resolves.toEqual({ duplicate: false });
  await expect(release('a')).resolves.toEqual({ duplicate: true });
  const order = { uid: 'a', pod: 'pod-a', reason: 'over', tries: 1 };
  await expect(orders.take(60_000)).resolves.toEqual(order);
  await expect(orders.take(60_000)).resolves.toBeUndefined();
  clock.advance(60_000);
  await expect(orders.take(60_000)).resolves.toEqual({ ...order, tries: 2 });
  await orders.later('a', 5_000);
  clock.advance(4_999);
  await expect(orders.take(60_000)).resolves.toBeUndefined();
  clock.advance(1);
  await expect(orders.take(60_000)).resolves.toEqual({ ...order, tries: 3 });
  await expect(orders.count()).resolves.toBe(1);
  await orders.done('a');
  clock.advance(day);
  await expect(orders.take(60_000)).resolves.toBeUndefined();
  await expect(orders.count()).resolves.toBe(0);
});

test('one that is done does not come back by a late word', async () => {
  await release('a');
  await orders.take(60_000);
  await orders.done('a');
  await orders.later('a', 0);
  await expect(orders.take(60_000)).resolves.toBeUndefined();
});

test('the first released is the first taken, each namespace for itself', async () => {
  await release('a');
  clock.advance(1);
  await release('b');
  await sandboxes.releaseSandbox({ namespace: 'others', pod: 'p', uid: 'c', reason: '' });
  expect([(await orders.take(1))?.uid, (await orders.take(1))?.uid, await orders.take(1)]).toEqual([
    'a',
    'b',
    undefined,
  ]);
  await expect(createReleaseOrders('others', { redis, clock: clock.now }).take(1)).resolves.toMatchObject({ uid: 'c' });
});

test('orders are bounded: one too many is refused and its pod stays as it is', async () => {
  for (const uid of ['a', 'b', 'c']) await release(uid);
  await sandboxes.bind(pod('d'));
  await expect(release('d')).rejects.toMatchObject({ code: 'RECYCLER_BEHIND', retryAfterSeconds: 30 });
  await expect(sandboxes.bind(pod('d'))).resolves.toBeUndefined();
  await orders.done('a');
  await expect(release('d')).resolves.toEqual({ duplicate: false });
});

test('a long reason is cut, a strange one kept', async () => {
  await sandboxes.releaseSandbox({
    namespace: 'agents',
    pod: 'p',
    uid: 'a',
    reason: `7 "x"\n\u0000 ${'y'.repeat(500)}`,
  });
  const order = await orders.take(1);
  expect(order?.reason).toBe(`7 "x"\n\u0000 ${'y'.repeat(192)}`);
});

test('a pod is gone only when it was bound before the cluster was asked', async () => {
  await sandboxes.bind(pod('a'));
  await sandboxes.bind(pod('b'));
  const { at, uids } = await orders.bound();
  expect([at, uids.sort()]).toEqual([clock.now(), ['a', 'b']]);
  clock.advance(1);
  await sandboxes.bind(pod('b'));
  await expect(Promise.all([orders.gone('a', at), orders.gone('b', at), orders.gone('c', at)])).resolves.toEqual([
    true,
    false,
    false,
  ]);
  await expect(sandboxes.bind(pod('a'))).rejects.toMatchObject({
    code: 'FORBIDDEN',
    detail: expect.stringContaining('gone'),
  });
  await expect(sandboxes.bind(pod('b'))).resolves.toBeUndefined();
  expect((await orders.bound()).uids).toEqual(['b']);
});

test('a released pod is looked for no more, and stays released when it is gone', async () => {
  await sandboxes.bind(pod('a'));
  const { at } = await orders.bound();
  await release('a');
  expect((await orders.bound()).uids).toEqual([]);
  await expect(orders.gone('a', at)).resolves.toBe(false);
  await expect(sandboxes.bind(pod('a'))).rejects.toMatchObject({ detail: expect.stringContaining('released') });
});

test('what is not heard of for two days is forgotten, so that nothing grows for ever', async () => {
  await sandboxes.bind(pod('a'));
  clock.advance(2 * day + 1);
  await sandboxes.bind(pod('b'));
  expect((await orders.bound()).uids).toEqual(['b']);
  for (const key of await redis.keys('pod:*')) expect(await redis.pttl(key)).toBeGreaterThan(day);
});

test('all keys lie in one slot', async () => {
  await sandboxes.bind(pod('a'));
  await sandboxes.bind(pod('b'));
  await release('a');
  const keys = await redis.keys('*');
  expect(keys).toHaveLength(5);
  for (const key of keys) expect(key).toContain(':{sandboxes}:');
});
