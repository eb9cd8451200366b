import type { Assignment, Progress, TaskResult, Usage } from '@agent-factory/contract';
import type { LogStream } from './logBuffer';

/** What an attempt tells while it runs. */
export interface AttemptHooks {
  log: (stream: LogStream, text: string) => void;
  progress: (progress: Progress) => void;
  /** Called once, at the start, with what answers how much the attempt has used so far. */
  metered: (used: () => Usage) => void;
  /**
   * The work has stopped: its result, or undefined when it was stopped because the lease is over or handed back. Called exactly once, before
   * the workspace is removed.
   */
  finished: (result: TaskResult | undefined) => void;
}

/**
 * Works on one task until it is done or the signal aborts; resolves when everything it made is gone. The reason of the abort is a
 * FactoryError: TASK_CANCELLED is reported as cancelled, LEASE_EXPIRED and SHUTTING_DOWN are not reported. Never rejects.
 */
export type RunAttempt = (assignment: Assignment, signal: AbortSignal, hooks: AttemptHooks) => Promise<void>;
