import { z } from 'zod';
import { FactoryError, formatPath } from '@agent-factory/contract';
import { scrub } from './scrub';

/** How a call to a provider went wrong. */
export type FailureKind =
  /** It asked to wait (429). */
  | 'rate_limited'
  /** It does not take this request: the agent's to change. */
  | 'refused'
  /** It cannot serve us: a wrong key, an unknown model, nonsense. */
  | 'failed'
  /** It could not be reached, or failed inside (5xx): worth another try. */
  | 'unavailable'
  /** Its answer ended in the middle. */
  | 'cut';

/** A failed call; the message is scrubbed and holds no key. */
export class ProviderFailure extends Error {
  override readonly name = 'ProviderFailure';
  constructor(
    readonly kind: FailureKind,
    message: string,
    /** How long it asked to wait, in milliseconds. */
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }

  get retryable(): boolean {
    return this.kind === 'unavailable' || this.kind === 'cut';
  }
}

/** Wait after a 429 that does not say how long. */
const defaultHoldMs = 5_000;

/** The part of the SDK's errors that matters here; read by shape, since each package brings its own classes. */
const sdkErrorSchema = z.object({
  name: z.string(),
  message: z.string(),
  statusCode: z.number().optional(),
  responseHeaders: z.record(z.string(), z.string()).optional().catch(undefined),
  responseBody: z.string().optional().catch(undefined),
  isRetryable: z.boolean().optional(),
  data: z.unknown().optional(),
});
type SdkError = z.output<typeof sdkErrorSchema>;

/** Errors of the SDK's own checks: the request holds what the provider cannot take. */
const requestFaults = new Set(['AI_UnsupportedFunctionalityError', 'AI_InvalidPromptError', 'AI_InvalidArgumentError']);

/** An error that an event of the stream carried: as OpenAI sends it, and as the packages of Anthropic and Google hand it on. */
const eventErrorSchema = z.object({
  message: z.string(),
  type: z.string().nullish(),
  code: z.union([z.string(), z.number()]).nullish(),
  /** What the package takes the error for. */
  statusCode: z.number().nullish(),
});

/** What the Anthropic package throws when an answer opens with what it cannot read. */
const unreadableOpening = 'Expected a normalized Anthropic stream error';

const endedEarlySchema = z.object({ name: z.literal('AI_InvalidResponseDataError'), data: z.undefined() });

/** Whether this is how the OpenAI-compatible package says that a stream ended without a reason. */
export function endedEarly(error: unknown): boolean {
  return endedEarlySchema.safeParse(error).success;
}

/** What went wrong, from whatever the SDK threw or streamed. */
export function toFailure(error: unknown, keys: readonly string[], now: number): ProviderFailure {
  if (error instanceof ProviderFailure) return error;
  const parsed = sdkErrorSchema.safeParse(error);
  if (!parsed.success) return fromEvent(error, keys);
  const { statusCode: status, name, isRetryable } = parsed.data;
  if (status === undefined) return fromUnsent(parsed.data, networkCode(error), keys);
  if (status < 400) return new ProviderFailure('cut', 'the connection broke in the middle of its answer');
  // a stream that opened with an error: the package gives it status 500 and its own text as body
  if (name === 'AI_APICallError' && status === 500 && isRetryable === false)
    return fromEvent(parseJson(parsed.data.responseBody), keys);
  return fromStatus(status, parsed.data, keys, now);
}

function fromStatus(status: number, error: SdkError, keys: readonly string[], now: number): ProviderFailure {
  const message = `it answered ${status}: ${scrub(error.message, keys)}`;
  if (status === 429) {
    return new ProviderFailure('rate_limited', message, retryAfterMs(error.responseHeaders ?? {}, error.data, now));
  }
  if (status === 400 || status === 413 || status === 422) return new ProviderFailure('refused', message);
  return new ProviderFailure(status >= 500 || status === 408 ? 'unavailable' : 'failed', message);
}

