import { FactoryError } from '@agent-factory/contract';

export interface TurnsOptions {
  /** Works at a time. */
  atOnce: number;
  /** Works that may wait. */
  waiting: number;
  /** Milliseconds that one waits at most. */
  waitMs: number;
}

/** Does the work when it is its turn, in order of asking. Throws ARTIFACT_STORE_FULL when that takes too long. */
export type Turns = <T>(work: () => Promise<T>) => Promise<T>;

export function createTurns({ atOnce, waiting, waitMs }: TurnsOptions): Turns {
  const queue = new Set<() => void>();
  let busy = 0;

  const turn = (): Promise<void> => {
    if (queue.size >= waiting) return Promise.reject(tooMany(atOnce));
    return new Promise((resolve, reject) => {
      const begin = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        queue.delete(begin);
        reject(tooMany(atOnce));
      }, waitMs);
      queue.add(begin);
    });
  };

  return async (work) => {
    if (busy < atOnce) busy += 1;
    else await turn(); // whoever ends hands its place on
    try {
      return await work();
    } finally {
      const [next] = queue;
      if (next === undefined) busy -= 1;
      else {
        queue.delete(next);
        next();
      }
    }
  };
}

function tooMany(atOnce: number): FactoryError {
  return new FactoryError('ARTIFACT_STORE_FULL', `more than ${atOnce} uploads are under way`, { retryAfterSeconds: 5 });
}
