import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { readIfThere, writeFileAtomic } from './files';

const tokenPattern = /^af_[A-Za-z0-9_-]{43}$/;

/** The token in a file, or a new one that is written there for its owner's eyes only. Tokens outlive a restart. */
export function keepToken(path: string): string {
  const known = readIfThere(path)?.trim();
  if (known !== undefined && tokenPattern.test(known)) return known;
  const token = `af_${randomBytes(32).toString('base64url')}`;
  writeFileAtomic(path, `${token}\n`);
  return token;
}

/** The key in the dispatcher's file of the start before, or a new one: 32 bytes in base64. */
export function keepSigningKey(dispatcherConfig: string): string {
  const known = signingKeySchema.safeParse(parseJson(readIfThere(dispatcherConfig) ?? ''));
  return known.success ? known.data.signing_key : randomBytes(32).toString('base64');
}

/** How a token is known to the dispatcher. */
export function tokenDigest(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

const signingKeySchema = z.object({
  signing_key: z.base64().refine((text) => Buffer.from(text, 'base64').length >= 32),
});

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
