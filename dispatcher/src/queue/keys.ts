/**
 * Keys of one type; all share its hash tag, and so one slot of a Redis Cluster. Those ending in `-` or `:` are followed by a task's ULID or
 * the hash of an idempotency key.
 */
export function queueKeys(type: string) {
  const tag = `{${type}}`;
  return {
    /** Sorted set, by order of claims. */
    waiting: `queue:${tag}`,
    /** Sorted set, by the time of becoming claimable. */
    delayed: `delayed:${tag}`,
    /** Sorted set of running tasks, by the time the lease runs out. */
    leases: `leases:${tag}`,
    /** Sorted set of all tasks, in order of ULID. */
    all: `all:${tag}`,
    /** List of succeeded and cancelled tasks, oldest first. */
    done: `done:${tag}`,
    /** Sorted set of failed tasks, by time. */
    dead: `dead:${tag}`,
    /** Hash: `paused`, and the latest claim of each agent. */
    meta: `meta:${tag}`,
    /** Stream of what happened. */
    events: `events:${tag}`,
    /** Channel that names tasks with new log lines. */
    logs: `logs:${tag}`,
    /** String: header, description, spec. */
    task: `task:${tag}-`,
    /** String: JSON of the final result. */
    result: `result:${tag}-`,
    /** Hash that only some tasks have: progress, what model calls used, and how much is logged (see log.lua). */
    side: `side:${tag}-`,
    /** List that only some tasks have: attempts that ended. */
    tries: `tries:${tag}-`,
    /** Stream of log lines. */
    log: `log:${tag}-`,
    /** String: see lib/reservation.lua. Only with {@link reservationTag}: a key holds whatever the type. */
    idem: `idem:${tag}:`,
  };
}

/** In place of a type, where idempotency keys have their slot. */
export const reservationTag = 'idem';

export type QueueKeys = ReturnType<typeof queueKeys>;
