import type { Redis } from 'ioredis';
import { startRedis, type RedisServer } from '../../support/redis';
import { newTask, only, taskOf, typeWith, type QueueHarness } from './fixtures';
import { redisHarness } from './redisHarness';

const minute = 60_000;
const day = 86_400_000;

let server: RedisServer;
let redis: Redis;
let harness: QueueHarness;
beforeAll(async () => {
  server = await startRedis();
  redis = await server.connect();
});
beforeEach(async () => {
  harness = await redisHarness(redis);
});
afterAll(() => server.stop());

const full = typeWith('python', { queue_limit: 0 });
const keyed = (key: string) => newTask({ idempotency: { key, fingerprint: 'f' } });
const refused = expect.objectContaining({ status: 'refused' });

/** Milliseconds for which each key is kept from here on. */
async function keptMs(): Promise<number[]> {
  const keys = await redis.keys('idem:*');
  return Promise.all(keys.map((key) => redis.pttl(key)));
}

/** The next script of this name is held up until `go`; `held` resolves when it is on its way. */
function holdUp(name: 'submit' | 'settle'): { held: Promise<void>; go: () => void } {
  const call = redis.callBuffer.bind(redis);
  let go = (): void => undefined;
  const gate = new Promise<void>((resolve) => (go = resolve));
  let reached = (): void => undefined;
  const held = new Promise<void>((resolve) => (reached = resolve));
  // Told by the keys: the queue alone, or two milliseconds and then what became of the task.
  const isIt = (args: readonly unknown[]): boolean =>
    name === 'submit' ? args.includes('queue:{python}') && args.includes('all:{python}') : args.at(-1) === 0;
  const spy = jest.spyOn(redis, 'callBuffer').mockImplementation(async (...args: Parameters<typeof call>) => {
    const flat = (args as unknown[]).flat();
    if (isIt(flat)) {
      spy.mockRestore();
      reached();
      await gate;
    }
    return call(...args);
  });
  return { held, go: () => go() };
}

test('keys of tasks that a full queue refused are kept for a minute, in one call, those of accepted ones for a day', async () => {
  const tasks = Array.from({ length: 50 }, (_, n) => keyed(`k${n}`));
  expect(await harness.queue.submit(full, tasks)).toEqual(tasks.map(() => refused));
  const kept = await keptMs();
  expect(kept).toHaveLength(50);
  expect(Math.max(...kept)).toBeLessThanOrEqual(minute);
  await harness.queue.submit(typeWith('python'), [keyed('accepted')]);
  expect(Math.max(...(await keptMs()))).toBeGreaterThan(day - minute);
});

test('a batch that the limit cuts in two keeps the keys of its first part only', async () => {
  const two = typeWith('python', { queue_limit: 2 });
  await harness.queue.submit(
    two,
    ['a', 'b', 'c', 'd'].map((key) => keyed(key)),
  );
  const kept = await keptMs();
  expect(kept.filter((ms) => ms > minute)).toHaveLength(2);
  expect(kept.filter((ms) => ms <= minute)).toHaveLength(2);
});

test('a retry that is accepted has its key kept for a day, and one that is refused again does not lengthen it', async () => {
  const first = keyed('k');
  await harness.queue.submit(full, [first]);
  expect(await harness.queue.submit(full, [keyed('k')])).toEqual([refused]);
  expect(Math.max(...(await keptMs()))).toBeLessThanOrEqual(minute);
  expect(taskOf(only(await harness.queue.submit(typeWith('python'), [keyed('k')]))).id).toBe(first.id);
  expect(Math.min(...(await keptMs()))).toBeGreaterThan(day - minute);
});

test('a submission that is refused while its retry is accepted takes nothing from the key', async () => {
  const gate = holdUp('settle');
  const first = harness.queue.submit(full, [keyed('k')]);
  await gate.held;
  const retried = taskOf(only(await harness.queue.submit(typeWith('python'), [keyed('k')])));
  gate.go();
  expect(await first).toEqual([refused]);
  expect(Math.min(...(await keptMs()))).toBeGreaterThan(day - minute);
  expect(only(await harness.queue.submit(typeWith('python'), [keyed('k')]))).toMatchObject({
    task: { id: retried.id },
  });
});

test('a retry that is refused while the first submission is accepted takes nothing from the key either', async () => {
  const gate = holdUp('submit');
  const first = harness.queue.submit(typeWith('python'), [keyed('k')]);
  await gate.held;
  expect(await harness.queue.submit(full, [keyed('k')])).toEqual([refused]);
  gate.go();
  expect(only(await first)).toMatchObject({ status: 'accepted', duplicate: false });
  expect(Math.min(...(await keptMs()))).toBeGreaterThan(day - minute);
});

test('a retry that comes as the reservation ends has it to itself for another minute', async () => {
  await harness.queue.submit(full, [keyed('k')]);
  const [key = ''] = await redis.keys('idem:*');
  await redis.pexpire(key, 500);
  harness.clock.advance(minute - 1);
  const gate = holdUp('submit');
  const retried = harness.queue.submit(typeWith('python'), [keyed('k')]);
  await gate.held;
  expect(await redis.pttl(key)).toBeGreaterThan(minute / 2);
  harness.clock.advance(minute - 1);
  const last = taskOf(only(await harness.queue.submit(typeWith('python'), [keyed('k')])));
  gate.go();
  expect(only(await retried)).toMatchObject({ duplicate: true, task: { id: last.id } });
  expect((await harness.queue.stats('python')).waiting).toBe(1);
});
