/**
 * A bounded buffer between the reader and one slow consumer. Past its bound the follower is ended: its client resumes from the last event
 * it saw, and nobody else waits for it.
 */
export class Follower<T> {
  #items: { item: T; weight: number }[] = [];
  #weight = 0;
  #ended = false;
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
      this.#items = []; // what is left out is read again on resume
      this.end();
    }
    this.#wake?.();
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
