import { createServer } from 'node:net';
import { isErrno } from './files';

/** A port that nobody listens on at the host, as the system gives it. */
export function freePort(host = '127.0.0.1'): Promise<number> {
  return listenOnce(host, 0);
}

/** The wanted port when it is free (0 takes any), else the next free one of the 100 after it, else any. `except` names ports already given away. */
export async function freePortFrom(host: string, wanted: number, except: readonly number[] = []): Promise<number> {
  const last = wanted === 0 ? -1 : Math.min(65_535, wanted + 100);
  for (let port = wanted; port <= last; port += 1) {
    if (except.includes(port)) continue;
    try {
      return await listenOnce(host, port);
    } catch (error) {
      if (!isErrno(error, 'EADDRINUSE', 'EACCES')) throw error;
    }
  }
  return freePort(host);
}

function listenOnce(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address();
      const taken = typeof address === 'object' && address !== null ? address.port : port;
      server.close(() => resolve(taken));
    });
  });
}
