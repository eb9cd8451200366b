import {
  FactoryError,
  type Assignment,
  type LeaseRef,
  type Progress,
  type TaskResult,
  type Usage,
} from '@agent-factory/contract';
import type { Clock } from '../clock';
import type { RunAttempt } from './attemptPort';
import { leaseKey, refOf } from './lease';
import type { LogStream } from './logBuffer';

/**
 * working: its lease is held · releasing: being stopped, to be handed back · dropped: its lease is over, nothing is said of it any more ·
 * finished: reported or handed back, being cleaned up.
 */
type Phase = 'working' | 'releasing' | 'dropped' | 'finished';

interface Run {
  lease: LeaseRef;
  phase: Phase;
  abort: AbortController;
  expiresAt: number;
  progress: Progress | undefined;
  used: (() => Usage) | undefined;
}

export interface RunsOptions {
  clock: Clock;
  slots: number;
  attempt: RunAttempt;
  onResult(lease: LeaseRef, result: TaskResult): void;
  onReleased(lease: LeaseRef): void;
  onLog(lease: LeaseRef, stream: LogStream, text: string): void;
  /** A lease ran out here, unheard by the dispatcher; its work is being stopped. */
  onFenced(lease: LeaseRef): void;
  onFree(): void;
}

/** The work in hand: at most one run a slot, from assignment until its workspace is gone. */
export class Runs {
  readonly #options: RunsOptions;
  readonly #runs = new Map<string, Run>();
  readonly #settled = new Set<() => void>();
  #cancelFence: (() => void) | undefined;

  constructor(options: RunsOptions) {
    this.#options = options;
  }

  get free(): number {
    return Math.max(0, this.#options.slots - this.#runs.size);
  }

  /** The leases that work goes on under, with how far it is and what it has used. */
  get held(): (LeaseRef & { progress?: Progress; usage?: Usage })[] {
    return this.#holding().map(({ lease, progress, used }) => ({
      ...lease,
      ...(progress === undefined ? {} : { progress }),
      ...(used === undefined ? {} : { usage: used() }),
    }));
  }

  has(lease: LeaseRef): boolean {
    return this.#runs.has(leaseKey(lease));
  }

  /** Starts the work. An older lease on the same task is over by that. */
  start(assignment: Assignment): void {
    for (const run of this.#runs.values()) if (run.lease.id === assignment.id) this.lose(run.lease);
    const run: Run = {
      lease: refOf(assignment),
      phase: 'working',
      abort: new AbortController(),
      expiresAt: this.#options.clock.now() + assignment.lease_ms,
      progress: undefined,
      used: undefined,
    };
    this.#runs.set(leaseKey(run.lease), run);
    this.#armFence();
    const over = this.#options.attempt(assignment, run.abort.signal, {
      log: (stream, text) => isHeld(run) && this.#options.onLog(run.lease, stream, text),
      progress: (progress) => (run.progress = progress),
      metered: (used) => (run.used = used),
      finished: (result) => this.#finished(run, result),
    });
    void over.then(() => this.#over(run));
  }

  /** Stops the work; its attempt reports it as cancelled. */
  cancel(lease: LeaseRef, reason: string): void {
    const run = this.#runs.get(leaseKey(lease));
    if (run?.phase === 'working') run.abort.abort(new FactoryError('TASK_CANCELLED', reason));
  }

  /** Stops the work at once and says nothing of it. */
  lose(lease: LeaseRef): void {
    const run = this.#runs.get(leaseKey(lease));
    if (run === undefined || run.phase === 'finished' || run.phase === 'dropped') return;
    run.phase = 'dropped';
    run.abort.abort(new FactoryError('LEASE_EXPIRED', 'the lease is over'));
    this.#armFence();
  }

  /** The dispatcher renewed a lease until `expiresAt`; never shortens it. */
  renew(lease: LeaseRef, expiresAt: number): void {
    const run = this.#runs.get(leaseKey(lease));
    if (run === undefined) return;
    run.expiresAt = Math.max(run.expiresAt, expiresAt);
    this.#armFence();
  }

  /** Stops all work; each lease is handed back once its work has stopped. */
  releaseAll(): void {
    for (const run of this.#runs.values()) {
      if (run.phase !== 'working') continue;
      run.phase = 'releasing';
      run.abort.abort(new FactoryError('SHUTTING_DOWN', 'the agent is shutting down'));
    }
  }

  /** Resolves when no run is left, or after `patienceMs`. */
  settled(patienceMs: number): Promise<void> {
    if (this.#runs.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        cancel();
        this.#settled.delete(done);
        resolve();
      };
      const cancel = this.#options.clock.after(patienceMs, done);
      this.#settled.add(done);
    });
  }

  /** Drops all work. Can be called twice. */
  stop(): void {
    for (const run of this.#runs.values()) this.lose(run.lease);
    this.#cancelFence?.();
    this.#cancelFence = undefined;
  }

  #finished(run: Run, result: TaskResult | undefined): void {
    const { phase } = run;
    if (phase === 'dropped' || phase === 'finished') return;
    run.phase = 'finished';
    this.#armFence();
    if (result !== undefined) this.#options.onResult(run.lease, result);
    else this.#options.onReleased(run.lease);
  }

  #over(run: Run): void {
    this.#runs.delete(leaseKey(run.lease));
    this.#armFence();
    this.#options.onFree();
    if (this.#runs.size > 0) return;
    for (const resolve of this.#settled) resolve();
  }

  #holding(): Run[] {
    return [...this.#runs.values()].filter(isHeld);
  }

  #armFence(): void {
    this.#cancelFence?.();
    this.#cancelFence = undefined;
    const holding = this.#holding();
    if (holding.length === 0) return;
    const next = Math.min(...holding.map(({ expiresAt }) => expiresAt));
    this.#cancelFence = this.#options.clock.after(Math.max(0, next - this.#options.clock.now()), () => this.#fence());
  }

  #fence(): void {
    const now = this.#options.clock.now();
    for (const run of this.#holding()) {
      if (run.expiresAt > now) continue;
      this.lose(run.lease);
      this.#options.onFenced(run.lease);
    }
    this.#armFence();
  }
}

function isHeld({ phase }: Run): boolean {
  return phase === 'working' || phase === 'releasing';
}
