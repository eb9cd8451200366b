import type { IncomingMessage } from 'node:http';
import { proxiedRequest } from '../net/request';
import { toolFailed } from '../workspace/paths';
import type { Tool } from './context';
import { ToolTimeout } from './timeout';

const maxRedirects = 5;
const redirects = new Set([301, 302, 303, 307, 308]);
const secretHeaders = /^(authorization|cookie|x-api-key)$/i;

/** Reads a body up to a bound. */
async function readBody(response: IncomingMessage, maxBytes: number): Promise<{ body: string; truncated: boolean }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk.subarray(0, maxBytes - size));
    size += chunk.length;
    if (size > maxBytes) break; // leaving the loop destroys the stream
  }
  return { body: Buffer.concat(chunks).toString('utf8'), truncated: size > maxBytes };
}

function plainHeaders(response: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
}

/** Fetches through the egress proxy, which judges every hop of a redirect anew. */
export const httpFetch: Tool<'http_fetch'> = async (input, { egress, signal }) => {
  const time = AbortSignal.timeout(input.timeout_ms);
  const both = AbortSignal.any([signal, time]);
  let [url, method, body, headers] = [new URL(input.url), input.method as string, input.body, input.headers];
  try {
    for (let hop = 0; hop <= maxRedirects; hop += 1) {
      const response = await proxiedRequest(egress.socket, { url, method, headers, body, signal: both });
      const status = response.statusCode ?? 0;
      const location = response.headers.location;
      if (!redirects.has(status) || location === undefined || !URL.canParse(location, url.href)) {
        return { status, headers: plainHeaders(response), ...(await readBody(response, input.max_bytes)) };
      }
      response.destroy();
      const next = new URL(location, url);
      if (!/^https?:$/.test(next.protocol)) throw toolFailed(`redirected to ${next.protocol}`);
      if (next.origin !== url.origin)
        headers = Object.fromEntries(Object.entries(headers).filter(([name]) => !secretHeaders.test(name)));
      if (status === 303 || ((status === 301 || status === 302) && method === 'POST')) {
        [method, body] = [method === 'HEAD' ? 'HEAD' : 'GET', undefined];
      }
      url = next;
    }
    throw toolFailed(`more than ${maxRedirects} redirects`);
  } catch (error) {
    signal.throwIfAborted();
    if (time.aborted) throw new ToolTimeout(`no complete answer in ${input.timeout_ms} ms`);
    throw error;
  }
};
