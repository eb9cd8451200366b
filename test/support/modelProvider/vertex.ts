import { finishOf, providerKeys, providerModels, unknownField, usageOf } from './script';
import type { ProviderAnswer, Refusal, Wire, WireRequest } from './script';

const fields = [
  'contents',
  'systemInstruction',
  'tools',
  'toolConfig',
  'generationConfig',
  'safetySettings',
  'labels',
  'cachedContent',
];

interface Part {
  text?: string;
  functionCall?: { name: string };
  functionResponse?: { name: string };
  thoughtSignature?: string;
}

interface Content {
  role: string;
  parts: Part[];
}

/** Gemini on Vertex AI: generateContent and streamGenerateContent?alt=sse, by project and location or in express mode. */
export const vertexWire: Wire = {
  refuse: (request) =>
    refuseHead(request) ??
    refuseFields(request) ??
    refuseContents(request.body['contents'] as Content[], request.model), // shape checked before
  error: (status, message, retryDelay) => ({
    error: {
      code: status,
      message,
      status: statusWord(status),
      ...(retryDelay === undefined
        ? {}
        : { details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay }] }),
    },
  }),
  body: (answer, model) => chunk(model, parts(answer).flat(), finishWord(answer), answer),
  frames: (answer, model) => {
    const pieces = parts(answer);
    const bodies = pieces.map((piece, index) =>
      chunk(model, piece, index === pieces.length - 1 ? finishWord(answer) : undefined, answer),
    );
    return bodies.map((body) => `data: ${JSON.stringify(body)}\r\n\r\n`);
  },
  errorFrame: () =>
    `data: ${JSON.stringify({ error: { code: 503, message: 'The service is currently unavailable.', status: 'UNAVAILABLE' } })}\r\n\r\n`,
};

function refuseHead({ headers, path, model, stream }: WireRequest): Refusal | undefined {
  const express = path.includes('/v1/publishers/google/');
  if (express && headers['x-goog-api-key'] !== providerKeys.vertex)
    return {
      status: 400,
      message: `API key not valid: ${String(headers['x-goog-api-key'])}. Please pass a valid API key.`,
    };
  if (!express && headers['authorization'] !== `Bearer ${providerKeys.vertexToken}`) {
    return { status: 401, message: 'Request had invalid authentication credentials. Expected OAuth 2 access token.' };
  }
  if (stream && !path.includes('alt=sse')) return { status: 400, message: 'This server streams with alt=sse only.' };
  const known: readonly string[] = providerModels.vertex;
  return known.includes(model)
    ? undefined
    : { status: 404, message: `Publisher Model \`publishers/google/models/${model}\` was not found.` };
}

function refuseFields({ body }: WireRequest): Refusal | undefined {
  const unknown = unknownField(body, fields);
  if (unknown !== undefined)
    return { status: 400, message: `Invalid JSON payload received. Unknown name "${unknown}": Cannot find field.` };
  return Array.isArray(body['contents']) && body['contents'].length > 0
    ? undefined
    : { status: 400, message: 'Unable to submit request because at least one contents field is required.' };
}

function refuseContents(contents: readonly Content[], model: string): Refusal | undefined {
  if (contents[0]?.role !== 'user')
    return { status: 400, message: 'Please ensure that multiturn requests begin with a user turn.' };
  let open = 0;
  for (const { role, parts: turn } of contents) {
    if (role !== 'user' && role !== 'model') return { status: 400, message: 'Please use a valid role: user, model.' };
    const calls = turn.filter((part) => part.functionCall !== undefined);
    const answers = turn.filter((part) => part.functionResponse !== undefined).length;
    if (answers !== open)
      return {
        status: 400,
        message:
          'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.',
      };
    if (model.startsWith('gemini-3') && calls.length > 0 && calls[0]?.thoughtSignature === undefined) {
      return { status: 400, message: 'Function call is missing a thought_signature in functionCall parts.' };
    }
    open = calls.length;
  }
  return open === 0
    ? undefined
    : {
        status: 400,
        message: 'Please ensure that function response turn comes immediately after a function call turn.',
      };
}

function parts(answer: ProviderAnswer): object[][] {
  const calls = (answer.toolCalls ?? []).map((call) => ({
    functionCall: { name: call.name, args: call.input },
    ...(call.signature === undefined ? {} : { thoughtSignature: call.signature }),
  }));
  const pieces = [
    ...(answer.reasoning === undefined ? [] : [[{ text: answer.reasoning, thought: true }]]),
    ...(answer.text ?? []).map((text) => [{ text }]),
    ...(calls.length === 0 ? [] : [calls]),
  ];
  return pieces.length === 0 ? [[{ text: '' }]] : pieces;
}

function chunk(model: string, content: object[], finish: string | undefined, answer: ProviderAnswer): object {
  const usage = finish === undefined ? null : usageOf(answer);
  return {
    candidates: [
      { content: { role: 'model', parts: content }, ...(finish === undefined ? {} : { finishReason: finish }) },
    ],
    ...(usage === null
      ? {}
      : {
          usageMetadata: {
            promptTokenCount: usage.input,
            candidatesTokenCount: usage.output - usage.reasoning,
            thoughtsTokenCount: usage.reasoning,
            cachedContentTokenCount: usage.cached,
            totalTokenCount: usage.input + usage.output,
          },
        }),
    modelVersion: model,
    responseId: 'response-1',
  };
}

function finishWord(answer: ProviderAnswer): string {
  return { stop: 'STOP', length: 'MAX_TOKENS', tools: 'STOP', filter: 'SAFETY' }[finishOf(answer)];
}

function statusWord(status: number): string {
  const words: Readonly<Record<number, string>> = {
    400: 'INVALID_ARGUMENT',
    401: 'UNAUTHENTICATED',
    404: 'NOT_FOUND',
    429: 'RESOURCE_EXHAUSTED',
    500: 'INTERNAL',
    503: 'UNAVAILABLE',
  };
  return words[status] ?? 'UNKNOWN';
}
