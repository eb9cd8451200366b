import { once } from 'node:events';
import { FactoryError, type FactoryEvent } from '@agent-factory/contract';
import type { ServerWritableStream } from '@grpc/grpc-js';
import type { Authenticator, Principal } from '../auth/port';
import type { Logger } from '../log';
import { authorizationOf } from './authorization';
import { toCallStatus } from './status';

type Call = ServerWritableStream<Buffer, Buffer>;

export interface WatchesOptions {
  authenticator: Pick<Authenticator, 'authenticate'>;
  log: Logger;
  /** Watches that may be open at a time; past it, STREAM_LIMIT. */
  maxWatches: number;
}

/** Streams of events to clients: bounded in number, no faster than the client reads, ended with the server. */
export class Watches {
  readonly #options: WatchesOptions;
  readonly #open = new Set<AbortController>();

  constructor(options: WatchesOptions) {
    this.#options = options;
  }

  /** A handler that writes what `follow` yields. */
  handler(
    follow: (principal: Principal, request: Buffer, signal: AbortSignal) => AsyncIterable<FactoryEvent>,
    encode: (event: FactoryEvent) => Buffer,
  ): (call: Call) => void {
    return (call) => {
      const controller = new AbortController();
      call.on('cancelled', () => {
        controller.abort();
        this.#open.delete(controller);
      });
      const work = async (): Promise<void> => {
        this.#admit(controller);
        const principal = await this.#options.authenticator.authenticate(authorizationOf(call.metadata));
        for await (const event of follow(principal, call.request, controller.signal)) {
          if (!call.write(encode(event))) await once(call, 'drain', { signal: controller.signal });
        }
      };
      work()
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
