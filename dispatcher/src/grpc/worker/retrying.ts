import { FactoryError } from '@agent-factory/contract';
import type { Clock } from '../../clock';

/** Pause before the first try again; doubles each time. */
const firstPauseMs = 50;

/** Tries again while the store does not answer, for so many milliseconds at most; then throws what it threw last. */
export async function retrying<T>(clock: Clock, forMs: number, work: () => Promise<T>): Promise<T> {
  const end = clock.now() + forMs;
  for (let pauseMs = firstPauseMs; ; pauseMs *= 2) {
    try {
      return await work();
    } catch (error) {
      const passing = error instanceof FactoryError && error.code === 'STORE_UNAVAILABLE';
      if (!passing || clock.now() + pauseMs > end) throw error;
      await new Promise<void>((resolve) => void clock.after(pauseMs, resolve));
    }
  }
}
