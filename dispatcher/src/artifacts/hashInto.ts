import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { FactoryError } from '@agent-factory/contract';

/**
 * Writes a stream to a new file, flushed to the disk, and answers its size and SHA-256. Throws PAYLOAD_TOO_LARGE past `maxBytes`, and what
 * `take` throws, which is asked for room before bytes are written.
 */
export async function hashInto(
  file: string,
  bytes: Readable,
  maxBytes: number,
  take: (bytes: number) => Promise<void>,
): Promise<{ size: number; sha256: string }> {
  const hash = createHash('sha256');
  const handle = await open(file, 'wx', 0o600);
  let size = 0;
  try {
    // The stream is left alive after a refusal: it may be a request whose answer is still to be written.
    for await (const chunk of bytes.iterator({ destroyOnReturn: false })) {
      const part: Buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
      size += part.length;
      if (size > maxBytes) {
        throw new FactoryError('PAYLOAD_TOO_LARGE', `an artifact may hold ${maxBytes} bytes`, {
          faults: [{ path: '(root)', message: `holds more than ${maxBytes} bytes` }],
        });
      }
      await take(part.length);
      hash.update(part);
      await handle.write(part);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { size, sha256: hash.digest('hex') };
}
