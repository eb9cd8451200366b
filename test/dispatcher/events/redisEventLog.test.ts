import type { FactoryEvent } from '@agent-factory/contract';
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
  for (let next = await slow.next(); next.done !== true; next = await slow.next()) seen.push(next.value);
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
