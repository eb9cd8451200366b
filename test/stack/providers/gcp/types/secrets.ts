import type { Rules } from '../rules';
import { cryptoKey, keyRing } from './kms';
import { secret, secretVersion } from './secret';
import { CRYPTO_KEY, KEY_RING, SECRET, SECRET_VERSION } from './tokens';

/** Secrets and keys, by token. */
export const secretRules: Readonly<Record<string, Rules>> = {
  [SECRET]: secret,
  [SECRET_VERSION]: secretVersion,
  [KEY_RING]: keyRing,
  [CRYPTO_KEY]: cryptoKey,
};
