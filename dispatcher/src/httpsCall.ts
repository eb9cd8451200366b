import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';

export interface HttpsCall {
  method?: 'GET' | 'DELETE';
  headers?: Readonly<Record<string, string>>;
  body?: string;
  /** Authorities (PEM) that the server's certificate may come from. Defaults to those of the platform. */
  ca?: string;
  /** Milliseconds for the whole call. */
  timeoutMs: number;
  /** Bytes of the answer past which it is given up. */
  maxBytes: number;
}

export interface HttpsAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** One HTTPS request, bounded in time and size; redirects are not followed. Errors tell the address's host and what failed, nothing that was sent. */
export async function httpsCall(url: URL, call: HttpsCall): Promise<HttpsAnswer> {
  if (url.protocol !== 'https:') throw new Error(`${url.protocol}//${url.host} is not https`);
  const signal = AbortSignal.timeout(call.timeoutMs);
  try {
    return await send(url, call, signal);
  } catch (error) {
    const why = signal.aborted ? `no answer within ${call.timeoutMs} ms` : messageOf(error);
    throw new Error(`${url.host}: ${why}`, { cause: error });
  }
}

function send(url: URL, { method = 'GET', headers, body, ca, maxBytes }: HttpsCall, signal: AbortSignal) {
  return new Promise<HttpsAnswer>((resolve, reject) => {
    const own = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const options = { method, headers: { ...headers, ...own }, signal, ...(ca === undefined ? {} : { ca }) };
    const call = request(url, options, (response) => {
      const parts: Buffer[] = [];
      let bytes = 0;
      response.on('data', (part: Buffer) => {
        parts.push(part);
        bytes += part.length;
        if (bytes > maxBytes) call.destroy(new Error(`the answer is larger than ${maxBytes} bytes`));
      });
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(parts).toString() }),
      );
    });
    call.on('error', reject);
    call.end(body);
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
