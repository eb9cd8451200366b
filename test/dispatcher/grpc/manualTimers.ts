import type { Clock } from '../../../dispatcher/src/clock';

/** A clock whose timers fire when told to. */
export interface ManualTimers extends Clock {
  /** Fires every timer that waits now. */
  runAll(): void;
}

export function manualTimers(): ManualTimers {
  const waiting = new Set<() => void>();
  return {
    now: () => Date.now(),
    after(_milliseconds, callback) {
      waiting.add(callback);
      return () => waiting.delete(callback);
    },
    runAll() {
      const due = [...waiting];
      waiting.clear();
      for (const callback of due) callback();
    },
  };
}
