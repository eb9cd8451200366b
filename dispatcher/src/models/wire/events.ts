import { ProviderFailure } from '../failure';
import type { FinishPart, ProviderMetadata, StreamPart } from '../sdk';
import { signaturesIn } from './signatures';

/** Why a model stopped, in OpenAI's words. */
export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter';

/** One step of an answer. */
export type AnswerEvent =
  | { type: 'text'; text: string }
  | { type: 'reasoning'; text: string }
  | { type: 'tool-start'; index: number; id: string; name: string; signature?: string }
  | { type: 'tool-arguments'; index: number; text: string }
  /** A signature that came after its call had begun. */
  | { type: 'tool-signature'; index: number; signature: string };

interface OpenToolCall {
  index: number;
  streamed: boolean;
  signed: boolean;
}

/** Characters of one answer, past which the provider is taken to have gone wrong. */
const longestAnswer = 16_777_216;

/** Turns the SDK's parts into an answer, one part at a time, and counts what went by. */
export class AnswerMapper {
  private readonly calls = new Map<string, OpenToolCall>();
  /** By id, of calls that are about to begin. */
  private readonly signatures = new Map<string, string>();
  private seen = 0;

  /** Characters of text, reasoning and arguments so far; what an estimate of output rests on. */
  get characters(): number {
    return this.seen;
  }

  map(part: StreamPart): AnswerEvent[] {
    const events = this.eventsOf(part);
    for (const event of events) {
      if (event.type === 'tool-start') this.seen += event.name.length;
      if ('text' in event) this.seen += event.text.length;
    }
    if (this.seen > longestAnswer) throw new ProviderFailure('failed', 'its answer does not end');
    return events;
  }

  private eventsOf(part: StreamPart): AnswerEvent[] {
    if (part.type === 'text-delta') return part.delta === '' ? [] : [{ type: 'text', text: part.delta }];
    if (part.type === 'reasoning-delta') return part.delta === '' ? [] : [{ type: 'reasoning', text: part.delta }];
    if (part.type === 'raw') {
      for (const [id, signature] of signaturesIn(part.rawValue)) this.signatures.set(id, signature);
      return [];
    }
    if (part.type === 'tool-input-delta') return this.argumentsOf(part.id, part.delta);
    if (part.type === 'tool-input-start') {
      return part.providerExecuted ? [] : this.open(part.id, part.toolName, part.providerMetadata);
    }
    return part.type === 'tool-call' && !part.providerExecuted ? this.complete(part) : [];
  }

  private complete(call: Extract<StreamPart, { type: 'tool-call' }>): AnswerEvent[] {
    const opened = this.open(call.toolCallId, call.toolName, call.providerMetadata);
    // a call that came whole, or without arguments, has streamed none
    if (this.calls.get(call.toolCallId)?.streamed === true) return opened;
    return [...opened, ...this.argumentsOf(call.toolCallId, call.input === '' ? '{}' : call.input)];
  }

  private open(id: string, name: string, metadata: ProviderMetadata): AnswerEvent[] {
    const known = this.calls.get(id);
    const call = known ?? { index: this.calls.size, streamed: false, signed: false };
    this.calls.set(id, call);
    const signature = call.signed ? undefined : (signatureOf(metadata) ?? this.signatures.get(id));
    if (signature !== undefined) call.signed = true;
    const { index } = call;
    if (known === undefined)
      return [{ type: 'tool-start', index, id, name, ...(signature === undefined ? {} : { signature }) }];
    return signature === undefined ? [] : [{ type: 'tool-signature', index, signature }];
  }

  private argumentsOf(id: string, text: string): AnswerEvent[] {
    const call = this.calls.get(id);
    if (call === undefined || text === '') return [];
    call.streamed = true;
    return [{ type: 'tool-arguments', index: call.index, text }];
  }
}

/** Gemini's signature of a call, under whatever name the provider's package has. */
function signatureOf(metadata: ProviderMetadata): string | undefined {
  const found = Object.values(metadata ?? {}).find((entry) => typeof entry?.['thoughtSignature'] === 'string')?.[
    'thoughtSignature'
  ];
  return typeof found === 'string' ? found : undefined;
}

const finishReasons: Readonly<Record<FinishPart['finishReason']['unified'], FinishReason>> = {
  stop: 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  'content-filter': 'content_filter',
  error: 'stop',
  interrupted: 'length', // the nearest of OpenAI's words; not met here, since such an answer fails before (attempts.ts)
  other: 'stop',
};

/** The reason in OpenAI's words. */
export function toFinishReason({ unified }: FinishPart['finishReason']): FinishReason {
  return finishReasons[unified];
}
