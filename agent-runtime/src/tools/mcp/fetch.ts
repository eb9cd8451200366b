import { Readable } from 'node:stream';
import { proxiedRequest } from '../net/request';

const noBody = new Set([101, 204, 205, 304]);

/** `fetch` by way of the egress proxy, as far as the MCP client uses it: text bodies, no redirects. */
export function proxiedFetch(proxySocket: string | null): (url: string | URL, init?: RequestInit) => Promise<Response> {
  return async (url, init = {}) => {
    if (init.body !== undefined && init.body !== null && typeof init.body !== 'string')
      throw new TypeError('only text can be sent');
    const response = await proxiedRequest(proxySocket, {
      url: new URL(url),
      method: init.method ?? 'GET',
      headers: Object.fromEntries(new Headers(init.headers)),
      body: init.body ?? undefined,
      signal: init.signal ?? new AbortController().signal,
    });
    const status = response.statusCode ?? 502;
    const headers = new Headers();
    for (const [name, value] of Object.entries(response.headers))
      for (const part of Array.isArray(value) ? value : [value ?? '']) headers.append(name, part);
    if (noBody.has(status)) {
      response.resume();
      return new Response(null, { status, headers });
    }
    // The two declarations of ReadableStream, of node:stream/web and of the global, name one class.
    const body = Readable.toWeb(response) as unknown as ConstructorParameters<typeof Response>[0];
    return new Response(body, { status, headers });
  };
}
