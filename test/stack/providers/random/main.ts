import { randomBytes, randomInt } from 'node:crypto';
import { openSchemas } from '../shared/schema/cache';
import { serve } from '../shared/server';
import { createStatelessProvider } from '../shared/stateless';
import type { ValueObject } from '../shared/values';

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const special = '!@#$%&*()-_=+[]{}<>:?';

function password({ length, special: mayBeSpecial, overrideSpecial }: ValueObject): string {
  const more = typeof overrideSpecial === 'string' ? overrideSpecial : special;
  const alphabet = mayBeSpecial === false ? letters : letters + more;
  return Array.from({ length: Number(length) }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
}

/** Stands in for the provider `random`, whose plugin is not to be had offline: real random values, kept in the state. */
void serve(
  createStatelessProvider('random', openSchemas('@pulumi/random'), {
    'random:index/randomPassword:RandomPassword': {
      make: (inputs) => ({ result: password(inputs) }),
      secret: ['result'],
    },
    'random:index/randomBytes:RandomBytes': {
      make: ({ length }) => {
        const bytes = randomBytes(Number(length));
        return { base64: bytes.toString('base64'), hex: bytes.toString('hex') };
      },
      secret: ['base64', 'hex'],
    },
  }),
);
