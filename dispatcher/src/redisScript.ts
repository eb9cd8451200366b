import type { Redis } from 'ioredis';
import { storeError } from './redis';

/** One Lua script as the generator writes it. */
export interface RedisScript<K extends string = string> {
  readonly name: string;
  readonly sha: string;
  /** Names of the keys that it declares, in order. */
  readonly keys: readonly K[];
  readonly lua: string;
}

/**
 * Runs a script with the keys that it declares; sends its text only when Redis does not know it (a restart, SCRIPT FLUSH). Strings in the
 * answer are Buffers. Throws STORE_UNAVAILABLE, or INTERNAL when the script fails.
 */
export async function runScript<K extends string>(
  redis: Redis,
  script: RedisScript<K>,
  keys: Readonly<Record<K, string>>,
  args: readonly (string | number)[],
): Promise<unknown> {
  const operands = [script.keys.length, ...script.keys.map((key) => keys[key]), ...args];
  try {
    try {
      return await redis.callBuffer('EVALSHA', [script.sha, ...operands]);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return await redis.callBuffer('EVAL', [script.lua, ...operands]);
    }
  } catch (error) {
    throw storeError(error);
  }
}
