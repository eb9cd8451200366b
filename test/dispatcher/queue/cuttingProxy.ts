import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Stands between a client and Redis, and loses answers. */
export interface CuttingProxy {
  readonly url: string;
  /** The next answers of Redis, on so many connections, are dropped and the connections cut: what was asked is done, unheard. */
  cutAnswers(connections: number): void;
  stop(): void;
}

export async function cuttingProxy(redisUrl: string): Promise<CuttingProxy> {
  const { hostname, port } = new URL(redisUrl);
  const sockets = new Set<Socket>();
  let cuts = 0;
  const server = createServer((client) => {
    const redis = connect(Number(port), hostname);
    for (const socket of [client, redis]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        redis.destroy();
      });
    }
    let asked = false;
    client.on('data', (bytes) => {
      // Connections greet Redis by themselves; those answers pass.
      asked = bytes.includes('EVAL');
      redis.write(bytes);
    });
    redis.on('data', (bytes) => {
      if (!asked || cuts === 0) {
        client.write(bytes);
      } else {
        cuts -= 1;
        client.destroy();
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: own } = server.address() as AddressInfo; // it listens on TCP
  return {
    url: `redis://127.0.0.1:${own}`,
    cutAnswers: (connections) => (cuts = connections),
    stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
