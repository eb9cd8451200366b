import { setTimeout as delay } from 'node:timers/promises';
import { defaultBackoff, waitMs, type Backoff } from './backoff';
import { readText } from './readText';
import { mayPass, Refusal, refusalOf, unavailable } from './refusal';
import type { Tokens } from './tokens';

/** What a request is for, as in metrics. */
type Operation = 'stat' | 'touch' | 'read' | 'insert' | 'append' | 'cancel' | 'delete' | 'list' | 'check';

/** One request of the JSON API. */
interface Call {
  operation: Operation;
  /** Defaults to GET. */
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query, or an address that the service gave. */
  path: string;
  headers?: Readonly<Record<string, string>>;
  body?: Uint8Array<ArrayBuffer> | string;
  /** Statuses that the caller understands, besides 200 to 299. */
  expects?: readonly number[];
  /** Ends what goes on, waiting included. */
  signal?: AbortSignal | undefined;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

/** An answer whose body is still to come. */
export interface OpenAnswer {
  status: number;
  headers: Headers;
  body: ReadableStreamDefaultReader<Uint8Array>;
  /** Ends the request; safe to call twice, and when all was read. */
  close(): void;
}

export interface ClientOptions {
  /** Such as https://storage.googleapis.com. */
  endpoint: string;
  tokens: Tokens;
  /** Milliseconds until an answer is there, that of `open` as far as its headers. Defaults to 30 s. */
  timeoutMs?: number;
  backoff?: Backoff;
  /** Told of every request: its HTTP status, or `none` where no answer came. Defaults to nobody. */
  observe?: (operation: Operation, status: string, seconds: number) => void;
  sleep?: (ms: number, signal?: AbortSignal) => Promise<unknown>;
  random?: () => number;
}

/** Speaks HTTP to Cloud Storage. No error of it holds a token. */
export interface Client {
  /** Asks once, and a second time where the token is refused. Rejects with a Refusal, or when no answer comes in time. */
  once(call: Call): Promise<Answer>;
  /** Asks until there is an answer that the caller understands. Throws STORE_UNAVAILABLE. */
  ask(call: Call): Promise<Answer>;
  /** As `ask`, for a body that may be large; to be closed. */
  open(call: Call): Promise<OpenAnswer>;
  /** Waits as long as is due after so many failures in a row. Throws STORE_UNAVAILABLE when there is nothing to wait for. */
  pause(failures: number, last: unknown, signal?: AbortSignal): Promise<void>;
}

/** Bytes of an answer past which it is given up; a page of a list has some 300 KB. */
const mostText = 8_388_608;

export function createClient(options: ClientOptions): Client {
  const { endpoint, tokens, timeoutMs = 30_000, backoff = defaultBackoff, random = Math.random } = options;
  const sleep = options.sleep ?? ((ms, signal) => delay(ms, undefined, signal === undefined ? {} : { signal }));

  const send = async (call: Call, signal: AbortSignal): Promise<Response> => {
    const given = new URL(call.path, endpoint);
    // An address that the service gave may name a host that is not reached from here: the endpoint is.
    const url = new URL(given.pathname + given.search, endpoint);
    const authorization = `Bearer ${await tokens.token()}`;
    const started = performance.now();
    let status = 'none';
    try {
      const response = await fetch(url, {
        method: call.method ?? 'GET',
        headers: { authorization, 'accept-encoding': 'identity', ...call.headers },
        ...(call.body === undefined ? {} : { body: call.body }),
        redirect: 'manual',
        signal,
      });
      status = String(response.status);
      return response;
    } finally {
      options.observe?.(call.operation, status, (performance.now() - started) / 1_000);
    }
  };

  /** One request; `take` makes the answer of a response that the caller understands. */
  const attempt = async <T>(call: Call, take: (response: Response, abort: AbortController) => Promise<T>) => {
    const abort = new AbortController();
    const signal = call.signal === undefined ? abort.signal : AbortSignal.any([abort.signal, call.signal]);
    const timer = setTimeout(() => abort.abort(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    try {
      const response = await send(call, signal);
      if (!response.ok && !call.expects?.includes(response.status))
        throw refusalOf(response, await readText(response, mostText));
      return await take(response, abort);
    } finally {
      clearTimeout(timer);
    }
  };

  const renewing = async <T>(call: Call, take: (response: Response, abort: AbortController) => Promise<T>) => {
    try {
      return await attempt(call, take);
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 401) throw error;
      tokens.forget();
      return attempt(call, take);
    }
  };

  const pause: Client['pause'] = async (failures, last, signal) => {
    if (!mayPass(last) || failures >= backoff.attempts || signal?.aborted === true) throw unavailable(last);
    const asked = last instanceof Refusal ? last.afterSeconds : 0;
    await sleep(waitMs(failures, backoff, random(), asked), signal).catch((error: unknown) => {
      throw unavailable(error);
    });
  };

  const repeated = async <T>(call: Call, take: (response: Response, abort: AbortController) => Promise<T>) => {
    for (let failures = 1; ; failures += 1) {
      try {
        return await renewing(call, take);
      } catch (error) {
        await pause(failures, error, call.signal);
      }
    }
  };

  return {
    once: (call) => renewing(call, takeText),
    ask: (call) => repeated(call, takeText),
    open: (call) => repeated(call, takeOpen),
    pause,
  };
}

async function takeText(response: Response): Promise<Answer> {
  return { status: response.status, headers: response.headers, text: await readText(response, mostText) };
}

async function takeOpen({ status, headers, body }: Response, abort: AbortController): Promise<OpenAnswer> {
  const reader = (body ?? new ReadableStream<Uint8Array>({ start: (controller) => controller.close() })).getReader();
  return { status, headers, body: reader, close: () => abort.abort() };
}
