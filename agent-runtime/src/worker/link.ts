import type { DispatcherFrame, WorkerFrame } from '@agent-factory/contract';
import type { Clock } from '../clock';
import type { Logger } from '../log';
import { reconnectDelayMs } from './backoff';
import type { FrameHandlers, FrameStream, OpenStream } from './stream';

export type RegisteredFrame = Extract<DispatcherFrame, { kind: 'registered' }>;
export type RegisterFrame = Extract<WorkerFrame, { kind: 'register' }>;

export interface LinkOptions {
  open: OpenStream;
  clock: Clock;
  random: () => number;
  log: Logger;
  /** The first frame of each connection. */
  registration(): RegisterFrame;
  onRegistered(frame: RegisteredFrame): void;
  onFrame(frame: Exclude<DispatcherFrame, RegisteredFrame>): void;
  onWritable(): void;
  onDown(): void;
}

/** How long a connection may take until it is registered, and how long a proper end may take. */
const patience = { registerMs: 10_000, endMs: 1_000 } as const;

/** A connection that lasted so long begins a new count of failures: one that ends at once, again and again, is backed off from. */
const steadyMs = 5_000;

type State =
  | { is: 'idle' }
  | { is: 'waiting'; cancel: () => void }
  | { is: 'opening'; stream: FrameStream | undefined; cancel: () => void }
  | { is: 'up'; stream: FrameStream; writable: boolean }
  | { is: 'ending'; stream: FrameStream; cancel: () => void; done: () => void };

/** Keeps one registered stream to the dispatcher, and makes a new one when it is lost. */
export class Link {
  readonly #options: LinkOptions;
  #state: State = { is: 'idle' };
  #failures = 0;
  #upSince = 0;
  /** Counts connections, so that a late word of an old one is not heard. */
  #generation = 0;
  #stopped = false;
  #ended: Promise<void> | undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  get up(): boolean {
    return this.#state.is === 'up';
  }

  /** Whether logs may be sent now. */
  get writable(): boolean {
    return this.#state.is === 'up' && this.#state.writable;
  }

  /** Starts to connect. Can be called twice. */
  start(): void {
    if (this.#state.is === 'idle' && !this.#stopped) this.#connect();
  }

  /** Sends when the link is up; answers whether it was. What must not be lost is kept by the caller until it is acknowledged. */
  send(frame: WorkerFrame): boolean {
    if (this.#state.is !== 'up') return false;
    if (!this.#state.stream.send(frame)) this.#state.writable = false;
    return true;
  }

  /** Gives up a stream that no longer answers, and connects again after the backoff. */
  abandon(reason: string): void {
    if (this.#state.is === 'up') this.#lost(this.#state.stream, new Error(reason));
  }

  /** Ends the stream properly, within a second, and stays down. Can be called twice. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#end();
  }

  #connect(): void {
    this.#generation += 1;
    const generation = this.#generation;
    const current = (): boolean => generation === this.#generation;
    const cancel = this.#options.clock.after(patience.registerMs, () => {
      if (current() && this.#state.is === 'opening')
        this.#lost(this.#state.stream, new Error('the dispatcher did not register the agent in time'));
    });
    this.#state = { is: 'opening', stream: undefined, cancel };
    const handlers: FrameHandlers = {
      frame: (frame) => current() && this.#frame(frame),
      writable: () => current() && this.#writable(),
      closed: (error) => current() && this.#closed(error),
    };
    void this.#open(handlers, current);
  }

  async #open(handlers: FrameHandlers, current: () => boolean): Promise<void> {
    try {
      const stream = await this.#options.open(handlers);
      if (current() && this.#state.is === 'opening') {
        this.#state.stream = stream;
        stream.send(this.#options.registration());
      } else {
        stream.destroy();
      }
    } catch (error) {
      if (current()) this.#lost(undefined, error instanceof Error ? error : new Error(String(error)));
    }
  }

  #frame(frame: DispatcherFrame): void {
    if (frame.kind === 'registered') {
      if (this.#state.is !== 'opening' || this.#state.stream === undefined) return;
      this.#state.cancel();
      this.#upSince = this.#options.clock.now();
      this.#state = { is: 'up', stream: this.#state.stream, writable: true };
      this.#options.onRegistered(frame);
    } else if (this.#state.is === 'up' || this.#state.is === 'ending') {
      this.#options.onFrame(frame);
    }
  }

  #writable(): void {
    if (this.#state.is !== 'up') return;
    this.#state.writable = true;
    this.#options.onWritable();
  }

  #closed(error: Error | undefined): void {
    const state = this.#state;
    if (state.is === 'ending') {
      state.cancel();
      this.#generation += 1;
      state.done();
    } else if (state.is === 'up' || state.is === 'opening') {
      this.#lost(state.stream, error ?? new Error('the dispatcher ended the stream'));
    }
  }

  #lost(stream: FrameStream | undefined, error: Error): void {
    this.#generation += 1;
    if (this.#state.is === 'opening') this.#state.cancel();
    stream?.destroy();
    const wasUp = this.#state.is === 'up';
    if (wasUp && this.#options.clock.now() - this.#upSince >= steadyMs) this.#failures = 0;
    this.#options.log.warn({ reason: error.message.slice(0, 500) }, wasUp ? 'connection lost' : 'cannot connect');
    this.#retry();
    if (wasUp) this.#options.onDown();
  }

  #retry(): void {
    this.#failures += 1;
    const cancel = this.#options.clock.after(reconnectDelayMs(this.#failures, this.#options.random), () =>
      this.#connect(),
    );
    this.#state = { is: 'waiting', cancel };
  }

  /** Leaves the link idle; a second call waits for the first. */
  #end(): Promise<void> {
    this.#ended ??= this.#finish().finally(() => {
      this.#ended = undefined;
    });
    return this.#ended;
  }

  async #finish(): Promise<void> {
    const state = this.#state;
    if (state.is === 'up') {
      await new Promise<void>((resolve) => {
        const cancel = this.#options.clock.after(patience.endMs, () => {
          this.#generation += 1;
          state.stream.destroy();
          resolve();
        });
        this.#state = { is: 'ending', stream: state.stream, cancel, done: resolve };
        state.stream.end();
      });
      this.#state = { is: 'idle' };
      this.#options.onDown();
      return;
    }
    this.#generation += 1;
    if (state.is === 'waiting' || state.is === 'opening') state.cancel();
    if (state.is === 'opening') state.stream?.destroy();
    this.#state = { is: 'idle' };
  }
}
