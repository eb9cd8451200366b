const breatheEveryMs = 25;

/** The time one aspect may take, and the caller's wish to stop it. */
export class Budget {
  private readonly deadline: number;
  private lastBreath: number;

  constructor(
    readonly timeMs: number,
    private readonly signal: AbortSignal | undefined,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.lastBreath = now();
    this.deadline = this.lastBreath + timeMs;
  }

  /** Whether the time is spent; loops stop then and say what they skipped. */
  get spent(): boolean {
    return this.now() >= this.deadline;
  }

  /** Milliseconds left, at least 1. */
  get left(): number {
    return Math.max(1, Math.floor(this.deadline - this.now()));
  }

  /** Lets timers and the abort signal through now and then. Throws the signal's reason once it is aborted. */
  async breathe(): Promise<void> {
    if (this.now() - this.lastBreath >= breatheEveryMs) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      this.lastBreath = this.now();
    }
    this.signal?.throwIfAborted();
  }
}
