import { z } from 'zod';
import { parseCidr } from './cidr';

/** Fields that several parts of the configuration share. */

export const cidr = z.string().superRefine((text, context) => {
  const parsed = parseCidr(text);
  if (typeof parsed === 'string') context.addIssue({ code: 'custom', message: parsed });
});

export const cores = z.number().min(0.01, 'is below 0.01 core').max(416, 'is above 416 cores');

/** Below this Node.js, which the agent and its tools run on, does not start. */
const minMemoryGiB = 0.125;
export const gibibytes = z
  .number()
  .min(minMemoryGiB, `is below what the runtime needs: at least ${minMemoryGiB} (128 MiB)`)
  .max(11_776, 'is above 11776 GiB');

export const email = z.email('is not an e-mail address');

export const sha256 = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'is not a digest: sha256: and 64 hexadecimal digits');

/** A label of Google Cloud: key and value of up to 63 lower-case letters, digits, - and _. */
export const labels = z.record(
  z.string().regex(/^[a-z][a-z0-9_-]{0,62}$/, 'is not a label key: up to 63 of a-z, 0-9, _ and -, a letter first'),
  z.string().regex(/^[a-z0-9_-]{0,63}$/, 'is not a label value: up to 63 of a-z, 0-9, _ and -'),
);
