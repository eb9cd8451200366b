import { once } from 'node:events';
import { FactoryError, terminalStates, type FactoryEvent } from '@agent-factory/contract';
import type { ServerWritableStream } from '@grpc/grpc-js';
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

/** One kind of watch. */
export interface WatchSource {
  follow: (principal: Principal, request: Buffer, signal: AbortSignal) => AsyncIterable<FactoryEvent>;
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

  async #serve(call: Call, { follow, encode, isFinal }: WatchSource, controller: AbortController): Promise<void> {
    this.#admit(controller);
    const principal = await this.#options.authenticator.authenticate(authorizationOf(call.metadata));
    let last: FactoryEvent | undefined;
    for await (const event of follow(principal, call.request, controller.signal)) {
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

function behind(): FactoryError {
  return new FactoryError('STREAM_LIMIT', 'the client fell behind: continue after the last event that it got');
}
