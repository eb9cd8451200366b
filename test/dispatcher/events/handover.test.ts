import { agentTypeNames } from '@agent-factory/contract';
import type { Redis } from 'ioredis';
import { parseEntry, type Entry } from '../../../dispatcher/src/events/entry';
import { followAll } from '../../../dispatcher/src/events/followAll';
import { followTask } from '../../../dispatcher/src/events/followTask';
import { EventHub } from '../../../dispatcher/src/events/hub';
import { LogTails } from '../../../dispatcher/src/events/logTails';
import { queueKeys } from '../../../dispatcher/src/queue/keys';
import { createRedisQueue } from '../../../dispatcher/src/queue/redisQueue';
import { startRedis, type RedisServer } from '../../support/redis';
import { lease, newTask, only, success, taskOf, typeWith } from '../queue/fixtures';
import { drain, outline, take } from './collect';

/** What happens between what is read from Redis and what comes live, with a reader that lags behind Redis as a busy one does. */

let server: RedisServer;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = await server.connect();
});
beforeEach(() => redis.flushall());
afterAll(() => server.stop());

const never = new AbortController().signal;
const streams = agentTypeNames.map((type) => ({ type, key: queueKeys(type).events }));

async function entries(): Promise<Entry[]> {
  const raw = await redis.xrange(queueKeys('python').events, '-', '+');
  return raw.map(([id, fields]) => parseEntry('python', id, fields));
}

function deliver(hub: EventHub, all: readonly Entry[]): void {
  for (const entry of all) hub.deliver(entry);
}

test('a cursor from a dispatcher that is ahead of this one repeats nothing', async () => {
  const queue = createRedisQueue({ redis });
  for (let n = 0; n < 3; n += 1) await queue.submit(typeWith('python'), [newTask()]);
  const all = await entries();
  const ahead = new EventHub();
  const seen = take(followAll({ redis, hub: ahead, streams, bufferLimit: 100 }, undefined, never), 2);
  deliver(ahead, all);
  const cursor = (await seen)[1]?.id;
  const behind = new EventHub();
  const resumed = take(followAll({ redis, hub: behind, streams, bufferLimit: 100 }, cursor, never), 1);
  deliver(behind, all);
  expect((await resumed)[0]?.task_id).toBe(all[2]?.events[0]?.task_id);
});

test('events of a task that were read from Redis are not told again when the reader comes to them', async () => {
  const queue = createRedisQueue({ redis });
  const { id } = taskOf(only(await queue.submit(typeWith('python'), [newTask()])));
  const held = only(await queue.claim('python', 'agent-1', 1));
  const hub = new EventHub();
  const context = { redis, hub, streams, bufferLimit: 100, tails: new LogTails(redis), realTime: true };
  const iterator = followTask(context, id, undefined, never);
  expect((await iterator.next()).value).toMatchObject({ kind: 'queued' });
  deliver(hub, await entries());
  await queue.complete('python', 'agent-1', [{ ...lease(held), result: success }]);
  deliver(hub, (await entries()).slice(2));
  expect(outline(await drain(iterator))).toEqual(['claimed', 'succeeded']);
});

test('log lines of the same millisecond as the last event, or of a clock behind, are not left out', async () => {
  const queue = createRedisQueue({ redis });
  const { id } = taskOf(only(await queue.submit(typeWith('python'), [newTask()])));
  const held = only(await queue.claim('python', 'agent-1', 1));
  await queue.complete('python', 'agent-1', [{ ...lease(held), result: success }]);
  const [, , last] = await entries();
  const ms = last?.position.ms ?? 0;
  const key = queueKeys('python').log + id.slice('python-'.length);
  for (const [place, text] of [
    [`${ms}-7`, 'same'],
    [`${ms + 500}-0`, 'later'],
  ] as const) {
    await redis.xadd(key, place, 'l', JSON.stringify({ at: '2030-01-01T00:00:00.000Z', stream: 'agent', text }));
  }
  const context = { redis, hub: new EventHub(), streams, bufferLimit: 100, tails: new LogTails(redis), realTime: true };
  const all = await drain(followTask(context, id, undefined, never));
  expect(outline(all)).toEqual(['queued', 'claimed', 'log same', 'log later', 'succeeded']);
  for (const [index, event] of all.entries()) {
    expect(await drain(followTask(context, id, event.id, never))).toEqual(all.slice(index + 1));
  }
});
