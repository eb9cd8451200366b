import { eventSchema, FactoryError, problemSchema, type FactoryEvent } from '@agent-factory/contract';
import { CommandError, exitCodes } from '../exit';
import { systemClock, type Clock } from '../local/clock';
import { toError, type Http } from './http';
import { isRetryableStatus, patient, retryDelay, type RetryPolicy } from './retry';
import { SseParser } from './sse';

export interface FollowOptions {
  signal: AbortSignal;
  /** Continue after this event. */
  cursor?: string;
  /** The server's `end` is the end (a task's stream); without it, and after any other end, the stream is opened again. */
  endsByItself?: boolean;
  /** Called each time the stream is open: what happened while it was not may have to be asked for. */
  onOpen?: () => void;
  policy?: RetryPolicy;
  clock?: Clock;
  /** Without a byte for so long the connection counts as dead; the dispatcher sends a comment more often. */
  silenceMs?: number;
}

/**
 * Events of a stream, each once and in order, over breaks of the connection. Ends when the signal aborts. Throws when nothing answers for
 * the policy's patience, or when the dispatcher refuses for good; after CURSOR_INVALID it goes on without the cursor.
 */
export async function* follow(
  http: Http,
  path: string,
  options: FollowOptions,
): AsyncGenerator<FactoryEvent, void, undefined> {
  const { signal, policy = patient, clock = systemClock } = options;
  let { cursor } = options;
  let tries = 0;
  let failingSince = clock.now();
  while (!signal.aborted) {
    let failure: Error = new CommandError(exitCodes.notRunning, `the event stream of ${http.endpoint.url} broke off`);
    const over = new AbortController();
    const abort = (): void => over.abort();
    signal.addEventListener('abort', abort, { once: true });
    try {
      const response = await http.openStream(path, cursor, over.signal);
      if (!response.ok || response.body === null) {
        const error = toError(response.status, await response.text());
        if (error instanceof FactoryError && error.code === 'CURSOR_INVALID' && cursor !== undefined) {
          cursor = undefined;
          continue;
        }
        if (!isRetryableStatus(response.status)) throw new Refusal(error);
        failure = error;
      } else {
        options.onOpen?.();
        for await (const message of read(response.body, over, options.silenceMs ?? 45_000)) {
          if (message === 'end') {
            if (options.endsByItself === true) return;
            break;
          }
          if (message instanceof FactoryError) {
            if (!message.record.retryable) throw new Refusal(message);
            failure = message;
            break;
          }
          cursor = message.id;
          tries = 0;
          failingSince = clock.now();
          yield message;
        }
      }
    } catch (error) {
      if (error instanceof Refusal) throw error.reason;
      // any other failure is a broken connection
    } finally {
      signal.removeEventListener('abort', abort);
      over.abort();
    }
    tries += 1;
    const delay = retryDelay(policy, tries, clock.now() - failingSince);
    if (signal.aborted) return;
    if (delay === undefined) throw failure;
    await clock.sleep(delay, signal);
  }
}

/** A refusal that no retry changes. */
class Refusal extends Error {
  constructor(readonly reason: Error) {
    super(reason.message);
  }
}

/** Events, then `end` when the server says that nothing follows, or the error it ends with. */
async function* read(
  body: ReadableStream<Uint8Array>,
  over: AbortController,
  silenceMs: number,
): AsyncGenerator<FactoryEvent | FactoryError | 'end'> {
  const parser = new SseParser();
  const decoder = new TextDecoder();
  let silence = setTimeout(() => over.abort(), silenceMs);
  try {
    for await (const piece of body) {
      clearTimeout(silence);
      silence = setTimeout(() => over.abort(), silenceMs);
      for (const { event: name, data } of parser.push(decoder.decode(piece, { stream: true }))) {
        if (name === 'end') yield 'end';
        const value: unknown = JSON.parse(data);
        const problem = name === 'problem' ? problemSchema.safeParse(value) : undefined;
        if (problem?.success === true) yield new FactoryError(problem.data.code, problem.data.detail);
        const event = eventSchema.safeParse(value);
        if (event.success) yield event.data; // an event kind of a newer dispatcher is not for us
      }
    }
  } finally {
    clearTimeout(silence);
  }
}
