import type { Clock } from '../../dispatcher/src/clock';

/** A clock for one thing that waits again and again: each wait ends when told to. */
export interface TurnClock extends Clock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Resolves when something waits, with the milliseconds that it means to. */
  waits(): Promise<number>;
  /** Ends the wait, which advances the time by it; resolves when the next one has begun, with its milliseconds. */
  turn(): Promise<number>;
}

export function turnClock(start = Date.now()): TurnClock {
  let time = start;
  let waiting: { milliseconds: number; callback: () => void } | undefined;
  let begun = Promise.withResolvers<number>();
  return {
    now: () => time,
    after(milliseconds, callback) {
      const wait = { milliseconds, callback };
      waiting = wait;
      begun.resolve(milliseconds);
      return () => {
        if (waiting === wait) waiting = undefined;
      };
    },
    waits: () => begun.promise,
    async turn() {
      await begun.promise;
      if (waiting === undefined) throw new Error('nothing waits any more');
      const { milliseconds, callback } = waiting;
      waiting = undefined;
      begun = Promise.withResolvers();
      time += milliseconds;
      callback();
      return begun.promise;
    },
  };
}
