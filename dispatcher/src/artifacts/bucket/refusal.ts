import { FactoryError } from '@agent-factory/contract';
import { isTransient } from './backoff';

/** An answer that is not what was asked for. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    /** What the service says about it. */
    said: string,
    /** Seconds that it asks to wait; 0 when it asks for none. */
    readonly afterSeconds: number,
  ) {
    super(`Cloud Storage answered ${status}${said === '' ? '' : `: ${said}`}`);
  }
}

export function refusalOf({ status, headers }: Pick<Response, 'status' | 'headers'>, text: string): Refusal {
  const seconds = Number(headers.get('retry-after') ?? 0);
  return new Refusal(status, text.slice(0, 500).trim(), seconds > 0 && Number.isFinite(seconds) ? seconds : 0);
}

/** Whether the same call may succeed later. Without an answer it may. */
export function mayPass(failure: unknown): boolean {
  return !(failure instanceof Refusal) || isTransient(failure.status);
}

/** What went wrong is its cause, for the log: the rest is read by whoever uses the factory. */
export function unavailable(cause: unknown): FactoryError {
  if (cause instanceof FactoryError) return cause;
  return new FactoryError('STORE_UNAVAILABLE', 'the bucket of artifacts does not answer as it should', { cause });
}
