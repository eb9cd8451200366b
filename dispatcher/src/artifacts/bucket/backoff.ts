/** How often and how patiently a call is made again. */
export interface Backoff {
  /** Calls in all. */
  attempts: number;
  /** Milliseconds of the first wait at most; each further one may be twice as long. */
  baseMs: number;
  /** No wait is longer. */
  maxMs: number;
}

export const defaultBackoff: Backoff = { attempts: 5, baseMs: 500, maxMs: 8_000 };

/** Whether the same call may succeed later: what Cloud Storage asks to repeat. */
export function isTransient(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

/**
 * Milliseconds to wait after `failures` calls in a row: at random up to a bound that doubles, so that many do not come back at once, and never
 * less than the service asks for in Retry-After (`askedSeconds`), as far as the bound lets it.
 */
export function waitMs(failures: number, { baseMs, maxMs }: Backoff, random: number, askedSeconds = 0): number {
  const bound = Math.min(maxMs, baseMs * 2 ** (failures - 1));
  return Math.min(maxMs, Math.max(bound * random, askedSeconds * 1_000));
}
