import { FactoryError, limits, type Json, type TaskError, type TaskResult } from '@agent-factory/contract';

type Spent = Pick<TaskResult, 'usage' | 'tool_calls'>;

/** The result of work that was done; one that is too large fails, and says by how much. */
export function succeeded(output: Json, spent: Spent): TaskResult {
  const result: TaskResult = { outcome: 'succeeded', output, ...spent };
  const bytes = Buffer.byteLength(JSON.stringify(result));
  if (bytes <= limits.resultBytes) return result;
  const error = new FactoryError('RESULT_TOO_LARGE', `the result has ${bytes} bytes, more than ${limits.resultBytes}`);
  return { outcome: 'failed', error: toTaskError(error), ...spent };
}

/** The result of work that was stopped or failed; undefined when nothing is to be reported, because the lease is over or goes back. */
export function failed(error: unknown, signal: AbortSignal, spent: Spent): TaskResult | undefined {
  // Once the signal is aborted, whatever the work threw is only its consequence.
  const cause: unknown = signal.aborted ? signal.reason : error;
  if (cause instanceof FactoryError && (cause.code === 'LEASE_EXPIRED' || cause.code === 'SHUTTING_DOWN'))
    return signal.aborted ? undefined : { outcome: 'failed', error: toTaskError(cause), ...spent };
  const taskError = toTaskError(cause);
  return { outcome: taskError.code === 'TASK_CANCELLED' ? 'cancelled' : 'failed', error: taskError, ...spent };
}

/** What the catalogue says of the error decides whether the task is tried again; what is not of the catalogue is our own fault. */
export function toTaskError(error: unknown): TaskError {
  if (error instanceof FactoryError)
    return { code: error.code, message: error.detail.slice(0, 4_000), retryable: error.record.retryable };
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'INTERNAL', message: `the agent failed: ${message}`.slice(0, 4_000), retryable: true };
}
