import { request as httpRequest, type IncomingMessage } from 'node:http';
import { isIP, type Socket } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { refused, toolFailed } from '../workspace/paths';

/** A connection through the egress proxy to the host of a URL, TLS done for https. Throws TOOL_REFUSED when the proxy refuses. */
export async function openTunnel(proxySocket: string, url: URL, signal: AbortSignal): Promise<Socket> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  const authority = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
  const socket = await new Promise<Socket>((resolve, reject) => {
    const request = httpRequest({
      socketPath: proxySocket,
      method: 'CONNECT',
      path: authority,
      headers: { host: authority },
      signal,
      agent: false,
    });
    request.once('connect', (response: IncomingMessage, tunnel: Socket) => {
      if (response.statusCode === 200) return resolve(tunnel);
      tunnel.destroy();
      const fault = String(response.headers['x-egress-fault'] ?? `${authority} cannot be reached`);
      reject(response.statusCode === 403 ? refused(fault) : toolFailed(fault));
    });
    request.once('error', (error) =>
      reject(signal.aborted ? error : toolFailed(`the egress proxy: ${error.message}`, error)),
    );
    request.end();
  });
  if (url.protocol !== 'https:') return socket;
  return new Promise<Socket>((resolve, reject) => {
    const secure = tlsConnect({
      socket,
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ALPNProtocols: ['http/1.1'],
    });
    const abort = (): void => void secure.destroy(new Error('aborted'));
    signal.addEventListener('abort', abort, { once: true });
    secure.once('secureConnect', () => {
      signal.removeEventListener('abort', abort);
      resolve(secure);
    });
    secure.once('error', (error) => reject(toolFailed(`TLS with ${authority}: ${error.message}`, error)));
  });
}
