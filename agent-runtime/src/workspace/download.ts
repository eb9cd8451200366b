import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { FactoryError, limits, type ErrorCode } from '@agent-factory/contract';
import { errorCode } from '../errorCode';

/** What a download needs; `fetch` can be set by tests. */
export interface DownloadOptions {
  factoryUrl: string;
  token: () => string;
  signal: AbortSignal;
  /** Defaults to that of the contract. */
  maxBytes?: number;
}

/**
 * Streams an artifact into a new file, checking its size and digest on the way; answers its size. Throws ARTIFACT_NOT_FOUND, ARTIFACT_DIGEST_MISMATCH,
 * PAYLOAD_TOO_LARGE, UNAUTHENTICATED and the like, or INTERNAL (retryable) when the dispatcher cannot be reached.
 */
export async function downloadArtifact(digest: string, file: string, options: DownloadOptions): Promise<number> {
  const response = await request(digest, options);
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel();
    throw refusal(digest, response.status);
  }
  const hash = createHash('sha256');
  const maxBytes = options.maxBytes ?? limits.artifactBytes;
  let size = 0;
  const check = new Transform({
    transform: (chunk: Buffer, _encoding, next) => {
      size += chunk.length;
      if (size > maxBytes)
        return next(new FactoryError('PAYLOAD_TOO_LARGE', `artifact ${digest} has more than ${maxBytes} bytes`));
      hash.update(chunk);
      next(null, chunk);
    },
  });
  try {
    // The two declarations of the same web stream differ in name only.
    const body = Readable.fromWeb(response.body as ReadableStream<Uint8Array>);
    await pipeline(body, check, createWriteStream(file, { flags: 'wx', mode: 0o600 }), { signal: options.signal });
  } catch (error) {
    throw failure(digest, error, options.signal);
  }
  if (`sha256:${hash.digest('hex')}` !== digest)
    throw new FactoryError('ARTIFACT_DIGEST_MISMATCH', `what came for artifact ${digest} has another digest`);
  return size;
}

async function request(digest: string, { factoryUrl, token, signal }: DownloadOptions): Promise<Response> {
  const headers = { authorization: `Bearer ${token()}` };
  try {
    return await fetch(`${factoryUrl}/v1/artifacts/${digest}`, { headers, signal, redirect: 'error' });
  } catch (error) {
    throw failure(digest, error, signal);
  }
}

function refusal(digest: string, status: number): FactoryError {
  const codes: Record<number, ErrorCode> = {
    401: 'UNAUTHENTICATED',
    403: 'FORBIDDEN',
    404: 'ARTIFACT_NOT_FOUND',
    503: 'STORE_UNAVAILABLE',
  };
  return new FactoryError(codes[status] ?? 'INTERNAL', `artifact ${digest}: the dispatcher answered ${status}`);
}

function failure(digest: string, error: unknown, signal: AbortSignal): FactoryError {
  if (error instanceof FactoryError) return error;
  if (signal.aborted && signal.reason instanceof FactoryError) return signal.reason;
  const why = errorCode(error) ?? 'connection lost';
  return new FactoryError('INTERNAL', `artifact ${digest} could not be read: ${why}`, { cause: error });
}
