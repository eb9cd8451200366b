import { callId, finishOf, halves, providerKeys, providerModels, unknownField, usageOf } from './script';
import type { ProviderAnswer, Refusal, Wire, WireRequest } from './script';

const fields = [
  'model', 'messages', 'max_tokens', 'system', 'stream', 'temperature', 'top_p', 'top_k', 'stop_sequences', 'tools', 'tool_choice', 'metadata',
  'thinking', 'cache_control', 'output_config',
]; // prettier-ignore

interface Block {
  type: string;
  id?: string;
  text?: string;
  tool_use_id?: string;
}

interface Message {
  role: string;
  content: string | Block[];
}

/** Anthropic's Messages. */
export const anthropicWire: Wire = {
  refuse: (request) =>
    refuseHead(request) ?? refuseFields(request) ?? refuseMessages(request.body['messages'] as Message[]), // shape checked before
  error: (status, message) => ({ type: 'error', error: { type: errorType(status), message }, request_id: 'req_1' }),
  body: (answer, model) => ({
    ...message(model),
    content: blocks(answer),
    stop_reason: finishWord(answer),
    usage: usageField(answer),
  }),
  frames: (answer, model) => {
    const { output_tokens: output, ...input } = usageField(answer);
    const events = [
      {
        type: 'message_start',
        message: { ...message(model), content: [], stop_reason: null, usage: { ...input, output_tokens: 1 } },
      },
      { type: 'ping' },
      ...streamedBlocks(answer).flatMap(({ start, deltas }, index) => [
        { type: 'content_block_start', index, content_block: start },
        ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
        { type: 'content_block_stop', index },
      ]),
      {
        type: 'message_delta',
        delta: { stop_reason: finishWord(answer), stop_sequence: null },
        usage: { output_tokens: output },
      },
      { type: 'message_stop' },
    ];
    return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  },
  errorFrame: () =>
    `event: error\ndata: ${JSON.stringify({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } })}\n\n`,
};

function refuseHead({ headers, model }: WireRequest): Refusal | undefined {
  if (headers['x-api-key'] !== providerKeys.anthropic)
    return { status: 401, message: `invalid x-api-key ${String(headers['x-api-key'])}` };
  if (headers['anthropic-version'] !== '2023-06-01')
    return { status: 400, message: 'anthropic-version: header is required' };
  const known: readonly string[] = providerModels.anthropic;
  return known.includes(model) ? undefined : { status: 404, message: `model: ${model}` };
}

function refuseFields({ body }: WireRequest): Refusal | undefined {
  const unknown = unknownField(body, fields);
  if (unknown !== undefined) return { status: 400, message: `${unknown}: Extra inputs are not permitted` };
  if (typeof body['max_tokens'] !== 'number') return { status: 400, message: 'max_tokens: Field required' };
  if (typeof body['temperature'] === 'number' && body['temperature'] > 1)
    return { status: 400, message: 'temperature: range: 0..1' };
  return Array.isArray(body['messages']) ? undefined : { status: 400, message: 'messages: Field required' };
}

function refuseMessages(messages: readonly Message[]): Refusal | undefined {
  if (messages[0]?.role !== 'user') return { status: 400, message: 'messages: first message must use the "user" role' };
  let open: string[] = [];
  for (const [index, { role, content }] of messages.entries()) {
    if (role !== 'user' && role !== 'assistant')
      return { status: 400, message: `messages.${index}.role: Input should be 'user' or 'assistant'` };
    const parts = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
    if (parts.some((part) => part.type === 'text' && part.text === ''))
      return { status: 400, message: 'messages: text content blocks must be non-empty' };
    const answered = parts.flatMap((part) =>
      'tool_use_id' in part && part.tool_use_id !== undefined ? [part.tool_use_id] : [],
    );
    if (answered.some((id) => !open.includes(id)))
      return { status: 400, message: `messages.${index}: unexpected \`tool_use_id\` found in \`tool_result\` blocks` };
    const missing = open.filter((id) => !answered.includes(id));
    if (missing.length > 0) {
      return {
        status: 400,
        message: `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing.join(', ')}`,
      };
    }
    open = parts.flatMap((part) =>
      part.type === 'tool_use' && 'id' in part && part.id !== undefined ? [part.id] : [],
    );
  }
  return undefined;
}

function message(model: string): object {
  return { id: 'msg_1', type: 'message', role: 'assistant', model, stop_sequence: null };
}

function blocks(answer: ProviderAnswer): object[] {
  return [
    ...(answer.text === undefined ? [] : [{ type: 'text', text: answer.text.join('') }]),
    ...(answer.toolCalls ?? []).map((call, index) => ({
      type: 'tool_use',
      id: callId(call, index),
      name: call.name,
      input: call.input,
    })),
  ];
}

function streamedBlocks(answer: ProviderAnswer): { start: object; deltas: object[] }[] {
  const texts =
    answer.text === undefined
      ? []
      : [{ start: { type: 'text', text: '' }, deltas: answer.text.map((text) => ({ type: 'text_delta', text })) }];
  const calls = (answer.toolCalls ?? []).map((call, index) => ({
    start: { type: 'tool_use', id: callId(call, index), name: call.name, input: {} },
    deltas: ['', ...halves(JSON.stringify(call.input))].map((partial) => ({
      type: 'input_json_delta',
      partial_json: partial,
    })),
  }));
  return [...texts, ...calls];
}

function usageField(answer: ProviderAnswer): {
  input_tokens: number;
  cache_read_input_tokens: number;
  cache_creation_input_tokens: number;
  output_tokens: number;
} {
  const usage = usageOf(answer) ?? { input: 0, output: 0, cached: 0, cacheWrite: 0 }; // this wire always reports
  return {
    input_tokens: usage.input - usage.cached - usage.cacheWrite,
    cache_read_input_tokens: usage.cached,
    cache_creation_input_tokens: usage.cacheWrite,
    output_tokens: usage.output,
  };
}

function finishWord(answer: ProviderAnswer): string {
  return { stop: 'end_turn', length: 'max_tokens', tools: 'tool_use', filter: 'refusal' }[finishOf(answer)];
}

function errorType(status: number): string {
  const types: Readonly<Record<number, string>> = {
    400: 'invalid_request_error',
    401: 'authentication_error',
    404: 'not_found_error',
    429: 'rate_limit_error',
    529: 'overloaded_error',
  };
  return types[status] ?? 'api_error';
}
