import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const servers: { close(): void }[] = [];

/** A server on 127.0.0.1 that answers each request with the next handler, the last one for ever; closed after the test file. */
export async function scriptedServer(
  ...handlers: readonly Handler[]
): Promise<{ url: string; requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    const handler = handlers[Math.min(requests.length, handlers.length) - 1];
    request.resume();
    handler?.(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push({
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests }; // it listens on TCP
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Handler {
  return (_request, response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** Sends text as an event stream, then ends it, or cuts the connection. */
export function stream(text: string, how: 'end' | 'cut' | 'stay'): Handler {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    if (how === 'end') response.end(text);
    else if (how === 'stay') response.write(text);
    else response.write(text, () => response.destroy());
  };
}

afterAll(() => {
  for (const server of servers.splice(0)) server.close();
});
