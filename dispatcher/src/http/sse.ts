import { Readable } from 'node:stream';
import { FactoryError, toProblem, type FactoryEvent } from '@agent-factory/contract';

export interface SseOptions {
  /** Milliseconds of silence after which a comment is sent, so that proxies keep the connection. Defaults to 15,000. */
  heartbeatMs?: number;
  /** Id that the opening message carries: the place that the events start from, so that a client cut before its first event resumes there. */
  openId?: string;
  /** Whether nothing follows when the events end after this one, or after none; otherwise the client is to come back. Defaults to always. */
  isFinal?: (last: FactoryEvent | undefined) => boolean;
  /** Milliseconds that a reader may leave what was sent unread before its stream is cut. Defaults to 60,000. */
  stallMs?: number;
}

/** One event as text of the wire; its id is what Last-Event-ID brings back. */
export function formatEvent(event: FactoryEvent): string {
  return `id: ${event.id}\ndata: ${JSON.stringify(event)}\n\n`;
}

/**
 * Events as a server-sent event stream, made only as fast as the reader takes it. Ends with `event: end` when nothing follows,
 * with `event: problem` when the events fail, and otherwise (`signal` aborts, the reader was too slow: STREAM_LIMIT) without a word, so
 * that a client comes back for the rest.
 */
export function toSse(events: AsyncIterable<FactoryEvent>, signal: AbortSignal, options: SseOptions = {}): Readable {
  const { heartbeatMs = 15_000, stallMs = 60_000, isFinal = () => true, openId } = options;
  let stall: NodeJS.Timeout | undefined;
  const stream = Readable.from(withStallTimer(frames(events, signal, heartbeatMs, isFinal, openId)), {
    objectMode: true,
    highWaterMark: 16,
  });
  return stream;

  /** While a frame is taken and no further one is asked for, the reader is behind; after `stallMs` of that it is cut. */
  async function* withStallTimer(source: AsyncIterable<string>): AsyncGenerator<string> {
    try {
      for await (const frame of source) {
        stall = setTimeout(() => stream.destroy(), stallMs);
        yield frame;
        clearTimeout(stall);
      }
    } finally {
      clearTimeout(stall);
    }
  }
}

async function* frames(
  events: AsyncIterable<FactoryEvent>,
  signal: AbortSignal,
  heartbeatMs: number,
  isFinal: (last: FactoryEvent | undefined) => boolean,
  openId: string | undefined,
): AsyncGenerator<string> {
  yield `${openId === undefined ? '' : `id: ${openId}\n`}retry: 2000\n: open\n\n`;
  const source = pullFrom(events, signal);
  let last: FactoryEvent | undefined;
  try {
    for (;;) {
      const got = await source.next(heartbeatMs);
      if (got === 'aborted') return;
      if (got === 'silence') yield ': still here\n\n';
      else if (got === 'end') {
        if (isFinal(last)) yield 'event: end\ndata: {}\n\n';
        return;
      } else {
        last = got;
        yield formatEvent(got);
      }
    }
  } catch (error) {
    // It fell behind: what it missed is read again when it comes back with the id of the last event.
    if (error instanceof FactoryError && error.code === 'STREAM_LIMIT') return;
    const failure = error instanceof FactoryError ? error : new FactoryError('INTERNAL', 'the stream failed');
    yield `event: problem\ndata: ${JSON.stringify(toProblem(failure))}\n\n`;
  } finally {
    source.close();
  }
}

type Pulled = { event: FactoryEvent } | { error: unknown } | 'end';

/** Takes events one by one, and lets a wait end early by time or by signal. Races no long-lived promise: each race would leave a trace on it. */
function pullFrom(events: AsyncIterable<FactoryEvent>, signal: AbortSignal) {
  const iterator = events[Symbol.asyncIterator]();
  let pulled: Pulled | undefined;
  let pulling = false;
  let wake = (): void => undefined;
  const settle = (value: Pulled): void => {
    pulled = value;
    pulling = false;
    wake();
  };
  const pull = (): void => {
    if (pulling) return;
    pulling = true;
    iterator.next().then(
      (step) => settle(step.done === true ? 'end' : { event: step.value }),
      (error: unknown) => settle({ error }),
    );
  };
  const onAbort = (): void => wake();
  signal.addEventListener('abort', onAbort);
  return {
    /** The next event, or why there is none: the end, the signal, or `silence` after so many milliseconds. */
    async next(silenceMs: number): Promise<FactoryEvent | 'end' | 'aborted' | 'silence'> {
      pull();
      if (pulled === undefined && !signal.aborted) await sleepUntil((wakeUp) => (wake = wakeUp), silenceMs);
      if (signal.aborted) return 'aborted';
      const got = pulled;
      if (got === undefined) return 'silence';
      if (got === 'end') return got;
      if ('error' in got) throw got.error;
      pulled = undefined;
      return got.event;
    },
    close(): void {
      signal.removeEventListener('abort', onAbort);
      // Not awaited: a source that waits for an event ends with the signal, not before.
      iterator.return?.().catch(() => undefined);
    },
  };
}

/** Resolves when woken or after so many milliseconds, whichever comes first. */
function sleepUntil(onReady: (wake: () => void) => void, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    onReady(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
