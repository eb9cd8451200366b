import { agentTypeNames } from '@agent-factory/contract';
import type { Metrics } from '../metrics';
import type { TaskQueue } from '../queue/port';

/**
 * Brings the gauges of every queue up to date. A queue that does not answer within `timeoutMs` loses its figures, since a stale one
 * would be believed.
 */
export async function collectGauges(
  queue: Pick<TaskQueue, 'stats'>,
  metrics: Pick<Metrics, 'queueDepth' | 'delayedDepth' | 'runningTasks' | 'deadLetters'>,
  timeoutMs = 2_000,
): Promise<void> {
  const { queueDepth, delayedDepth, runningTasks, deadLetters } = metrics;
  await Promise.all(
    agentTypeNames.map(async (type) => {
      const stats = await withTimeout(queue.stats(type), timeoutMs).catch(() => undefined);
      const figures = [
        [queueDepth, stats?.waiting],
        [delayedDepth, stats?.delayed],
        [runningTasks, stats?.running],
        [deadLetters, stats?.dead],
      ] as const;
      for (const [gauge, figure] of figures) {
        if (figure === undefined) gauge.remove({ type });
        else gauge.set({ type }, figure);
      }
    }),
  );
}

/** The promise's outcome, or a failure when it takes longer. */
async function withTimeout<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`took longer than ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
