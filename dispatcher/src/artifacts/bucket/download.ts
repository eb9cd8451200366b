import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Client, OpenAnswer } from './client';
import { addressOf, type StoredObject } from './objects';
import { unavailable } from './refusal';

export interface DownloadOptions {
  client: Client;
  bucket: string;
  object: StoredObject;
  /** SHA-256 that the bytes must have, as `sha256:…`. */
  digest: string;
  /** Milliseconds without a byte, while somebody waits for one, after which the rest is asked for anew. */
  idleMs: number;
}

/**
 * Opens an object's bytes; undefined when it is gone. What breaks off is gone on with from there. The last bytes come only when all of them prove
 * to have the digest: a reader that counts never takes other bytes for the artifact. The stream throws STORE_UNAVAILABLE.
 */
export async function download(options: DownloadOptions): Promise<Readable | undefined> {
  const first = await openFrom(options, 0);
  if (first === undefined) return undefined;
  const bytes = Readable.from(checked(bytesOf(options, first), options.digest), { objectMode: false });
  bytes.once('close', () => first.close()); // a stream that nobody begins to read never gets to what closes it
  return bytes;
}

async function openFrom({ client, bucket, object }: DownloadOptions, from: number): Promise<OpenAnswer | undefined> {
  const answer = await client.open({
    operation: 'read',
    path: `${addressOf(bucket, object.name)}?alt=media&generation=${object.generation}`,
    headers: from === 0 ? {} : { range: `bytes=${from}-` },
    expects: [404],
  });
  if (answer.status === (from === 0 ? 200 : 206)) return answer;
  answer.close();
  if (answer.status === 404) return undefined;
  throw new Error(`Cloud Storage answered ${answer.status} to a request for bytes from ${from}`);
}

async function* bytesOf(options: DownloadOptions, first: OpenAnswer): AsyncGenerator<Uint8Array, void, undefined> {
  const { client, object, idleMs } = options;
  let answer: OpenAnswer | undefined = first;
  let at = 0;
  try {
    for (let failures = 0; at < object.size;) {
      const found: Uint8Array | Error | undefined = await nextOf(answer, idleMs);
      if (found instanceof Uint8Array) {
        failures = 0;
        at += found.length;
        yield found;
        continue;
      }
      answer.close();
      await client.pause((failures += 1), found ?? new Error('the bytes ended early'));
      answer = await openFrom(options, at);
      if (answer === undefined) throw unavailable(new Error('the artifact was dropped while it was read'));
    }
  } finally {
    answer?.close();
  }
}

/** The next bytes; undefined at the end. */
async function nextOf({ body }: OpenAnswer, idleMs: number): Promise<Uint8Array | Error | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Error>((resolve) => {
    timer = setTimeout(() => resolve(new Error(`no bytes for ${idleMs} ms`)), idleMs);
  });
  const read = body.read().then(
    ({ value }) => value,
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  );
  try {
    return await Promise.race([read, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function* checked(
  bytes: AsyncGenerator<Uint8Array, void, undefined>,
  digest: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const hash = createHash('sha256');
  let held: Uint8Array | undefined;
  for await (const part of bytes) {
    hash.update(part);
    if (held !== undefined) yield held;
    held = part;
  }
  if (`sha256:${hash.digest('hex')}` !== digest) throw new Error(`the bucket holds other bytes under ${digest}`);
  if (held !== undefined) yield held;
}
