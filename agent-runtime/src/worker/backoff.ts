/** Bounds of the wait before a new connection, in milliseconds. */
const reconnect = { baseMs: 100, maxMs: 5_000 } as const;

/**
 * How long to wait before try number `failures` (from 1): doubles from 0.1 s to 5 s, and half of it is random so that agents that lost
 * their dispatcher together do not come back together. Never below 0.1 s.
 */
export function reconnectDelayMs(failures: number, random: () => number): number {
  const ceiling = Math.min(reconnect.maxMs, reconnect.baseMs * 2 ** Math.min(failures, 16));
  return Math.max(reconnect.baseMs, ceiling * (0.5 + random() / 2));
}
