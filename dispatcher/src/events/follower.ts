import { FactoryError } from '@agent-factory/contract';

/** Why a follower ended before its consumer had all: it did not keep up, or the store went back to an earlier state. */
export type CutReason = 'overflow' | 'reset';

/**
 * A bounded buffer between the reader and one slow consumer. Past its bound the follower is ended: its client resumes from the last event
 * it saw, and nobody else waits for it.
 */
export class Follower<T> {
  #items: { item: T; weight: number }[] = [];
  #weight = 0;
  #ended = false;
  #cut: CutReason | undefined;
  #wake: (() => void) | undefined;
  readonly #detach: () => void;

  /** `bound`: most events buffered. */
  constructor(
    signal: AbortSignal,
    private readonly bound: number,
  ) {
    const onAbort = (): void => this.end();
    signal.addEventListener('abort', onAbort, { once: true });
    this.#detach = () => signal.removeEventListener('abort', onAbort);
    if (signal.aborted) this.end();
  }

  get ended(): boolean {
    return this.#ended;
  }

  push(item: T, weight: number): void {
    if (this.#ended) return;
    this.#items.push({ item, weight });
    this.#weight += weight;
    if (this.#weight > this.bound) {
      this.cut('overflow');
    }
    this.#wake?.();
  }

  /** Ends it before its consumer has all; what is left out is read again on resume. */
  cut(reason: CutReason): void {
    if (this.#ended) return;
    this.#items = [];
    this.#cut = reason;
    this.end();
  }

  /** Throws when the follower was cut: STREAM_LIMIT when it did not keep up, STORE_UNAVAILABLE when the store went back. */
  throwIfCut(): void {
    if (this.#cut === 'overflow')
      throw new FactoryError('STREAM_LIMIT', 'events came faster than they were read: resume from the last one', {
        retryAfterSeconds: 1,
      });
    if (this.#cut === 'reset')
      throw new FactoryError(
        'STORE_UNAVAILABLE',
        'Redis has gone back to an earlier state: resume from the last event',
        {
          retryAfterSeconds: 1,
        },
      );
  }

  /** Safe to call twice. */
  end(): void {
    this.#ended = true;
    this.#detach();
    this.#wake?.();
  }

  /** The next item, waiting for it; undefined once ended. */
  async next(): Promise<T | undefined> {
    for (;;) {
      const taken = this.take();
      if (taken !== undefined || this.#ended) return taken;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }

  /** The next item if there is one. */
  take(): T | undefined {
    if (this.#ended) return undefined;
    const first = this.#items.shift();
    if (first === undefined) return undefined;
    this.#weight -= first.weight;
    return first.item;
  }
}