/** Errors without an answer: the request could not be made, or was not even sent. */
function fromUnsent({ name, message }: SdkError, code: string | undefined, keys: readonly string[]): ProviderFailure {
  if (requestFaults.has(name)) return new ProviderFailure('refused', scrub(message, keys));
  if (name === 'AI_APICallError' || code !== undefined || message === 'fetch failed') {
    return new ProviderFailure('unavailable', `it cannot be reached (${code ?? 'no connection'})`);
  }
  if (/JSON|TypeValidation|InvalidResponse/.test(name) || message === unreadableOpening)
    return new ProviderFailure('failed', 'it sent what is not an answer');
  return new ProviderFailure('failed', scrub(message, keys));
}

const causeSchema = z.looseObject({ code: z.unknown().optional(), cause: z.unknown().optional() });

/** The code of a network error, such as ECONNREFUSED, from the chain of causes. */
function networkCode(error: unknown): string | undefined {
  let current = error;
  for (let depth = 0; depth < 5; depth += 1) {
    const parsed = causeSchema.safeParse(current);
    if (!parsed.success) return undefined;
    const { code, cause } = parsed.data;
    if (typeof code === 'string' && /^(?:E[A-Z]+|UND_ERR_[A-Z_]+)$/.test(code)) return code;
    current = cause;
  }
  return undefined;
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

function fromEvent(error: unknown, keys: readonly string[]): ProviderFailure {
  const parsed = eventErrorSchema.safeParse(error);
  if (!parsed.success) return new ProviderFailure('failed', 'it sent what is not an answer');
  const { message, type, code, statusCode } = parsed.data;
  const label = `${type ?? ''} ${code ?? ''} ${statusCode ?? ''}`;
  const said = `it broke off: ${scrub(message, keys)}`;
  if (/rate_limit|\b429\b/.test(label)) return new ProviderFailure('rate_limited', said, defaultHoldMs);
  if (/overloaded|server_error|api_error|internal|unavailable|\b5\d\d\b/i.test(label))
    return new ProviderFailure('unavailable', said);
  return new ProviderFailure(/invalid_request/.test(label) ? 'refused' : 'failed', said);
}

const retryInfoSchema = z.object({
  error: z.object({ details: z.array(z.looseObject({ retryDelay: z.string().optional() })) }),
});

/** How long a 429 asks to wait: `retry-after-ms`, `retry-after` (seconds or a date), or Google's RetryInfo; 5 s without any of them. */
export function retryAfterMs(headers: Readonly<Record<string, string>>, body: unknown, now: number): number {
  const inMs = Number(headers['retry-after-ms'] ?? Number.NaN);
  if (Number.isFinite(inMs) && inMs > 0) return inMs;
  const header = headers['retry-after'];
  if (header !== undefined) {
    const seconds = Number(header);
    const wait = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - now;
    if (Number.isFinite(wait) && wait > 0) return wait;
  }
  const info = retryInfoSchema.safeParse(body);
  const delay = info.success
    ? info.data.error.details.find((detail) => detail.retryDelay !== undefined)?.retryDelay
    : undefined;
  const seconds = Number(/^(\d+(?:\.\d+)?)s$/.exec(delay ?? '')?.[1] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : defaultHoldMs;
}

/** As the agent is told. */
export function toFactoryError(failure: ProviderFailure, model: string): FactoryError {
  if (failure.kind === 'rate_limited') return rateLimited(model, failure.retryAfterMs ?? defaultHoldMs);
  if (failure.kind === 'refused') {
    return new FactoryError(
      'INVALID_ARGUMENT',
      `The provider of ${model} does not take this request: ${failure.message}`,
      {
        faults: [{ path: formatPath([]), message: failure.message }],
      },
    );
  }
  return new FactoryError('MODEL_FAILED', `The provider of ${model} failed: ${failure.message}`);
}

/** The answer while a model is held. */
export function rateLimited(model: string, waitMs: number): FactoryError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  return new FactoryError('MODEL_RATE_LIMITED', `The provider of ${model} asks to wait ${seconds} s`, {
    retryAfterSeconds: seconds,
  });
}
