import type { Clock } from '../clock';

/**
 * Which (provider, model) pairs are held because the provider asked to wait. The one here knows this replica; a shared one fits the same port.
 */
export interface ProviderGates {
  /** Milliseconds until the pair may be called; 0 when it may be now. */
  heldFor(provider: string, model: string): Promise<number>;
  /** Holds the pair for so many milliseconds, unless it is held for longer already. */
  hold(provider: string, model: string, milliseconds: number): Promise<void>;
}

/** Longest hold; a provider that asks for more is asked again then. */
const longestHoldMs = 600_000;

/** Gates of one replica. As many entries as there are configured pairs. */
export function memoryGates(clock: Clock): ProviderGates {
  const until = new Map<string, number>();
  const key = (provider: string, model: string): string => `${provider}\n${model}`;
  return {
    heldFor: async (provider, model) => {
      const left = (until.get(key(provider, model)) ?? 0) - clock.now();
      if (left > 0) return left;
      until.delete(key(provider, model));
      return 0;
    },
    hold: async (provider, model, milliseconds) => {
      const time = clock.now() + Math.min(milliseconds, longestHoldMs);
      until.set(key(provider, model), Math.max(time, until.get(key(provider, model)) ?? 0));
    },
  };
}
