import { unlink } from 'node:fs/promises';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { createConnection, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { parseAllowed } from './allowList';
import { allowedAddress, EgressRefused, splitAuthority, systemResolve, type Resolve } from './target';
import { messageOf } from '../errors';

/** What an egress proxy works with. */
export interface EgressProxyOptions {
  /** Where to listen. */
  socketPath: string;
  /** host, *.host, host:port. */
  allow: readonly string[];
  /** Hears of each refusal. */
  onRefused?(text: string): void;
  /** Defaults to the system's resolver. */
  resolve?: Resolve;
  /** Bytes of one connection, both ways together. Defaults to 1 GiB. */
  maxBytes?: number;
  /** Milliseconds of silence after which a connection ends. Defaults to 60,000. */
  idleMs?: number;
  /** Milliseconds after which a connection ends. Defaults to 600,000. */
  lifetimeMs?: number;
}

/** A running proxy. */
export interface EgressProxy {
  /** Ends it and every connection. Can be called twice. */
  stop(): Promise<void>;
}

const maxConnections = 128;
const hopHeaders = ['connection', 'keep-alive', 'proxy-authorization', 'proxy-connection', 'te', 'trailer', 'upgrade'];

/**
 * The only way out of a sandbox: CONNECT, and plain HTTP in absolute form, to the hosts on the list. It resolves names
 * itself and refuses addresses that are not public, unless the list names exactly that host and port.
 */
export async function startEgressProxy(options: EgressProxyOptions): Promise<EgressProxy> {
  const { maxBytes = 1_073_741_824, idleMs = 60_000, lifetimeMs = 600_000, resolve = systemResolve } = options;
  const allowed = options.allow.map(parseAllowed);
  const open = new Set<Duplex>();

  const track = (socket: Duplex): void => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
  };
  const fault = (error: unknown): { status: number; text: string } => {
    const text = messageOf(error, 'it cannot be reached');
    if (!(error instanceof EgressRefused)) return { status: 502, text };
    options.onRefused?.(`egress refused: ${text}`);
    return { status: 403, text };
  };
  /** Ends both sides at the bounds. */
  const bound = (client: Duplex, upstream: Socket): void => {
    let bytes = 0;
    const end = (): void => {
      client.destroy();
      upstream.destroy();
    };
    const count = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes > maxBytes) end();
    };
    client.on('data', count);
    upstream.on('data', count);
    upstream.setTimeout(idleMs, end);
    const life = setTimeout(end, lifetimeMs);
    upstream.once('close', () => {
      clearTimeout(life);
      client.destroy();
    });
    client.once('close', () => upstream.destroy());
  };

  const connect = async (request: IncomingMessage, client: Duplex, head: Buffer): Promise<void> => {
    try {
      const target = splitAuthority(request.url ?? '');
      if (target === undefined) throw new EgressRefused('CONNECT needs host:port');
      const address = await allowedAddress(allowed, target.host, target.port, resolve);
      const upstream = await dial(address, target.port, idleMs);
      track(upstream);
      bound(client, upstream);
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.write(head);
      client.pipe(upstream).pipe(client);
    } catch (error) {
      const { status, text } = fault(error);
      client.end(
        `HTTP/1.1 ${status} Refused\r\nx-egress-fault: ${headerSafe(text)}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`,
      );
    }
  };

  const forward = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const url = URL.canParse(request.url ?? '') ? new URL(request.url ?? '') : undefined;
      if (url === undefined || url.protocol !== 'http:')
        throw new EgressRefused('only http: in absolute form, or CONNECT');
      const port = Number(url.port || 80);
      const address = await allowedAddress(allowed, url.hostname.replace(/^\[|\]$/g, ''), port, resolve);
      const upstream = await dial(address, port, idleMs);
      track(upstream);
      bound(request.socket, upstream);
      const headers = Object.fromEntries(
        Object.entries(request.headers).filter(([name]) => !hopHeaders.includes(name)),
      );
      const outgoing = httpRequest({
        createConnection: () => upstream,
        method: request.method,
        path: url.pathname + url.search,
        headers: { ...headers, host: url.host, connection: 'close' },
      });
      outgoing.once('response', (incoming) => {
        response.writeHead(incoming.statusCode ?? 502, incoming.headers);
        incoming.pipe(response);
      });
      outgoing.once('error', () => response.destroy());
      request.pipe(outgoing);
    } catch (error) {
      const { status, text } = fault(error);
      response.writeHead(status, { 'x-egress-fault': headerSafe(text), connection: 'close' }).end();
    }
  };

  const server = createServer({ requestTimeout: lifetimeMs }, (request, response) => void forward(request, response));
  server.maxConnections = maxConnections;
  server.on('connection', track);
  server.on('connect', (request, client, head) => void connect(request, client, head));
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen({ path: options.socketPath, writableAll: true, readableAll: true }, listening);
  });
  let stopping: Promise<void> | undefined;
  return {
    stop: () =>
      (stopping ??= (async () => {
        const closed = new Promise<void>((resolved) => server.close(() => resolved()));
        for (const socket of open) socket.destroy();
        await closed;
        await unlink(options.socketPath).catch(() => undefined);
      })()),
  };
}

/** Connects to an address, in at most `timeoutMs`. */
async function dial(address: string, port: number, timeoutMs: number): Promise<Socket> {
  const socket = createConnection({ host: address, port });
  await new Promise<void>((resolve, reject) => {
    socket.setTimeout(Math.min(timeoutMs, 30_000), () => socket.destroy(new Error('no answer')));
    socket.once('connect', () => {
      socket.setTimeout(0);
      resolve();
    });
    socket.once('error', reject);
  });
  return socket;
}

function headerSafe(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 500);
}
