import type { Clock } from '../clock';

export interface PulseOptions {
  clock: Clock;
  /** Sends one heartbeat; answers whether it left. */
  beat(): boolean;
  /** No heartbeat was answered for so long that the connection must be dead. */
  onSilence(): void;
}

/** Heartbeats that may be unanswered before the connection counts as dead. */
const unansweredLimit = 4;

/** Beats at the dispatcher's pace while the link is up, and remembers when each unanswered heartbeat left. */
export class Pulse {
  readonly #options: PulseOptions;
  #sentAt: number[] = [];
  #cancel: (() => void) | undefined;

  constructor(options: PulseOptions) {
    this.#options = options;
  }

  /** Beats at once and then every `intervalMs`, until `stop`. */
  start(intervalMs: number): void {
    this.stop();
    this.#beat(intervalMs);
  }

  /** Can be called twice. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#sentAt = [];
  }

  /** A heartbeat was answered: when the one that is meant left at the earliest. Answers come in order. */
  answered(): number | undefined {
    return this.#sentAt.shift();
  }

  #beat(intervalMs: number): void {
    if (this.#sentAt.length >= unansweredLimit) {
      this.stop();
      this.#options.onSilence();
      return;
    }
    const now = this.#options.clock.now();
    if (this.#options.beat()) this.#sentAt.push(now);
    this.#cancel = this.#options.clock.after(intervalMs, () => this.#beat(intervalMs));
  }
}
