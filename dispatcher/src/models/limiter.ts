import { FactoryError } from '@agent-factory/contract';

/** At most so many at a time of each key; the rest wait in order of arrival. */
export interface Limiter {
  /**
   * Waits for a place; the answer gives it back (calling it twice is fine). Rejects with the signal's reason when that aborts first, and with
   * MODEL_RATE_LIMITED when too many wait already.
   */
  acquire(key: string, places: number, signal: AbortSignal): Promise<() => void>;
}

interface Line {
  taken: number;
  /** Who waits; each is called with its place, at most once, and never after it has left. */
  waiting: Set<() => void>;
}

/** Holds a line for each key in use; keys nobody uses or waits for are forgotten. */
export function limiter(maxWaiting = 256): Limiter {
  const lines = new Map<string, Line>();

  const leave = (key: string, line: Line): void => {
    const [next] = line.waiting;
    if (next !== undefined) {
      line.waiting.delete(next);
      next(); // the place goes from hand to hand
      return;
    }
    line.taken -= 1;
    if (line.taken === 0) lines.delete(key);
  };

  return {
    acquire: async (key, places, signal) => {
      signal.throwIfAborted();
      const line = lines.get(key) ?? { taken: 0, waiting: new Set<() => void>() };
      lines.set(key, line);
      if (line.taken < places) line.taken += 1;
      else await waitIn(line, maxWaiting, signal);
      let left = false;
      return () => {
        if (!left) leave(key, line);
        left = true;
      };
    },
  };
}

function waitIn(line: Line, maxWaiting: number, signal: AbortSignal): Promise<void> {
  if (line.waiting.size >= maxWaiting) {
    throw new FactoryError('MODEL_RATE_LIMITED', `${maxWaiting} calls wait here for the same provider already`, {
      retryAfterSeconds: 1,
    });
  }
  return new Promise((resolve, reject) => {
    const granted = (): void => {
      signal.removeEventListener('abort', gaveUp);
      resolve();
    };
    const gaveUp = (): void => {
      line.waiting.delete(granted);
      reject(signal.reason);
    };
    line.waiting.add(granted);
    signal.addEventListener('abort', gaveUp, { once: true });
  });
}
