/** The `code` of an error of the system (ENOENT and the like), or of what caused it. Asks no instanceof: such errors come from other realms too. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'cause' in error ? errorCode(error.cause) : undefined;
}
