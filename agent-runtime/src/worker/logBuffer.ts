import type { LeaseRef, WorkerFrame } from '@agent-factory/contract';
import type { Clock } from '../clock';
import { batches, leaseKey, refOf } from './lease';

export type LogStream = 'agent' | 'stdout' | 'stderr';
type LogLine = Extract<WorkerFrame, { kind: 'logs' }>['lines'][number];

/** Bounds of the log: a task may have so many lines and characters waiting; more are dropped, counted and the loss is said. */
export const logLimits = {
  flushMs: 200,
  flushLines: 100,
  lineLength: 16_384,
  taskLines: 1_000,
  taskLength: 1_000_000,
  frameLines: 500,
  frameLength: 250_000,
} as const;

interface TaskLog {
  lease: LeaseRef;
  lines: LogLine[];
  length: number;
  dropped: number;
}

/** Gathers log lines and sends them in batches, as the connection takes them. */
export class LogBuffer {
  readonly #tasks = new Map<string, TaskLog>();
  readonly #clock: Clock;
  readonly #send: (lines: LogLine[]) => boolean;
  #waiting = 0;
  /** The connection takes nothing at the moment. */
  #blocked = false;
  #cancelFlush: (() => void) | undefined;

  /** `send` answers whether the frame left; lines of one that did not are kept, within the bounds. */
  constructor(clock: Clock, send: (lines: LogLine[]) => boolean) {
    this.#clock = clock;
    this.#send = send;
  }

  /** Adds text that may hold several lines; a long line is cut in pieces, an empty text is no line. */
  add(lease: LeaseRef, stream: LogStream, text: string): void {
    const key = leaseKey(lease);
    const task = this.#tasks.get(key) ?? { lease: refOf(lease), lines: [], length: 0, dropped: 0 };
    this.#tasks.set(key, task);
    const at = this.#clock.date().toISOString();
    for (const piece of pieces(text)) {
      if (task.lines.length >= logLimits.taskLines || task.length + piece.length > logLimits.taskLength) {
        task.dropped += 1;
        continue;
      }
      task.lines.push({ ...task.lease, at, stream, text: piece });
      task.length += piece.length;
      this.#waiting += 1;
    }
    if (this.#waiting >= logLimits.flushLines && !this.#blocked) this.flush();
    else this.#cancelFlush ??= this.#clock.after(logLimits.flushMs, () => this.flush());
  }

  /** Sends what waits, as far as the connection takes it. */
  flush(): void {
    this.#cancelFlush?.();
    this.#cancelFlush = undefined;
    this.#blocked = !this.#flushTasks();
  }

  #flushTasks(): boolean {
    for (const [key, task] of this.#tasks) {
      for (const batch of batches(task.lines, logLimits.frameLines, logLimits.frameLength, ({ text }) => text.length)) {
        if (!this.#send(batch)) return false;
        task.lines.splice(0, batch.length);
        this.#waiting -= batch.length;
        task.length -= batch.reduce((sum, { text }) => sum + text.length, 0);
      }
      if (task.dropped > 0) {
        const text = `${task.dropped} lines of the log were dropped here: they came faster than they could be sent`;
        if (!this.#send([{ ...task.lease, at: this.#clock.date().toISOString(), stream: 'agent', text }])) return false;
      }
      this.#tasks.delete(key);
    }
    return true;
  }

  /** Forgets the lines of a lease that is over. */
  drop(lease: LeaseRef): void {
    const task = this.#tasks.get(leaseKey(lease));
    if (task === undefined) return;
    this.#waiting -= task.lines.length;
    this.#tasks.delete(leaseKey(lease));
  }

  /** Forgets everything. Can be called twice. */
  stop(): void {
    this.#cancelFlush?.();
    this.#cancelFlush = undefined;
    this.#tasks.clear();
    this.#waiting = 0;
  }
}

/** Lines of a text, each at most as long as a frame allows. */
function pieces(text: string): string[] {
  return text
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .flatMap((line) => {
      if (line.length <= logLimits.lineLength) return [line];
      const count = Math.ceil(line.length / logLimits.lineLength);
      return Array.from({ length: count }, (_, index) =>
        line.slice(index * logLimits.lineLength, (index + 1) * logLimits.lineLength),
      );
    });
}
