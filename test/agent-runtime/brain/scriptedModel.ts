import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a client asked for. */
export interface ModelRequest {
  headers: IncomingHttpHeaders;
  body: {
    model: string;
    messages: { role: string; content: unknown; tool_call_id?: string }[];
    tools?: { function: { name: string; parameters: unknown } }[];
    tool_choice?: unknown;
    max_tokens?: number;
    stream?: boolean;
  };
}

/** One answer of the script. */
export type ModelAnswer = (response: ServerResponse, request: ModelRequest) => void;

/** Speaks OpenAI's chat completions, streamed, as the test's script says. */
export class ScriptedModel {
  readonly requests: ModelRequest[] = [];
  readonly #server: Server;
  readonly #script: ModelAnswer[];

  private constructor(script: ModelAnswer[]) {
    this.#script = script;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(script: ModelAnswer[]): Promise<ScriptedModel> {
    const model = new ScriptedModel(script);
    await new Promise<void>((resolve) => model.#server.listen(0, '127.0.0.1', resolve));
    return model;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/model/v1`; // listening on TCP
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const asked: ModelRequest = { headers: request.headers, body: JSON.parse(text) as ModelRequest['body'] }; // what the SDK sends
    this.requests.push(asked);
    const next = this.#script.shift();
    if (next === undefined) response.writeHead(500).end('the script is at its end');
    else next(response, asked);
  }
}

const usage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120, cost_usd: 0.25 };

function stream(response: ServerResponse, deltas: object[], reason: string): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const chunk = (delta: object, finish_reason: string | null): void => {
    const body = {
      id: 'c',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'm',
      choices: [{ index: 0, delta, finish_reason }],
    };
    response.write(`data: ${JSON.stringify(body)}\n\n`);
  };
  chunk({ role: 'assistant', content: '' }, null);
  for (const delta of deltas) chunk(delta, null);
  chunk({}, reason);
  response.write(
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [], usage })}\n\n`,
  );
  response.end('data: [DONE]\n\n');
}

export function says(...words: string[]): ModelAnswer {
  return (response) =>
    stream(
      response,
      words.map((content) => ({ content })),
      'stop',
    );
}

export function calls(...wanted: [name: string, input: object, signature?: string][]): ModelAnswer {
  const deltas = wanted.flatMap(([name, input, signature], index) => {
    const text = JSON.stringify(input);
    const begun = { index, id: `call_${index}`, type: 'function', function: { name, arguments: '' } };
    return [
      {
        tool_calls: [
          signature === undefined ? begun : { ...begun, extra_content: { google: { thought_signature: signature } } },
        ],
      },
      { tool_calls: [{ index, function: { arguments: text.slice(0, 5) } }] },
      { tool_calls: [{ index, function: { arguments: text.slice(5) } }] },
    ];
  });
  return (response) => stream(response, deltas, 'tool_calls');
}

export function refuses(status: number, code: string, headers: Record<string, string> = {}): ModelAnswer {
  return (response) =>
    response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify({ error: { message: `told: ${code}`, type: 'api_error', param: null, code } }));
}

/** How an answer ends in the middle: with an event that tells why, by itself, or with its connection. */
export function breaksOff(how: { code: string } | 'ends' | 'connection'): ModelAnswer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const body = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm' };
    const half = `data: ${JSON.stringify({ ...body, choices: [{ index: 0, delta: { content: 'half' }, finish_reason: null }] })}\n\n`;
    if (how === 'ends') response.end(half);
    else if (how === 'connection') response.write(half, () => response.destroy());
    else {
      const error = { message: `told: ${how.code}`, type: 'api_error', param: null, code: how.code };
      response.end(`${half}data: ${JSON.stringify({ error })}\n\n`);
    }
  };
}
