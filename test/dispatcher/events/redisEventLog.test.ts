import { eventSchema, type FactoryEvent } from '@agent-factory/contract';
import type { Redis } from 'ioredis';
import { createRedisEventLog, type RedisEventLogOptions } from '../../../dispatcher/src/events/redisEventLog';
import type { EventLog } from '../../../dispatcher/src/events/port';
import { createRedisQueue } from '../../../dispatcher/src/queue/redisQueue';
import { redisReady } from '../../../dispatcher/src/redis';
import { startRedis, type RedisServer } from '../../support/redis';
import { lease, newTask, only, success, taskOf, typeWith } from '../queue/fixtures';
import { drain, outline, take } from './collect';
import { eventConformance } from './conformance';

let server: RedisServer;
let redis: Redis;
const logs: EventLog[] = [];
beforeAll(async () => {
  server = await startRedis({ aof: 'always' });
  redis = await server.connect();
});
afterEach(() => Promise.all(logs.splice(0).map((log) => log.stop())));
afterAll(() => server.stop());

async function startLog(options: Partial<RedisEventLogOptions> = {}): Promise<EventLog> {
  const log = createRedisEventLog({ redis, ...options });
  logs.push(log);
  await log.start();
  await log.start();
  return log;
}

async function fresh() {
  await redis.flushall();
  return { queue: createRedisQueue({ redis }), log: await startLog(), another: startLog };
}

const never = new AbortController().signal;

eventConformance(fresh);

test('a restart of Redis neither loses nor repeats an event', async () => {
  const { queue, log } = await fresh();
  const seen: FactoryEvent[] = [];
  let wanted = 3;
  let reached: () => void = () => undefined;
  log.subscribe((events) => {
    seen.push(...events);
    if (seen.length >= wanted) reached();
  });
  const arrived = (count: number): Promise<void> =>
    new Promise((resolve) => {
      wanted = count;
      reached = resolve;
      if (seen.length >= count) resolve();
    });
  const ids: string[] = [];
  const submit = async (): Promise<void> => {
    ids.push(taskOf(only(await queue.submit(typeWith('python'), [newTask()]))).id);
  };
  for (let n = 0; n < 3; n += 1) await submit();
  await arrived(3);
  const { id } = await queue.get(ids[0] ?? '');
  const following = log.followTask(id, undefined, never)[Symbol.asyncIterator]();
  expect((await following.next()).value).toMatchObject({ kind: 'queued' });
  const followed = drain({ [Symbol.asyncIterator]: () => following });
  await server.restart();
  await redisReady(redis);
  // Before the reader is back, as another dispatcher may.
  for (let n = 0; n < 3; n += 1) await submit();
  await arrived(6);
  expect(seen.map((event) => event.task_id)).toEqual(ids);
  const held = await queue.claim('python', 'agent-1', 1);
  const line = { ...lease(only(held)), at: '2030-01-01T00:00:00.000Z', stream: 'agent' as const, text: 'still here' };
  await queue.log('python', 'agent-1', [line]);
  await queue.complete(
    'python',
    'agent-1',
    held.map((one) => ({ ...lease(one), result: success })),
  );
  expect(outline(await followed)).toEqual(['claimed', 'log still here', 'succeeded']);
});

test('a follower that does not keep up is ended, and resumes from its last event without loss', async () => {
  const { queue } = await fresh();
  const log = await startLog({ bufferLimit: 10 });
  const slow = log.followAll(undefined, never)[Symbol.asyncIterator]();
  const first = slow.next();
  const submitted = await queue.submit(
    typeWith('python'),
    Array.from({ length: 5 }, () => newTask()),
  );
  const seen = [(await first).value as FactoryEvent]; // not done: five events are there
  const caught = take(log.followAll(seen[0]?.id, never), 44);
  for (let n = 0; n < 4; n += 1) {
    submitted.push(
      ...(await queue.submit(
        typeWith('python'),
        Array.from({ length: 10 }, () => newTask()),
      )),
    );
  }
  await caught;
  const readOn = async (): Promise<void> => {
    for (let next = await slow.next(); next.done !== true; next = await slow.next()) seen.push(next.value);
  };
  await expect(readOn()).rejects.toMatchObject({ code: 'STREAM_LIMIT' });
  expect(seen.length).toBeLessThan(submitted.length);
  const last = seen.at(-1)?.id;
  const rest = await take((await startLog()).followAll(last, never), submitted.length - seen.length);
  expect([...seen, ...rest].map((event) => event.task_id)).toEqual(submitted.map((outcome) => taskOf(outcome).id));
});

