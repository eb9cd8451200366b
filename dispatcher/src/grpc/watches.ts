import { once } from 'node:events';
import { FactoryError, terminalStates, type FactoryEvent } from '@agent-factory/contract';
import { Metadata, type ServerWritableStream } from '@grpc/grpc-js';
import type { Authenticator, Principal } from '../auth/port';
import { systemClock, type Clock } from '../clock';
import type { Logger } from '../log';
import { authorizationOf } from './authorization';
import { toCallStatus } from './status';

type Call = ServerWritableStream<Buffer, Buffer>;

export interface WatchesOptions {
  authenticator: Pick<Authenticator, 'authenticate'>;
  log: Logger;
  /** Watches that may be open at a time; past it, STREAM_LIMIT. */
  maxWatches: number;
  /** Milliseconds that a client may leave what was sent unread; then its watch ends with STREAM_LIMIT. Defaults to 60,000. */
  stallMs?: number;
  clock?: Clock;
}

/** A watch that a client asked for. */
interface Watch {
  events: AsyncIterable<FactoryEvent>;
  /** Where it starts, told before any event so that a client cut before its first one resumes there. None when the client knows. */
  cursor?: string | undefined;
}

/** One kind of watch. */
export interface WatchSource {
  open: (principal: Principal, request: Buffer, signal: AbortSignal) => Watch;
  encode: (event: FactoryEvent) => Buffer;
  /** Whether nothing follows when the events end after this one, or after none. */
  isFinal: (last: FactoryEvent | undefined) => boolean;
}

/** Streams of events to clients: bounded in number, no faster than the client reads, ended with the server. */
export class Watches {
  readonly #options: WatchesOptions;
  readonly #open = new Set<AbortController>();

  constructor(options: WatchesOptions) {
    this.#options = options;
  }

  /** A handler that writes what the source yields. It ends well only after the last event; a client that falls behind is told to come back. */
  handler(source: WatchSource): (call: Call) => void {
    return (call) => {
      const controller = new AbortController();
      call.on('cancelled', () => {
        controller.abort();
        this.#open.delete(controller);
      });
      this.#serve(call, source, controller)
        .then(() => controller.signal.throwIfAborted())
        .then(
          () => call.end(),
          (error: unknown) => this.#fail(call, controller.signal.reason ?? error),
        )
        .finally(() => this.#open.delete(controller));
    };
  }

  /** Ends all watches with an error. */
  stop(error: FactoryError): void {
    for (const controller of this.#open) controller.abort(error);
  }

  async #serve(call: Call, { open, encode, isFinal }: WatchSource, controller: AbortController): Promise<void> {
    this.#admit(controller);
    const principal = await this.#options.authenticator.authenticate(authorizationOf(call.metadata));
    const { events, cursor } = open(principal, call.request, controller.signal);
    if (cursor !== undefined) call.sendMetadata(cursorMetadata(cursor));
    let last: FactoryEvent | undefined;
    for await (const event of events) {
      last = event;
      if (!call.write(encode(event))) await this.#drained(call, controller);
    }
    if (!isFinal(last)) throw behind();
  }

  /** Waits until the client has read what was sent, but not for ever. */
  async #drained(call: Call, controller: AbortController): Promise<void> {
    const { clock = systemClock, stallMs = 60_000 } = this.#options;
    const cancel = clock.after(stallMs, () => controller.abort(behind()));
    try {
      await once(call, 'drain', { signal: controller.signal });
    } finally {
      cancel();
    }
  }

  #admit(controller: AbortController): void {
    if (this.#open.size >= this.#options.maxWatches)
      throw new FactoryError('STREAM_LIMIT', `${this.#open.size} watches are open`, { retryAfterSeconds: 5 });
    this.#open.add(controller);
  }

  #fail(call: Call, error: unknown): void {
    if (call.cancelled) return;
    if (!(error instanceof FactoryError))
      this.#options.log.error({ err: error, method: call.getPath() }, 'a watch failed');
    call.emit('error', toCallStatus(error));
  }
}

/** A task's watch is over with its last event; one that starts behind that has nothing to tell. */
export function endsTask(last: FactoryEvent | undefined): boolean {
  return last === undefined || terminalStates.some((state) => state === last.kind);
}

function cursorMetadata(cursor: string): Metadata {
  const metadata = new Metadata();
  metadata.set('cursor', cursor);
  return metadata;
}

function behind(): FactoryError {
  return new FactoryError('STREAM_LIMIT', 'the client fell behind: continue after the last event that it got');
}
