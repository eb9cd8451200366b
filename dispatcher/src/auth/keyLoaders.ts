import { readFile } from 'node:fs/promises';
import { httpsCall } from '../httpsCall';
import { keySetSchema, type IssuerConfig, type KeySet } from './identityConfig';

const maxBytes = 1_048_576;

/** How the keys of an issuer are read; a server gets `timeoutMs` for it. What it answers throws Error, which holds no key. */
export function keyLoader(issuer: IssuerConfig, timeoutMs = 3_000): () => Promise<KeySet> {
  const { jwks, jwks_file: keyFile, jwks_uri: uri, ca_file: caFile } = issuer;
  if (jwks !== undefined) return async () => jwks;
  if (keyFile !== undefined) return async () => parseKeys(await readFile(keyFile, 'utf8'));
  return async () => {
    const ca = caFile === undefined ? {} : { ca: await readFile(caFile, 'utf8') };
    const { status, text } = await httpsCall(new URL(uri ?? ''), {
      headers: { accept: 'application/jwk-set+json, application/json' },
      timeoutMs,
      maxBytes,
      ...ca,
    });
    if (status !== 200) throw new Error(`the keys were answered with ${status}`);
    return parseKeys(text);
  };
}

function parseKeys(text: string): KeySet {
  const parsed = keySetSchema.safeParse(jsonOf(text));
  if (!parsed.success) throw new Error('what was read is no set of public keys');
  return parsed.data;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
