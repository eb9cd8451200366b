import type { BatchResult } from '@agent-factory/contract';
import type { Clock } from '../local/clock';
import { isRetryableStatus, retryDelay, type RetryPolicy } from './retry';

export interface BatchOptions<T> {
  /** Sends a batch; every item carries an idempotency key. */
  send: (items: readonly T[]) => Promise<BatchResult>;
  policy: RetryPolicy;
  clock: Clock;
  signal?: AbortSignal | undefined;
}

/**
 * Submits a batch, and again, within the patience, those of its items that were refused for a reason that passes: the factory answers a batch
 * as a whole although it lost Redis, or filled a queue, in its middle. Answers as one batch; who is still refused keeps the latest reason.
 */
export async function submitAll<T>(items: readonly T[], options: BatchOptions<T>): Promise<BatchResult> {
  const { send, policy, clock, signal } = options;
  const began = clock.now();
  const givenUp = (): boolean => signal?.aborted === true;
  const { results } = await send(items);
  for (let tries = 1; ; tries += 1) {
    const open = results.flatMap((result, index) => {
      const item = items[index];
      const waits = result.status === 'refused' && isRetryableStatus(result.problem.status);
      return waits && item !== undefined
        ? [{ item, index, afterMs: 1_000 * (result.problem.retry_after_seconds ?? 0) }]
        : [];
    });
    const soonest = Math.min(...open.map(({ afterMs }) => afterMs));
    const delay = open.length === 0 ? undefined : retryDelay(policy, tries, clock.now() - began, soonest);
    if (delay === undefined || givenUp()) break;
    await clock.sleep(delay, signal);
    if (givenUp()) break;
    const due = open.filter(({ afterMs }) => afterMs <= delay);
    // When nothing answers any more, what is known is what the first answer said.
    const again = await send(due.map(({ item }) => item)).catch(() => undefined);
    if (again === undefined) break;
    due.forEach(({ index }, at) => {
      const result = again.results[at];
      if (result !== undefined) results[index] = result;
    });
  }
  const refused = results.filter(({ status }) => status === 'refused').length;
  return { results, accepted: results.length - refused, refused };
}
