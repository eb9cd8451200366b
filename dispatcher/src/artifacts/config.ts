import { z } from 'zod';

const loopback = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** Whether a token may be sent there. */
function isSafe(text: string): boolean {
  const url = new URL(text);
  return url.protocol === 'https:' || (url.protocol === 'http:' && loopback.has(url.hostname));
}

/** Where the role serve keeps artifacts. */
export const artifactsConfigSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('disk').describe('In the folder that ARTIFACT_DIR names; for one replica') }),
  z.strictObject({
    kind: z.literal('bucket').describe('In a bucket of Google Cloud Storage, which all replicas share'),
    bucket: z
      .string()
      .regex(/^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/, 'is not the name of a bucket')
      .describe('Its name. What lies below sha256/ in it belongs to the dispatcher'),
    endpoint: z
      .url('is not a URL')
      .refine((text) => !URL.canParse(text) || isSafe(text), 'is not https')
      .default('https://storage.googleapis.com')
      .describe('Address of Cloud Storage, for private endpoints'),
  }),
]);
