import { callId, finishOf, halves, providerKeys, providerModels, unknownField, usageOf } from './script';
import type { ProviderAnswer, Refusal, Wire, WireRequest } from './script';

const fields = [
  'model', 'messages', 'stream', 'stream_options', 'max_tokens', 'max_completion_tokens', 'temperature', 'top_p', 'frequency_penalty',
  'presence_penalty', 'seed', 'stop', 'tools', 'tool_choice', 'parallel_tool_calls', 'response_format', 'reasoning_effort', 'user', 'n',
]; // prettier-ignore

interface Message {
  role: string;
  content?: unknown;
  tool_call_id?: string;
  tool_calls?: { id: string; function: { arguments: string } }[];
}

/** OpenAI's chat completions. */
export const openAiWire: Wire = {
  refuse: (request) =>
    refuseHead(request) ?? refuseFields(request) ?? refuseMessages(request.body['messages'] as Message[]), // shape checked before
  error: (status, message) => ({
    error: {
      message,
      type: status === 429 ? 'rate_limit_exceeded' : status >= 500 ? 'server_error' : 'invalid_request_error',
      param: null,
      code: null,
    },
  }),
  body: (answer, model) => {
    const toolCalls = (answer.toolCalls ?? []).map((call, index) => ({
      id: callId(call, index),
      type: 'function',
      function: { name: call.name, arguments: JSON.stringify(call.input) },
      ...signed(call.signature),
    }));
    const message = {
      role: 'assistant',
      content: answer.text?.join('') ?? null,
      ...(answer.reasoning === undefined ? {} : { reasoning_content: answer.reasoning }),
      ...(toolCalls.length === 0 ? {} : { tool_calls: toolCalls }),
    };
    return {
      id: 'chatcmpl-1', object: 'chat.completion', created: 1, model,
      choices: [{ index: 0, message, finish_reason: finishWord(answer) }],
      ...usageField(answer),
    }; // prettier-ignore
  },
  frames: (answer, model) => {
    const chunk = (delta: object, finish: string | null = null): object => ({
      id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model, choices: [{ index: 0, delta, finish_reason: finish }],
    }); // prettier-ignore
    const usage = usageField(answer);
    const bodies = [
      chunk({ role: 'assistant', content: '' }),
      ...(answer.reasoning === undefined ? [] : [chunk({ reasoning_content: answer.reasoning })]),
      ...(answer.text ?? []).map((content) => chunk({ content })),
      ...(answer.toolCalls ?? []).flatMap((call, index) => {
        const [head, tail] = halves(JSON.stringify(call.input));
        return [
          chunk({
            tool_calls: [
              {
                index,
                id: callId(call, index),
                type: 'function',
                function: { name: call.name, arguments: '' },
                ...signed(call.signature),
              },
            ],
          }),
          chunk({ tool_calls: [{ index, function: { arguments: head } }] }),
          chunk({ tool_calls: [{ index, function: { arguments: tail } }] }),
        ];
      }),
      chunk({}, finishWord(answer)),
      ...('usage' in usage
        ? [{ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model, choices: [], ...usage }]
        : []),
    ];
    return [...bodies.map((body) => `data: ${JSON.stringify(body)}\n\n`), 'data: [DONE]\n\n'];
  },
  errorFrame: () =>
    `data: ${JSON.stringify({ error: { message: 'The server had an error', type: 'server_error', param: null, code: null } })}\n\n`,
};

function refuseHead({ headers, model }: WireRequest): Refusal | undefined {
  const authorization = headers['authorization'];
  if (authorization !== `Bearer ${providerKeys.openai}`)
    return {
      status: 401,
      message: `Incorrect API key provided: ${String(authorization).slice(7)}. You can find your API key in your account.`,
    };
  const known: readonly string[] = providerModels.openai;
  return known.includes(model)
    ? undefined
    : { status: 404, message: `The model \`${model}\` does not exist or you do not have access to it.` };
}

function refuseFields({ body, model }: WireRequest): Refusal | undefined {
  const unknown = unknownField(body, fields);
  if (unknown !== undefined) return { status: 400, message: `Unrecognized request argument supplied: ${unknown}` };
  if (model.startsWith('gpt-5') && 'max_tokens' in body) {
    return {
      status: 400,
      message:
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    };
  }
  if ('stream_options' in body && body['stream'] !== true)
    return { status: 400, message: "The 'stream_options' parameter is only allowed when 'stream' is enabled." };
  for (const field of ['tool_choice', 'parallel_tool_calls']) {
    if (field in body && !('tools' in body))
      return { status: 400, message: `'${field}' is only allowed when 'tools' are specified.` };
  }
  return Array.isArray(body['messages'])
    ? undefined
    : { status: 400, message: "Missing required parameter: 'messages'." };
}

function refuseMessages(messages: readonly Message[]): Refusal | undefined {
  let open: string[] = [];
  for (const message of messages) {
    if (message.role === 'tool') {
      if (!open.includes(message.tool_call_id ?? '')) {
        return {
          status: 400,
          message: "messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
        };
      }
      open = open.filter((id) => id !== message.tool_call_id);
      continue;
    }
    if (open.length > 0) return unanswered(open);
    if (!['system', 'developer', 'user', 'assistant'].includes(message.role))
      return { status: 400, message: `Invalid value: '${message.role}'.` };
    open = (message.tool_calls ?? []).map((call) => call.id);
  }
  return open.length > 0 ? unanswered(open) : undefined;
}

function unanswered(ids: readonly string[]): Refusal {
  return {
    status: 400,
    message: `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. (${ids.join(', ')})`,
  };
}

function signed(signature: string | undefined): object {
  return signature === undefined ? {} : { extra_content: { google: { thought_signature: signature } } };
}

function usageField(answer: ProviderAnswer): object {
  const usage = usageOf(answer);
  if (usage === null) return {};
  return {
    usage: {
      prompt_tokens: usage.input,
      completion_tokens: usage.output,
      total_tokens: usage.input + usage.output,
      prompt_tokens_details: { cached_tokens: usage.cached },
      completion_tokens_details: { reasoning_tokens: usage.reasoning },
    },
  };
}

function finishWord(answer: ProviderAnswer): string {
  return { stop: 'stop', length: 'length', tools: 'tool_calls', filter: 'content_filter' }[finishOf(answer)];
}
