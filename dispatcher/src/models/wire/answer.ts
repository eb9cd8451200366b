import type { CountedUsage } from '../usage';
import type { AnswerEvent, FinishReason } from './events';

/** What every object of one answer repeats. */
export interface AnswerHead {
  id: string;
  /** Seconds since 1970. */
  created: number;
  /** The configured id that answered, also when a tier was asked for. */
  model: string;
}

interface ToolCall {
  id: string;
  type: 'function';
  function: { name: string; arguments: string };
  extra_content?: { google: { thought_signature: string } };
}

/** A chunk of a streamed answer. */
export function toChunk(head: AnswerHead, event: AnswerEvent): object {
  return chunkOf(head, toDelta(event), null);
}

/** The first chunk of an answer. */
export function openingChunk(head: AnswerHead): object {
  return chunkOf(head, { role: 'assistant', content: '' }, null);
}

/** The chunk that ends an answer. */
export function closingChunk(head: AnswerHead, reason: FinishReason): object {
  return chunkOf(head, {}, reason);
}

/** The chunk after the last one that tells the usage, when it was asked for. */
export function usageChunk(head: AnswerHead, usage: CountedUsage): object {
  return { ...shared(head, 'chat.completion.chunk'), choices: [], usage: toWireUsage(usage) };
}

function chunkOf(head: AnswerHead, delta: object, reason: FinishReason | null): object {
  return {
    ...shared(head, 'chat.completion.chunk'),
    choices: [{ index: 0, delta, logprobs: null, finish_reason: reason }],
  };
}

function toDelta(event: AnswerEvent): object {
  if (event.type === 'text') return { content: event.text };
  if (event.type === 'reasoning') return { reasoning_content: event.text };
  return { tool_calls: [{ index: event.index, ...toCallDelta(event) }] };
}

function toCallDelta(event: Extract<AnswerEvent, { index: number }>): object {
  if (event.type === 'tool-arguments') return { function: { arguments: event.text } };
  if (event.type === 'tool-signature') return { function: { arguments: '' }, ...signed(event.signature) };
  return { id: event.id, type: 'function', function: { name: event.name, arguments: '' }, ...signed(event.signature) };
}

/** A whole answer, from all its events. */
export function toCompletion(
  head: AnswerHead,
  events: readonly AnswerEvent[],
  reason: FinishReason,
  usage: CountedUsage,
): object {
  const textOf = (type: 'text' | 'reasoning'): string =>
    events.flatMap((event) => (event.type === type ? [event.text] : [])).join('');
  const calls = toToolCalls(events);
  const text = textOf('text');
  const reasoning = textOf('reasoning');
  const message = {
    role: 'assistant',
    content: text === '' && calls.length > 0 ? null : text,
    refusal: null,
    ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
  return {
    ...shared(head, 'chat.completion'),
    choices: [{ index: 0, message, logprobs: null, finish_reason: reason }],
    usage: toWireUsage(usage),
  };
}

function toToolCalls(events: readonly AnswerEvent[]): ToolCall[] {
  const calls: ToolCall[] = [];
  for (const event of events) {
    if (event.type === 'tool-start') {
      const named = { name: event.name, arguments: '' };
      calls[event.index] = { id: event.id, type: 'function', function: named, ...signed(event.signature) };
    }
    const call = 'index' in event ? calls[event.index] : undefined;
    if (call === undefined) continue;
    if (event.type === 'tool-arguments') call.function.arguments += event.text;
    if (event.type === 'tool-signature') Object.assign(call, signed(event.signature));
  }
  return calls;
}

function signed(signature: string | undefined): Pick<ToolCall, 'extra_content'> {
  return signature === undefined ? {} : { extra_content: { google: { thought_signature: signature } } };
}

function shared({ id, created, model }: AnswerHead, object: string): object {
  return { id, object, created, model, system_fingerprint: null };
}

/** OpenAI's usage, and two fields of ours: `cost_usd`, and `estimated` when the provider did not report it. */
function toWireUsage(usage: CountedUsage): object {
  return {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
    prompt_tokens_details: { cached_tokens: usage.cachedInput },
    completion_tokens_details: { reasoning_tokens: usage.reasoning },
    cost_usd: usage.costUsd,
    ...(usage.estimated ? { estimated: true } : {}),
  };
}
