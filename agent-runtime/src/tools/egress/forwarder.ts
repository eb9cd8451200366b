import { createConnection, createServer, type Server, type Socket } from 'node:net';

/** A TCP door inside the sandbox to the proxy's socket, for programs that cannot speak to a socket of the file system. Opened at the first need. */
export class EgressForwarder {
  #listening: Promise<number | undefined> | undefined;
  #server: Server | undefined;
  readonly #sockets = new Set<Socket>();

  constructor(readonly socket: string | null) {}

  /** HTTP_PROXY and its like; empty when nothing may be reached, and where the confinement lets nobody listen (seatbelt). */
  async variables(): Promise<Record<string, string>> {
    if (this.socket === null) return {};
    this.#listening ??= this.#listen(this.socket).catch(() => undefined);
    const port = await this.#listening;
    if (port === undefined) return {};
    const url = `http://127.0.0.1:${port}`;
    return { HTTP_PROXY: url, HTTPS_PROXY: url, http_proxy: url, https_proxy: url, NO_PROXY: 'localhost,127.0.0.1' };
  }

  stop(): void {
    this.#server?.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  async #listen(path: string): Promise<number> {
    const server = createServer((client) => {
      const upstream = createConnection({ path });
      for (const socket of [client, upstream]) {
        this.#sockets.add(socket);
        socket.on('error', () => socket.destroy());
        socket.once('close', () => this.#sockets.delete(socket));
      }
      client.once('close', () => upstream.destroy());
      upstream.once('close', () => client.destroy());
      client.pipe(upstream).pipe(client);
    });
    server.maxConnections = 128;
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
    return address.port;
  }
}
