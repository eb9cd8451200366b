import { createHash, timingSafeEqual } from 'node:crypto';

/** SHA-256 of a token in hex: what the configuration holds instead of the token. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** The token of `Authorization: Bearer …`, or undefined when the header is missing or of another form. */
export function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer +([\x21-\x7e]{1,4096})$/i.exec(authorization ?? '')?.[1];
}

/**
 * The entry whose hash is that of the token. Every entry is compared, each in constant time, so that the time taken tells nothing
 * of which one fits or how far.
 */
export function findByToken<T extends { hash: Buffer }>(entries: readonly T[], token: string): T | undefined {
  const given = createHash('sha256').update(token).digest();
  let found: T | undefined;
  for (const entry of entries) if (timingSafeEqual(entry.hash, given)) found = entry;
  return found;
}
