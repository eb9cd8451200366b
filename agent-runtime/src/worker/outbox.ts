import { errorCatalogue, type ErrorCode, type LeaseRef, type TaskResult } from '@agent-factory/contract';
import type { Clock } from '../clock';
import { batches, leaseKey, refOf } from './lease';

type ReportedResult = LeaseRef & { result: TaskResult };
type Ack = LeaseRef & { accepted: boolean; code?: ErrorCode | undefined };

interface Pending {
  reported: ReportedResult;
  bytes: number;
  /** Whether it left on the connection that is up now. */
  sent: boolean;
}

/** Bounds: past `results` the agent takes no new task; a frame holds about `frameBytes`. */
const outboxLimits = { results: 32, frameBytes: 1_500_000, retryMs: 1_000 } as const;

/** Keeps results until the dispatcher has said that it has them. */
export class Outbox {
  readonly #pending = new Map<string, Pending>();
  readonly #emptied = new Set<() => void>();
  readonly #clock: Clock;
  readonly #send: (results: ReportedResult[]) => boolean;
  #cancelRetry: (() => void) | undefined;

  constructor(clock: Clock, send: (results: ReportedResult[]) => boolean) {
    this.#clock = clock;
    this.#send = send;
  }

  get full(): boolean {
    return this.#pending.size >= outboxLimits.results;
  }

  get leases(): LeaseRef[] {
    return [...this.#pending.values()].map(({ reported }) => refOf(reported));
  }

  has(lease: LeaseRef): boolean {
    return this.#pending.has(leaseKey(lease));
  }

  add(lease: LeaseRef, result: TaskResult): void {
    const reported = { ...refOf(lease), result };
    const bytes = Buffer.byteLength(JSON.stringify(result));
    this.#pending.set(leaseKey(lease), { reported, bytes, sent: false });
    this.flush();
  }

  /** Sends what has not been sent on this connection. */
  flush(): void {
    const unsent = [...this.#pending.values()].filter(({ sent }) => !sent);
    for (const batch of batches(unsent, 100, outboxLimits.frameBytes, ({ bytes }) => bytes)) {
      if (!this.#send(batch.map(({ reported }) => reported))) return;
      for (const pending of batch) pending.sent = true;
    }
  }

  /** The connection is gone: whatever was not acknowledged goes again on the next. */
  disconnected(): void {
    for (const pending of this.#pending.values()) pending.sent = false;
  }

  /** A result that was refused for a passing reason goes again a second later; the others are done with. Answers whether it was one of ours. */
  acknowledge(ack: Ack): boolean {
    const pending = this.#pending.get(leaseKey(ack));
    if (pending === undefined || !pending.sent) return false;
    if (!ack.accepted && ack.code !== undefined && errorCatalogue[ack.code].retryable) {
      pending.sent = false;
      this.#retryLater();
    } else {
      this.drop(ack);
    }
    return true;
  }

  drop(lease: LeaseRef): void {
    this.#pending.delete(leaseKey(lease));
    if (this.#pending.size > 0) return;
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    for (const resolve of this.#emptied) resolve();
    this.#emptied.clear();
  }

  /** Resolves when nothing is pending, or after `patienceMs`. */
  emptied(patienceMs: number): Promise<void> {
    if (this.#pending.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        cancel();
        this.#emptied.delete(done);
        resolve();
      };
      const cancel = this.#clock.after(patienceMs, done);
      this.#emptied.add(done);
    });
  }

  /** Forgets everything. Can be called twice. */
  stop(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    this.#pending.clear();
    for (const resolve of this.#emptied) resolve();
    this.#emptied.clear();
  }

  #retryLater(): void {
    this.#cancelRetry ??= this.#clock.after(outboxLimits.retryMs, () => {
      this.#cancelRetry = undefined;
      this.flush();
    });
  }
}
