/** How long to wait before a part that ended is started again. */
export interface BackoffPolicy {
  firstMs: number;
  maxMs: number;
  /** A part that was ready for so long starts again with the first delay. */
  healthyMs: number;
  /** So many ends in a row, and the part is one that keeps crashing. */
  persistentAfter: number;
}

export const defaultBackoff: BackoffPolicy = { firstMs: 200, maxMs: 10_000, healthyMs: 60_000, persistentAfter: 5 };

/** Delay before start number `crashes` + 1; `crashes` counts the ends in a row, 1 for the first. */
export function backoffMs(policy: BackoffPolicy, crashes: number): number {
  return Math.min(policy.maxMs, policy.firstMs * 2 ** Math.min(30, Math.max(0, crashes - 1)));
}
