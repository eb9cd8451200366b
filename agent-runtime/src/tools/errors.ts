import { isNativeError } from 'node:util/types';

/** What an unknown error says; `otherwise` when it is no error. Works for errors of another realm too. */
export function messageOf(error: unknown, otherwise = 'it failed'): string {
  return isNativeError(error) ? error.message : otherwise;
}

/** The code of a system error, such as ENOENT; undefined when it has none. */
export function systemCode(error: unknown): string | undefined {
  return isNativeError(error) && 'code' in error && typeof error.code === 'string' && 'errno' in error
    ? error.code
    : undefined;
}
