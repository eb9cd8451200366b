import type { Clock } from '../../../cli/src/local/clock';

/** A clock whose sleeps end when told to, or when their signal aborts. */
export interface ScriptedClock extends Clock {
  /** Milliseconds of each sleep asked for so far. */
  readonly sleeps: readonly number[];
  /** Resolves when the sleep of that length (the next one of it) is asked for. */
  asked(ms: number): Promise<void>;
  /** Ends the oldest sleep of that length and moves time on by it. */
  pass(ms: number): Promise<void>;
  advance(ms: number): void;
}

export function scriptedClock(): ScriptedClock {
  let time = 0;
  const sleeps: number[] = [];
  const open: { ms: number; end: () => void }[] = [];
  const waiting: { ms: number; tell: () => void }[] = [];
  const clock: ScriptedClock = {
    sleeps,
    now: () => time,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) return resolve();
        sleeps.push(ms);
        const entry = { ms, end: resolve };
        open.push(entry);
        signal?.addEventListener(
          'abort',
          () => {
            open.splice(open.indexOf(entry) >>> 0, 1);
            resolve();
          },
          { once: true },
        );
        const index = waiting.findIndex((other) => other.ms === ms);
        if (index !== -1) waiting.splice(index, 1)[0]?.tell();
      }),
    asked: (ms) =>
      open.some((entry) => entry.ms === ms) ? Promise.resolve() : new Promise((tell) => waiting.push({ ms, tell })),
    pass: async (ms) => {
      await clock.asked(ms);
      const index = open.findIndex((entry) => entry.ms === ms);
      time += ms;
      open.splice(index, 1)[0]?.end();
    },
    advance: (ms) => {
      time += ms;
    },
  };
  return clock;
}
