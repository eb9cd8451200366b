import { isTerminal, type Task, type TaskSpecInput } from '@agent-factory/contract';
import type { FactoryClient } from '../client/factory';
import type { Clock } from '../local/clock';
import type { JobProgress } from '../output/progress';
import { followTasks, refusal } from './follow';
import { auditKey, type AuditPart, type JobKind } from './plans';
import type { AuditRecord } from './records';

/** One task of an audit. */
export interface Job {
  part: AuditPart;
  kind: JobKind;
  spec: TaskSpecInput;
}

export interface WatchOptions {
  client: FactoryClient;
  /** Grows by the tasks that are accepted. */
  record: AuditRecord;
  /** Called when it has grown. */
  onRecord: (record: AuditRecord) => void;
  onProgress?: ((progress: JobProgress) => void) | undefined;
  signal: AbortSignal;
  clock: Clock;
  /** Time that progress counts from, by the clock. */
  began: number;
}

/** Has tasks done: submits those that the record does not name, follows all, and tells how far they are. */
export class Watch {
  private readonly seen = new Map<string, Task>();

  constructor(private readonly options: WatchOptions) {}

  /** The tasks of the jobs, in their order, once they have ended. Throws the first refusal; what was accepted is in the record then. */
  async work(jobs: readonly Job[]): Promise<Task[]> {
    const { client, signal, clock, onProgress } = this.options;
    await this.submitMissing(jobs.filter((job) => this.idOf(job) === undefined));
    const ids = jobs.map((job) => this.idOf(job)).filter((id) => id !== undefined);
    const onChange = (task: Task): void => {
      this.seen.set(task.id, task);
      onProgress?.(this.progress());
    };
    const ended = await followTasks(client, ids, { signal, onChange, clock });
    return ids.map((id) => ended.get(id)).filter((task) => task !== undefined);
  }

  /** Each with a key of its own: an audit that is interrupted before it knows the answer gets the same tasks when it asks again. */
  private async submitMissing(jobs: readonly Job[]): Promise<void> {
    if (jobs.length === 0) return;
    const { client, record, onRecord } = this.options;
    const run = { id: record.id, artifact: record.artifact.digest };
    const { results } = await client.submitBatch(
      jobs.map(({ part, kind, spec }) => ({ ...spec, idempotency_key: auditKey(run, kind, part.type) })),
    );
    results.forEach((result, index) => {
      const job = jobs[index];
      if (job === undefined || result.status === 'refused') return;
      record.tasks.push({ kind: job.kind, type: job.part.type, id: result.task.id });
      this.seen.set(result.task.id, result.task);
    });
    onRecord(record);
    for (const result of results) if (result.status === 'refused') throw refusal(result.problem);
    this.options.onProgress?.(this.progress());
  }

  private idOf({ part, kind }: Job): string | undefined {
    return this.options.record.tasks.find((task) => task.type === part.type && task.kind === kind)?.id;
  }

  private progress(): JobProgress {
    const tasks = [...this.seen.values()];
    return {
      done: tasks.filter(({ state }) => isTerminal(state)).length,
      total: this.options.record.tasks.length,
      failed: tasks.filter(({ state }) => state === 'failed').length,
      retried: tasks.filter(({ attempt }) => attempt > 1).length,
      now: tasks.filter(({ state }) => state === 'running').map(({ type }) => type),
      elapsedMs: this.options.clock.now() - this.options.began,
    };
  }
}
