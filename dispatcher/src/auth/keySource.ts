import { FactoryError } from '@agent-factory/contract';
import { createLocalJWKSet, errors, type JWTVerifyGetKey, type LocalJWKSet } from 'jose';
import type { KeySet } from './identityConfig';

export interface KeySourceOptions {
  /** Reads the keys; bounded in time. */
  load: () => Promise<KeySet>;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Hears why keys could not be read. */
  onError: (error: unknown) => void;
  /** Age in milliseconds at which keys are read again. Defaults to 10 minutes. */
  maxAgeMs?: number;
  /** Age past which keys that could not be read again count no more. Defaults to an hour. */
  lastAgeMs?: number;
  /** Milliseconds between two readings at least, whatever tokens come. Defaults to 30 s. */
  cooldownMs?: number;
}

/**
 * Finds the key of a token for jose. Keys are read when first needed, when they are old, and when a token names an unknown one, but never more
 * often than the cooldown allows, and once for all who wait. Throws IDENTITY_UNAVAILABLE when there are none, and what jose throws for a
 * token that no key fits.
 */
export function createKeySource(options: KeySourceOptions): JWTVerifyGetKey {
  const { load, now, onError, maxAgeMs = 600_000, lastAgeMs = 3_600_000, cooldownMs = 30_000 } = options;
  let keys: LocalJWKSet | undefined;
  let readAt = -Infinity;
  let triedAt = -Infinity;
  let reading: Promise<void> | undefined;

  const read = async (): Promise<void> => {
    triedAt = now();
    try {
      // The schema has checked what jose asks of the set; the single keys it checks itself.
      keys = createLocalJWKSet(await load());
      readAt = now();
    } catch (error) {
      onError(error);
    }
  };
  /** Reads again unless that was just tried; answers whether it did. */
  const refresh = async (): Promise<boolean> => {
    if (reading === undefined && now() - triedAt < cooldownMs) return false;
    reading ??= read().finally(() => (reading = undefined));
    await reading;
    return true;
  };
  const current = (): LocalJWKSet => {
    if (keys === undefined || now() - readAt > lastAgeMs)
      throw new FactoryError('IDENTITY_UNAVAILABLE', "the issuer's keys cannot be read", { retryAfterSeconds: 5 });
    return keys;
  };

  return async (header, token) => {
    if (now() - readAt > maxAgeMs) await refresh();
    const before = current();
    try {
      return await before(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !(await refresh())) throw error;
      return current()(header, token);
    }
  };
}
