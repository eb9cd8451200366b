import type { Redis } from 'ioredis';
import { parseEntry } from '../../../dispatcher/src/events/entry';
import { createRedisQueue, type RedisQueueOptions } from '../../../dispatcher/src/queue/redisQueue';
import { testClock } from '../../support/clock';
import type { QueueHarness } from './fixtures';

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
