import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { FactoryError } from '@agent-factory/contract';

/** An upload that is read, counted and hashed in one go. */
export interface Measured {
  /** The bytes as they come; to be read once. Throws PAYLOAD_TOO_LARGE past the most. */
  parts(): AsyncGenerator<Buffer, void, undefined>;
  /** Bytes so far. */
  readonly size: number;
  /** Throws ARTIFACT_DIGEST_MISMATCH unless the bytes have this digest; to be called once, when all were read. */
  require(digest: string): void;
}

/** Reads a stream of at most `maxBytes`. The stream is left alive after a refusal: it may be a request whose answer is still to be written. */
export function measure(bytes: Readable, maxBytes: number): Measured {
  const hash = createHash('sha256');
  let size = 0;
  return {
    async *parts() {
      for await (const chunk of bytes.iterator({ destroyOnReturn: false })) {
        const part: Buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
        size += part.length;
        if (size > maxBytes) throw tooLarge(maxBytes);
        hash.update(part);
        yield part;
      }
    },
    get size() {
      return size;
    },
    require(digest) {
      const found = `sha256:${hash.digest('hex')}`;
      if (found !== digest)
        throw new FactoryError('ARTIFACT_DIGEST_MISMATCH', `the ${size} bytes have the digest ${found}`);
    },
  };
}

function tooLarge(maxBytes: number): FactoryError {
  return new FactoryError('PAYLOAD_TOO_LARGE', `an artifact may hold ${maxBytes} bytes`, {
    faults: [{ path: '(root)', message: `holds more than ${maxBytes} bytes` }],
  });
}
