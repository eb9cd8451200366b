import { parseTaskId, ulidTime, type AgentTypeName, type Assignment, type LeaseRef } from '@agent-factory/contract';
import type { Metrics } from '../metrics';
import type { ReportAck, TaskQueue } from '../queue/port';

export type TaskMetrics = Pick<Metrics, 'taskDuration' | 'taskWait' | 'tasksTotal' | 'taskRetries'>;

/** Claims remembered for the length of their attempts; past it the oldest is forgotten, and its attempt goes unmeasured. */
const rememberedClaims = 50_000;
const rememberedCancels = 1_000;
/** Leases whose report went unanswered; past it the oldest is forgotten, and the end of its attempt goes uncounted when it is told again. */
const rememberedReports = 50_000;

/**
 * The same queue, counting what passes through this replica: each end of an attempt is counted by the replica that heard first that it was
 * accepted, so that the sum over replicas is right. One that went unanswered and is told again to another replica is not counted. `now` is in
 * milliseconds since 1970.
 */
export function meteredQueue(queue: TaskQueue, metrics: TaskMetrics, now: () => number = Date.now): TaskQueue {
  const claimedAt = new Map<string, number>();
  const cancelled = new Set<string>();
  const unanswered = new Set<string>();

  const began = (type: AgentTypeName, { id, epoch, attempt, spec }: Assignment): void => {
    keepWithin(claimedAt, rememberedClaims);
    claimedAt.set(keyOf({ id, epoch }), now());
    const ulid = parseTaskId(id)?.ulid;
    if (attempt !== 1 || ulid === undefined) return; // a retry waited for its backoff, not for an agent
    const waited = now() - ulidTime(ulid) - spec.delay_ms;
    metrics.taskWait.observe({ type, priority: spec.priority }, Math.max(0, waited) / 1_000);
  };
  const ended = (type: AgentTypeName, lease: LeaseRef, outcome: string): void => {
    const start = claimedAt.get(keyOf(lease));
    claimedAt.delete(keyOf(lease));
    if (start !== undefined) metrics.taskDuration.observe({ type, outcome }, (now() - start) / 1_000);
  };
  /** An attempt that ended as `outcome`: the task's last, or followed by another. */
  const count = (type: AgentTypeName, ack: ReportAck, outcome: string): void => {
    ended(type, ack, outcome);
    if (ack.ended !== undefined) metrics.tasksTotal.inc({ type, outcome: ack.ended });
    else if (outcome !== 'released') metrics.taskRetries.inc({ type, reason: outcome });
  };

  /** Asks the queue and counts what it accepted: also what it accepted before, when that went unheard here. */
  const reported = async (
    type: AgentTypeName,
    leases: readonly LeaseRef[],
    ask: () => Promise<ReportAck[]>,
    outcomeOf: (ack: ReportAck) => string | undefined,
  ): Promise<ReportAck[]> => {
    let acks: ReportAck[];
    try {
      acks = await ask();
    } catch (error) {
      for (const lease of leases) {
        keepWithin(unanswered, rememberedReports);
        unanswered.add(keyOf(lease));
      }
      throw error;
    }
    for (const ack of acks) {
      const unheard = unanswered.delete(keyOf(ack));
      const outcome = ack.accepted && (unheard || ack.repeated !== true) ? outcomeOf(ack) : undefined;
      if (outcome !== undefined) count(type, ack, outcome);
    }
    return acks;
  };

  return {
    ...queue,
    async claim(type, agentId, max) {
      const assignments = await queue.claim(type, agentId, max);
      for (const assignment of assignments) began(type, assignment);
      return assignments;
    },
    async complete(type, agentId, results) {
      const outcomes = new Map(results.map(({ id, epoch, result }) => [keyOf({ id, epoch }), result.outcome]));
      return reported(
        type,
        results,
        () => queue.complete(type, agentId, results),
        (ack) => outcomes.get(keyOf(ack)),
      );
    },
    async release(type, agentId, leases, reason) {
      return reported(
        type,
        leases,
        () => queue.release(type, agentId, leases, reason),
        () => 'released',
      );
    },
    async lose(type, agentId, leases) {
      return reported(
        type,
        leases,
        () => queue.lose(type, agentId, leases),
        () => 'lost',
      );
    },
    async cancel(id) {
      const task = await queue.cancel(id);
      // A waiting task ends here and now; a running one is counted where its agent reports. Asking twice counts once.
      if (task.state === 'cancelled' && !cancelled.has(id)) {
        keepWithin(cancelled, rememberedCancels);
        cancelled.add(id);
        metrics.tasksTotal.inc({ type: task.type, outcome: 'cancelled' });
      }
      return task;
    },
    async sweep(type) {
      const report = await queue.sweep(type);
      const { requeued, failed, cancelled } = report.reclaimed;
      if (requeued > 0) metrics.taskRetries.inc({ type, reason: 'lost' }, requeued);
      if (failed > 0) metrics.tasksTotal.inc({ type, outcome: 'failed' }, failed);
      if (cancelled > 0) metrics.tasksTotal.inc({ type, outcome: 'cancelled' }, cancelled);
      return report;
    },
  };
}

/** Makes room for one more by dropping the oldest. */
function keepWithin<T>(kept: { size: number; keys(): Iterable<T>; delete(key: T): unknown }, limit: number): void {
  const [oldest] = kept.size < limit ? [] : kept.keys();
  if (oldest !== undefined) kept.delete(oldest);
}

function keyOf({ id, epoch }: LeaseRef): string {
  return `${id}#${epoch}`;
}
