import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { anthropicWire } from './modelProvider/anthropic';
import { openAiWire } from './modelProvider/openai';
import {
  providerKeys,
  type ProviderReply,
  type ProviderRequest,
  type Wire,
  type WireRequest,
} from './modelProvider/script';
import { vertexWire } from './modelProvider/vertex';

export { providerKeys, providerModels, type ProviderReply } from './modelProvider/script';

/**
 * A model provider on 127.0.0.1 that speaks the real wire protocols of OpenAI, Anthropic and Google Vertex AI, streamed or not, and refuses what
 * they refuse (keys, versions, models, roles out of order, unknown fields). Answers come from the script, in order; one request more than the
 * script has is answered 500.
 */
export interface ScriptedProvider {
  /** Base URLs as a configuration gives them. */
  readonly urls: { openai: string; anthropic: string; vertexExpress: string; vertex: string; token: string };
  /** What reached it so far, refused requests included. */
  readonly requests: readonly ProviderRequest[];
  /** The next request that reaches it. */
  nextRequest(): Promise<ProviderRequest>;
  /** Adds answers to the script. */
  script(...replies: ProviderReply[]): void;
  /** Forgets script and requests. */
  reset(): void;
  stop(): Promise<void>;
}

const wires: Readonly<Record<ProviderRequest['wire'], Wire>> = {
  openai: openAiWire,
  anthropic: anthropicWire,
  vertex: vertexWire,
};

export async function startModelProvider(): Promise<ScriptedProvider> {
  const requests: ProviderRequest[] = [];
  const replies: ProviderReply[] = [];
  const listeners: ((request: ProviderRequest) => void)[] = [];
  const server = createServer((incoming, response) => {
    response.on('error', () => undefined); // clients leave in the middle; that is what some tests are about
    serve(incoming, response).catch(() => response.destroy());
  });

  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const text = await readText(incoming);
    const path = incoming.url ?? '/';
    if (path.startsWith('/sts'))
      return sendJson(response, 200, {
        access_token: providerKeys.vertexToken,
        issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        token_type: 'Bearer',
        expires_in: 3600,
      });
    const address = parseAddress(path);
    if (address === undefined || incoming.method !== 'POST')
      return sendJson(response, 404, { error: { message: `no such address: ${path}` } });
    const body = JSON.parse(text) as Record<string, unknown>; // the SDK sends JSON; anything else fails the test
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    response.once('close', resolve);
    const request: ProviderRequest = { wire: address.wire, path, headers: incoming.headers, body, closed };
    requests.push(request);
    for (const listener of listeners.splice(0)) listener(request);

    const wire = wires[address.wire];
    const model = address.model ?? String(body['model']);
    const asked: WireRequest = {
      path,
      model,
      stream: address.stream ?? body['stream'] === true,
      headers: incoming.headers,
      body,
    };
    const refusal = wire.refuse(asked);
    if (refusal !== undefined) return sendJson(response, refusal.status, wire.error(refusal.status, refusal.message));
    await reply(
      wire,
      asked,
      replies.shift() ?? { kind: 'error', status: 500, message: 'the script is at its end' },
      response,
    );
  };

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one
  const origin = `http://127.0.0.1:${port}`;
  return {
    urls: {
      openai: `${origin}/openai/v1`,
      anthropic: `${origin}/anthropic/v1`,
      vertexExpress: `${origin}/vertex/v1/publishers/google`,
      vertex: `${origin}/vertex/v1beta1/projects/test-project/locations/europe-west4/publishers/google`,
      token: `${origin}/sts/v1/token`,
    },
    requests,
    nextRequest: () => new Promise((resolve) => listeners.push(resolve)),
    script: (...more) => void replies.push(...more),
    reset: () => {
      requests.length = 0;
      replies.length = 0;
    },
    stop: async () => {
      if (!server.listening) return;
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function parseAddress(path: string): { wire: ProviderRequest['wire']; model?: string; stream?: boolean } | undefined {
  if (path === '/openai/v1/chat/completions') return { wire: 'openai' };
  if (path === '/anthropic/v1/messages') return { wire: 'anthropic' };
  const [, model, method] =
    /^\/vertex\/.*\/models\/([^/:]+):(generateContent|streamGenerateContent)(?:\?.*)?$/.exec(path) ?? [];
  return model === undefined ? undefined : { wire: 'vertex', model, stream: method === 'streamGenerateContent' };
}

async function reply(
  wire: Wire,
  { model, stream }: WireRequest,
  script: ProviderReply,
  response: ServerResponse,
): Promise<void> {
  switch (script.kind) {
    case 'drop':
      response.socket?.destroy();
      return;
    case 'silence':
      return;
    case 'raw':
      response
        .writeHead(script.status ?? 200, { 'content-type': script.contentType ?? 'text/event-stream' })
        .end(script.body);
      return;
    case 'error':
      return sendJson(
        response,
        script.status,
        wire.error(script.status, script.message ?? 'as scripted', script.retryDelay),
        script.headers,
      );
    case 'answer': {
      if (!stream) return sendJson(response, 200, wire.body(script, model));
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
      const frames = wire.frames(script, model);
      for (const frame of frames.slice(0, script.stopAfter?.frames ?? frames.length)) response.write(frame);
      if (script.stopAfter?.how === 'silence') return;
      if (script.stopAfter?.how === 'error') response.write(wire.errorFrame());
      // bytes on their way must arrive before the connection breaks
      if (script.stopAfter?.how === 'destroy') response.write('\n', () => response.socket?.destroy());
      else response.end();
    }
  }
}

function sendJson(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

async function readText(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer); // no encoding is set, so they are buffers
  return Buffer.concat(chunks).toString('utf8');
}
