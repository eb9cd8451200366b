import type { Redis } from 'ioredis';
import { parseEntry } from '../../../dispatcher/src/events/entry';
import { createRedisQueue, type RedisQueueOptions } from '../../../dispatcher/src/queue/redisQueue';
import { testClock } from '../../support/clock';
import type { QueueHarness } from './fixtures';

/** Has the next so many scripts be done and their answers lost, as by a cut connection. */
export function cutAnswers(redis: Redis, count: number): void {
  if (count === 0) return;
  const call = redis.callBuffer.bind(redis);
  let left = count;
  const cut = jest.spyOn(redis, 'callBuffer').mockImplementation(async (...args: Parameters<typeof call>) => {
    await call(...args); // a script that Redis does not know yet is no answer lost
    left -= 1;
    if (left === 0) cut.mockRestore();
    throw new Error('Connection is closed.');
  });
}

/** An empty Redis queue with a clock and a random source that the test sets. */
export async function redisHarness(redis: Redis, options: Partial<RedisQueueOptions> = {}): Promise<QueueHarness> {
  await redis.flushall();
  const clock = testClock();
  const random = { value: 0 };
  const leaseMs = 10_000;
  const finishedMs = 86_400_000;
  const finishedTasks = 5;
  const deadMs = 2 * finishedMs;
  const deadTasks = 4;
  const retention = { finishedMs, finishedTasks, deadMs, deadTasks };
  return {
    queue: createRedisQueue({ redis, clock: clock.now, random: () => random.value, leaseMs, retention, ...options }),
    clock,
    leaseMs,
    finishedMs,
    finishedTasks,
    deadMs,
    deadTasks,
    random,
    events: async (type) =>
      (await redis.xrange(`events:{${type}}`, '-', '+')).flatMap(([id, fields]) => parseEntry(type, id, fields).events),
  };
}
