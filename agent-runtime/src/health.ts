import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers a kubelet's questions. */
export interface HealthServer {
  /** The port taken. */
  readonly port: number;
  /** Can be called twice. */
  stop(): Promise<void>;
}

/**
 * Serves GET /healthz (200: this process still turns) and GET /readyz (200 while `ready()`, else 503) on every address. Anything else is 404.
 * It tells nothing else: whoever shares the pod's network can ask. Port 0 takes a free one.
 */
export async function startHealth(port: number, ready: () => boolean): Promise<HealthServer> {
  const server = createServer({ requestTimeout: 5_000, headersTimeout: 5_000 }, (request, response) => {
    const path = request.url?.split('?', 1)[0];
    const ok = path === '/healthz' || (path === '/readyz' && ready());
    const status = ok ? 200 : path === '/readyz' ? 503 : 404;
    response.writeHead(request.method === 'GET' ? status : 405, { 'content-type': 'text/plain', connection: 'close' });
    response.end(status === 200 ? 'ok\n' : 'no\n');
  });
  server.maxConnections = 64;
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(port, listening);
  });
  let stopping: Promise<void> | undefined;
  return {
    port: (server.address() as AddressInfo).port, // listening on TCP
    stop: () =>
      (stopping ??= new Promise((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      })),
  };
}
