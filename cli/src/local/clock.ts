/** Time as the supervisor sees it; tests put their own in its place. */
export interface Clock {
  /** Milliseconds; only differences mean anything. */
  now(): number;
  /** Resolves after `ms`, or at once when `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal?.addEventListener('abort', done, { once: true });
    }),
};

/** Settles as the promise does, or rejects with `message` after `ms`. */
export async function withTimeout<T>(
  promise: Promise<T>,
  ms: number,
  message: string,
  clock: Clock = systemClock,
): Promise<T> {
  const settled = new AbortController();
  const timeout = clock.sleep(ms, settled.signal).then(() => {
    if (settled.signal.aborted) return promise;
    throw new Error(message);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    settled.abort();
  }
}
