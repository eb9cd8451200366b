import { agentType, type AgentType, type AgentTypeName } from '@agent-factory/contract';
import type { Redis } from 'ioredis';
import { control } from './control';
import { queueContext } from './context';
import { leases } from './leases';
import { listing } from './list';
import type { TaskQueue } from './port';
import { reads, sweeping } from './reads';
import { submission } from './submit';

export interface RedisQueueOptions {
  /** Made by `createRedis`, which fails fast and repeats no command; the queue itself repeats what is safe to repeat. */
  redis: Redis;
  /** 0 to 1; decides the jitter of retries. Default Math.random. */
  random?: () => number;
  /** Only for tests: milliseconds since 1970 instead of Redis's own time. */
  clock?: () => number;
  /** Milliseconds that a claim or a heartbeat lasts. Default 10,000. */
  leaseMs?: number;
  /** Retry policy by type. Default: the catalogue. */
  agentType?: (name: AgentTypeName) => AgentType;
  retention?: {
    /** Milliseconds that a succeeded or cancelled task is kept. Default 7 days. */
    finishedMs?: number;
    /** Succeeded and cancelled tasks kept a type. Default 10,000. */
    finishedTasks?: number;
    /** Milliseconds that a failed task is kept. Default 30 days. */
    deadMs?: number;
    /** Failed tasks kept a type. Default 10,000. */
    deadTasks?: number;
    /** Milliseconds that an idempotency key is kept. Default 24 hours. */
    idempotencyMs?: number;
    /** Bytes that the events of a type may take, about. Default 32 MiB. */
    eventsBytes?: number;
  };
}

const hour = 3_600_000;

/** The queue on Redis 7 or Valkey 8 and later. Keeps no state of its own: any number of them may share one Redis. */
export function createRedisQueue(options: RedisQueueOptions): TaskQueue {
  const context = queueContext({
    redis: options.redis,
    clock: options.clock,
    random: options.random ?? Math.random,
    leaseMs: options.leaseMs ?? 10_000,
    agentType: options.agentType ?? agentType,
  });
  const { finishedMs, finishedTasks, deadMs, deadTasks, idempotencyMs, eventsBytes } = options.retention ?? {};
  const retention = {
    finishedMs: finishedMs ?? 7 * 24 * hour,
    finishedTasks: finishedTasks ?? 10_000,
    deadMs: deadMs ?? 30 * 24 * hour,
    deadTasks: deadTasks ?? 10_000,
    eventsBytes: eventsBytes ?? 32 * 1_048_576,
  };
  return {
    ...submission(context, idempotencyMs ?? 24 * hour),
    ...leases(context, retention),
    ...control(context),
    ...listing(context),
    ...reads(context),
    ...sweeping(context, retention),
  };
}
