/** When a request is sent again: the answer may still come, since every request of ours can be repeated without harm. */
export interface RetryPolicy {
  /** From the first try until no other is made. */
  patienceMs: number;
  firstDelayMs: number;
  maxDelayMs: number;
}

/** Outlasts a restart of the dispatcher and of Redis. */
export const patient: RetryPolicy = { patienceMs: 60_000, firstDelayMs: 100, maxDelayMs: 2_000 };

/** For commands that only look: not running is an answer too. */
export const brief: RetryPolicy = { patienceMs: 2_000, firstDelayMs: 100, maxDelayMs: 500 };

/** Milliseconds before try number `tries` + 1, never under what the server asked for; undefined when patience is over. */
export function retryDelay(
  policy: RetryPolicy,
  tries: number,
  elapsedMs: number,
  retryAfterMs = 0,
): number | undefined {
  const delay = Math.max(retryAfterMs, Math.min(policy.maxDelayMs, policy.firstDelayMs * 2 ** Math.min(20, tries - 1)));
  return elapsedMs + delay > policy.patienceMs ? undefined : delay;
}

/** Answers after which the same request may succeed: the dispatcher is starting, stopping or without Redis, or asks to wait. */
export function isRetryableStatus(status: number): boolean {
  return status === 429 || status === 502 || status === 503 || status === 504;
}