test('where the first events are trimmed, a task is told from its present state on', async () => {
  const { queue, log } = await fresh();
  const { id } = taskOf(only(await queue.submit(typeWith('python'), [newTask()])));
  const held = await queue.claim('python', 'agent-1', 1);
  await redis.xtrim('events:{python}', 'MAXLEN', 0);
  const controller = new AbortController();
  expect(await take(log.followTask(id, undefined, controller.signal), 1)).toMatchObject([
    { kind: 'claimed', attempt: 1, agent_id: 'agent-1' },
  ]);
  await queue.complete(
    'python',
    'agent-1',
    held.map((one) => ({ ...lease(one), result: success })),
  );
  expect(outline(await drain(log.followTask(id, undefined, never)))).toEqual(['succeeded']);
  await redis.xtrim('events:{python}', 'MAXLEN', 0);
  const told = await drain(log.followTask(id, undefined, never));
  expect(outline(told)).toEqual(['succeeded']);
  expect(await drain(log.followTask(id, told[0]?.id, never))).toEqual([]);
});

test('one blocking connection and one subscriber serve all followers', async () => {
  const { queue, log } = await fresh();
  const { id } = taskOf(only(await queue.submit(typeWith('python'), [newTask()])));
  const controller = new AbortController();
  const iterators = Array.from({ length: 50 }, () =>
    log.followTask(id, undefined, controller.signal)[Symbol.asyncIterator](),
  );
  await Promise.all(iterators.map((iterator) => iterator.next()));
  const clients = String(await redis.client('LIST'))
    .trim()
    .split('\n');
  expect(clients).toHaveLength(3);
  controller.abort();
  await Promise.all(iterators.map((iterator) => iterator.next()));
});

test('a Redis that comes back behind is followed from there, and its followers resume', async () => {
  const own = await startRedis();
  try {
    const connection = await own.connect();
    const errors: unknown[] = [];
    const log = createRedisEventLog({ redis: connection, onError: (error) => errors.push(error) });
    logs.push(log);
    // A clock that is ahead of the one after the restart.
    const ahead = Date.now() + 3_600_000;
    await connection.xadd('events:{python}', `${ahead}-0`, 'paused', '- 0');
    await log.start();
    const cursor = log.cursorNow();
    const cut = drain(log.followAll(undefined, never)).catch((error: unknown) => error);
    await own.restart(); // without an append-only file: everything is gone
    await redisReady(connection);
    expect(await cut).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    const resumed = take(log.followAll(cursor, never), 2);
    const heard = new Promise<readonly FactoryEvent[]>((resolve) => log.subscribe(resolve));
    const { id } = taskOf(only(await createRedisQueue({ redis: connection }).submit(typeWith('python'), [newTask()])));
    expect((await heard)[0]?.task_id).toBe(id);
    expect(await resumed).toMatchObject([
      { kind: 'gap', type: 'python' },
      { kind: 'queued', task_id: id },
    ]);
    await log.stop();
  } finally {
    await own.stop();
  }
});

test('failures to read are told once, health says so, and so does the end of them', async () => {
  const own = await startRedis();
  try {
    const connection = await own.connect();
    let errors = 0;
    let failed = (): void => undefined;
    let recovered = (): void => undefined;
    const failing = new Promise<void>((resolve) => (failed = resolve));
    const recovering = new Promise<void>((resolve) => (recovered = resolve));
    const log = createRedisEventLog({
      redis: connection,
      onError: () => {
        errors += 1;
        failed();
      },
      onRecovered: () => recovered(),
    });
    logs.push(log);
    expect(log.checkHealth()).not.toBe('ok');
    await log.start();
    expect(log.checkHealth()).toBe('ok');
    await own.kill();
    await failing;
    expect(log.checkHealth()).not.toBe('ok');
    await own.restart();
    await recovering;
    expect(log.checkHealth()).toBe('ok');
    expect(errors).toBe(1);
    await log.stop();
  } finally {
    await own.stop();
  }
});

test('a cursor of now resumes with the first event after it', async () => {
  const { queue, log } = await fresh();
  const read = new Promise<void>((resolve) => log.subscribe(() => resolve()));
  await queue.submit(typeWith('data'), [newTask({ type: 'data' })]);
  await read;
  const cursor = log.cursorNow();
  const submitted = await queue.submit(typeWith('python'), [newTask(), newTask()]);
  const ids = (await take(log.followAll(cursor, never), 2)).map((event) => event.task_id);
  expect(ids).toEqual(submitted.map((outcome) => taskOf(outcome).id));
});

test('a cursor whose successors were trimmed is told so first, once, and only then', async () => {
  const { queue, log } = await fresh();
  const submit = () => queue.submit(typeWith('python'), [newTask()]).then((all) => taskOf(only(all)).id);
  const begun = take(log.followAll(log.cursorNow(), never), 1);
  await submit();
  const [first] = await begun;
  await submit();
  await submit();
  await redis.xtrim('events:{python}', 'MAXLEN', 1);
  const id = await submit();
  const [gap, ...rest] = await take(log.followAll(first?.id, never), 3);
  expect(eventSchema.parse(gap)).toMatchObject({ kind: 'gap', type: 'python' });
  expect(rest.at(-1)?.task_id).toBe(id);
  expect(outline(await take(log.followAll(gap?.id, never), 2))).toEqual(['queued', 'queued']);
  expect(outline(await take(log.followAll(rest[0]?.id, never), 1))).toEqual(['queued']);
});
