import type { ErrorCode, FactoryError } from '@agent-factory/contract';

/** Seconds that a caller is asked to wait when the failure itself names none. */
const defaults: Partial<Record<ErrorCode, number>> = {
  STORE_UNAVAILABLE: 2,
  SHUTTING_DOWN: 2,
  STREAM_LIMIT: 10,
  QUEUE_FULL: 5,
  RECYCLER_BEHIND: 30,
  IDENTITY_UNAVAILABLE: 5,
};

/** Seconds for Retry-After: the failure's own, else its code's; undefined when waiting does not help. */
export function retryAfterSeconds(failure: FactoryError): number | undefined {
  return failure.retryAfterSeconds ?? defaults[failure.code];
}
