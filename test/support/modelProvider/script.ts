/** What the scripted provider answers next, in words that all three wires have. */
export type ProviderReply =
  | ({ kind: 'answer' } & ProviderAnswer)
  /** An error as the wire of the request spells it. */
  | { kind: 'error'; status: number; message?: string; headers?: Record<string, string>; retryDelay?: string }
  /** Exactly these bytes. */
  | { kind: 'raw'; status?: number; contentType?: string; body: string }
  /** Takes the request and says nothing until the client leaves. */
  | { kind: 'silence' }
  /** Breaks the connection without a word. */
  | { kind: 'drop' };

export interface ProviderAnswer {
  reasoning?: string;
  /** Pieces, each in a frame of its own where the answer is streamed. */
  text?: readonly string[];
  toolCalls?: readonly { id?: string; name: string; input: object; signature?: string }[];
  finish?: 'stop' | 'length' | 'tools' | 'filter';
  /** Input includes cached. `null`: none is reported. Defaults to 10 in, 5 out. */
  usage?: { input: number; output: number; cached?: number; cacheWrite?: number; reasoning?: number } | null;
  /** Streams so many frames, and then ends early, breaks the connection, stays silent, or sends an error event. */
  stopAfter?: { frames: number; how: 'end' | 'destroy' | 'silence' | 'error' };
}

/** A request that reached the provider. */
export interface ProviderRequest {
  wire: 'openai' | 'anthropic' | 'vertex';
  path: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Readonly<Record<string, unknown>>;
  /** Settles when the client has left, or has all of the answer. */
  closed: Promise<void>;
}

/** One wire protocol: what it refuses, and how it spells an answer. */
export interface Wire {
  /** What the real service would answer to a request that it does not take. */
  refuse(request: WireRequest): Refusal | undefined;
  error(status: number, message: string, retryDelay?: string): object;
  body(answer: ProviderAnswer, model: string): object;
  frames(answer: ProviderAnswer, model: string): string[];
  errorFrame(): string;
}

export interface WireRequest {
  path: string;
  model: string;
  stream: boolean;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Record<string, unknown>;
}

export interface Refusal {
  status: number;
  message: string;
}

/** Keys that the provider takes; they look real, so that scrubbing is tried on what it will meet. */
export const providerKeys = {
  openai: 'sk-proj-Zk3jT0pSecretOpenAi',
  anthropic: 'sk-ant-api03-T0pSecretAnthropic',
  vertex: 'AIzaSyT0pSecretVertexExpress00000',
  vertexToken: 'ya29.T0pSecretVertexToken',
} as const;

/** Models that each wire knows. */
export const providerModels = {
  openai: ['gpt-4.1-mini', 'gpt-5'],
  anthropic: ['claude-sonnet-4-5'],
  vertex: ['gemini-2.5-flash', 'gemini-3-pro-preview'],
} as const;

export function usageOf(
  answer: ProviderAnswer,
): { input: number; output: number; cached: number; cacheWrite: number; reasoning: number } | null {
  if (answer.usage === null) return null;
  return { cached: 0, cacheWrite: 0, reasoning: 0, ...(answer.usage ?? { input: 10, output: 5 }) };
}

export function finishOf(answer: ProviderAnswer): 'stop' | 'length' | 'tools' | 'filter' {
  return answer.finish ?? ((answer.toolCalls?.length ?? 0) > 0 ? 'tools' : 'stop');
}

export function callId(call: { id?: string }, index: number): string {
  return call.id ?? `call_${index}`;
}

/** The first field that is not known, as the real services name it. */
export function unknownField(body: object, known: readonly string[]): string | undefined {
  return Object.keys(body).find((field) => !known.includes(field));
}

/** JSON in two pieces, so that arguments arrive as deltas. */
export function halves(json: string): [string, string] {
  const middle = Math.ceil(json.length / 2);
  return [json.slice(0, middle), json.slice(middle)];
}
