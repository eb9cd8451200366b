import { replyArray, replyNumber, replyText } from '../redisReply';
import { taskNotFound, taskPlace, type QueueContext } from './context';
import type { QueueStats, SweepReport, TaskQueue } from './port';
import { toTask } from './toTask';

/** How long and how much is kept; see RedisQueueOptions. */
export interface Retention {
  finishedMs: number;
  finishedTasks: number;
  deadMs: number;
  deadTasks: number;
  eventsBytes: number;
}

/** What lib/expire.lua takes. */
export function retentionArguments({ finishedMs, finishedTasks, deadMs, deadTasks }: Retention): number[] {
  return [finishedMs, finishedTasks, deadMs, deadTasks];
}

/** Delayed tasks, leases and old results that one sweep handles at most, of each. */
const sweepLimit = 200;

/** Most dead letters that one call lists. */
const deadLimit = 1_000;

export function reads({ run }: QueueContext): Pick<TaskQueue, 'get' | 'listDead' | 'stats'> {
  return {
    async get(id) {
      const { type, ulid } = taskPlace(id);
      const reply = await run('get', type, [ulid]);
      if (!Array.isArray(reply)) throw taskNotFound(id);
      return toTask(type, reply, true);
    },
    async listDead(type, limit) {
      const count = Math.min(deadLimit, Math.floor(limit));
      if (!(count >= 1)) return [];
      return replyArray(await run('dead', type, [count])).map((task) => toTask(type, task, false));
    },
    async stats(type): Promise<QueueStats> {
      const [waiting, delayed, running, dead, paused, urgent, other] = replyArray(await run('stats', type, []));
      const startBy = [urgent, other]
        .map(replyText)
        .filter((text) => text !== '')
        .map(Number);
      return {
        waiting: replyNumber(waiting),
        delayed: replyNumber(delayed),
        running: replyNumber(running),
        dead: replyNumber(dead),
        paused: replyNumber(paused) === 1,
        ...(startBy.length === 0 ? {} : { oldestStartBy: Math.min(...startBy) }),
      };
    },
  };
}

export function sweeping(context: QueueContext, retention: Retention): Pick<TaskQueue, 'sweep'> {
  return {
    async sweep(type): Promise<SweepReport> {
      const head = [context.clock(), context.retryPolicy(type), ...retentionArguments(retention)];
      const reply = await context.run('sweep', type, [...head, sweepLimit, retention.eventsBytes]);
      const [promoted = 0, requeued = 0, failed = 0, cancelled = 0, dropped = 0, nextDue = -1] =
        replyArray(reply).map(replyNumber);
      return {
        promoted,
        reclaimed: { requeued, failed, cancelled },
        dropped,
        ...(nextDue < 0 ? {} : { nextDueMs: nextDue }),
      };
    },
  };
}
