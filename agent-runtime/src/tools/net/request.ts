import { request as httpRequest, type IncomingMessage } from 'node:http';
import { refused, toolFailed } from '../workspace/paths';
import { openTunnel } from './tunnel';

/** One HTTP request, as it goes on the wire. */
export interface OutgoingRequest {
  url: URL;
  method: string;
  headers: Readonly<Record<string, string>>;
  body: string | Buffer | undefined;
  signal: AbortSignal;
}

/** Headers that belong to the connection, not to the caller. */
const reserved =
  /^(host|connection|keep-alive|content-length|transfer-encoding|te|trailer|upgrade|expect|accept-encoding|proxy-.*)$/i;

/** Makes one request through the egress proxy and answers its response, the body still to be read. Follows no redirect. */
export async function proxiedRequest(proxySocket: string | null, outgoing: OutgoingRequest): Promise<IncomingMessage> {
  const { url, method, headers, body, signal } = outgoing;
  if (proxySocket === null) throw refused(`${url.host}: this agent type may reach no host`);
  const bad = Object.keys(headers).find((name) => reserved.test(name));
  if (bad !== undefined) throw refused(`the header ${bad} cannot be set`);
  const socket = await openTunnel(proxySocket, url, signal);
  try {
    return await new Promise<IncomingMessage>((resolve, reject) => {
      const request = httpRequest({
        createConnection: () => socket,
        method,
        path: url.pathname + url.search,
        headers: {
          'user-agent': 'agent-factory',
          ...headers,
          host: url.host,
          connection: 'close',
          'accept-encoding': 'identity',
          ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
        },
        signal,
      });
      request.once('response', resolve);
      request.once('error', (error) =>
        reject(signal.aborted ? error : toolFailed(`${url.host}: ${error.message}`, error)),
      );
      request.end(body);
    });
  } catch (error) {
    socket.destroy();
    // Node throws on a header or method that cannot be written.
    throw error instanceof TypeError ? toolFailed(error.message, error) : error;
  }
}
