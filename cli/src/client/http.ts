import { FactoryError, isErrorCode, problemSchema } from '@agent-factory/contract';
import type { z } from 'zod';
import { CommandError, exitCodes } from '../exit';
import { systemClock, type Clock } from '../local/clock';
import { isRetryableStatus, patient, retryDelay, type RetryPolicy } from './retry';

/** Where a factory is and what opens it. */
export interface Endpoint {
  url: string;
  token: string;
}

export interface HttpOptions {
  policy?: RetryPolicy;
  clock?: Clock;
  fetch?: typeof fetch;
  /** Of one try. */
  timeoutMs?: number;
  /** Ends waiting, trying and all. */
  signal?: AbortSignal;
}

export interface Call {
  method?: 'GET' | 'POST' | 'PUT';
  query?: Record<string, string | number | undefined>;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is. */
  body?: Blob;
  idempotencyKey?: string;
  timeoutMs?: number;
}

/** Calls of the HTTP API with timeouts and retries; answers are checked against the contract. */
export class Http {
  constructor(
    readonly endpoint: Endpoint,
    private readonly options: HttpOptions = {},
  ) {}

  /** Throws a FactoryError with the problem that the dispatcher answered, or a CommandError `notRunning` when nothing answers. */
  async call<S extends z.ZodType>(schema: S, path: string, call: Call = {}): Promise<z.output<S>> {
    const clock = this.options.clock ?? systemClock;
    const { signal } = this.options;
    const givenUp = (): boolean => signal?.aborted === true;
    const began = clock.now();
    for (let tries = 1; ; tries += 1) {
      const outcome = await this.tryOnce(path, call);
      if (outcome.kind === 'answer') return readAnswer(schema, outcome.body, path);
      const delay = outcome.retryable
        ? retryDelay(this.options.policy ?? patient, tries, clock.now() - began, outcome.retryAfterMs)
        : undefined;
      if (delay === undefined || givenUp()) throw outcome.error;
      await clock.sleep(delay, signal);
      if (givenUp()) throw outcome.error;
    }
  }

  /** Opens an event stream; no retries: the reader of the stream does those. */
  openStream(path: string, lastEventId: string | undefined, signal: AbortSignal): Promise<Response> {
    const send = this.options.fetch ?? fetch;
    return send(new URL(path, this.endpoint.url), {
      headers: {
        ...this.authorization(),
        accept: 'text/event-stream',
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      },
      signal,
    });
  }

  private async tryOnce(path: string, call: Call): Promise<Outcome> {
    const url = new URL(path, this.endpoint.url);
    for (const [key, value] of Object.entries(call.query ?? {}))
      if (value !== undefined) url.searchParams.set(key, String(value));
    const send = this.options.fetch ?? fetch;
    const timeout = AbortSignal.timeout(call.timeoutMs ?? this.options.timeoutMs ?? 15_000);
    try {
      const response = await send(url, {
        method: call.method ?? 'GET',
        headers: {
          ...this.authorization(),
          accept: 'application/json',
          ...(call.json === undefined ? {} : { 'content-type': 'application/json' }),
          ...(call.body === undefined ? {} : { 'content-type': 'application/octet-stream' }),
          ...(call.idempotencyKey === undefined ? {} : { 'idempotency-key': call.idempotencyKey }),
        },
        signal: this.options.signal === undefined ? timeout : AbortSignal.any([timeout, this.options.signal]),
        ...(call.json === undefined ? {} : { body: JSON.stringify(call.json) }),
        ...(call.body === undefined ? {} : { body: call.body }),
      });
      const text = await response.text();
      if (response.ok) return { kind: 'answer', body: text };
      const error = toError(response.status, text);
      return {
        kind: 'refused',
        retryable: isRetryableStatus(response.status),
        retryAfterMs: retryAfterMs(response),
        error,
      };
    } catch (error) {
      return { kind: 'refused', retryable: true, retryAfterMs: 0, error: unreachable(this.endpoint.url, error) };
    }
  }

  private authorization(): Record<string, string> {
    return { authorization: `Bearer ${this.endpoint.token}` };
  }
}

type Outcome =
  { kind: 'answer'; body: string } | { kind: 'refused'; retryable: boolean; retryAfterMs: number; error: Error };

/** The error behind an answer that is not a success. */
export function toError(status: number, body: string): Error {
  const problem = problemSchema.safeParse(parseJson(body));
  if (problem.success) {
    const { code, detail, errors } = problem.data;
    return new FactoryError(code, detail, { faults: errors ?? [] });
  }
  const code = readCode(body);
  if (code !== undefined) return new FactoryError(code, body.slice(0, 300));
  return new CommandError(exitCodes.failed, `the factory answered ${status} without saying why`, {
    hints: ['Is this address a factory? The CLI and the dispatcher may also be of versions too far apart.'],
  });
}

function readAnswer<S extends z.ZodType>(schema: S, body: string, path: string): z.output<S> {
  const parsed = schema.safeParse(parseJson(body));
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  throw new CommandError(
    exitCodes.failed,
    `the answer of ${path} does not fit the contract: ${first?.path.join('.') ?? ''} ${first?.message ?? ''}`,
  );
}

function unreachable(url: string, cause: unknown): CommandError {
  return new CommandError(exitCodes.notRunning, `no factory answers at ${url}`, {
    hints: ['`factory up` starts one in this folder; `factory status` tells about it.'],
    cause,
  });
}

function retryAfterMs(response: Response): number {
  const value = Number(response.headers.get('retry-after') ?? '0');
  return Number.isFinite(value) && value > 0 ? Math.min(value, 600) * 1_000 : 0;
}

function readCode(body: string): ReturnType<typeof problemSchema.parse>['code'] | undefined {
  const value = parseJson(body);
  const code: unknown = typeof value === 'object' && value !== null && 'code' in value ? value.code : undefined;
  return isErrorCode(code) ? code : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
