import { isTerminal, ulidSource, type Task, type TaskSpecInput } from '@agent-factory/contract';
import type { FactoryClient } from '../client/factory';
import { CommandError, exitCodes } from '../exit';
import { systemClock, type Clock } from '../local/clock';
import type { JobProgress } from '../output/progress';
import { packRepository, type RepositoryArtifact } from './artifact';
import { acceptedTasks, followTasks } from './follow';
import { auditKey, auditParts, commentSpec, inspectSpec, suitesSpec, type AuditPart, type AuditRun } from './plans';
import { countFindings, type AuditReport, type AuditSection } from './report';
import type { Repository } from './repository';
import { toAuditSection, toSuiteRuns, toWords } from './sections';

export interface AuditOptions {
  client: FactoryClient;
  repository: Repository;
  runTests: boolean;
  factoryVersion: string;
  /** How long the factory took to be ready, when this command started it. */
  readySeconds?: number;
  signal: AbortSignal;
  /** Called once the tasks are accepted: from now on they are done even if this command ends. */
  onAccepted?: (auditId: string) => void;
  onProgress?: (progress: JobProgress) => void;
  onSection?: (section: AuditSection) => void;
  clock?: Clock;
}

/** One task each of a kind, by what it is for. */
interface Job {
  part: AuditPart;
  kind: 'inspect' | 'suites' | 'comment';
  spec: TaskSpecInput;
}

/** Sends one task to every type, waits for all, and gathers their sections into a report. */
export async function runAudit(options: AuditOptions): Promise<AuditReport> {
  const { client, repository, signal, clock = systemClock } = options;
  const began = clock.now();
  const artifact = await packRepository(repository, undefined, signal);
  const packedMs = clock.now() - began;
  const watch = new Watch(options, clock, began);
  try {
    await client.putArtifact(artifact.digest, artifact.file);
    const run: AuditRun = { id: ulidSource()(), artifact: artifact.digest };
    const staffed = await staffedTypes(client, clock, signal);
    const parts = auditParts.filter(({ type }) => staffed.has(type));
    if (parts.length === 0)
      throw new CommandError(exitCodes.notRunning, 'the factory has no agents', {
        hints: ['`factory status` and `factory logs` tell why.'],
      });
    const jobs = parts.map((part): Job => ({ part, kind: 'inspect', spec: inspectSpec(run, part) }));
    const inspected = new Map(
      (await watch.work(run, jobs, options.onAccepted)).map((task, index) => [jobs[index]?.part.type, task]),
    );
    let sections = auditParts.map((part): AuditSection => {
      const task = inspected.get(part.type);
      return task === undefined ? { ...part, state: 'skipped', attempts: [] } : toAuditSection(part, task);
    });
    for (const section of sections) options.onSection?.(section);
    sections = await addSecondTasks(run, sections, watch, options);
    return makeReport(run, sections, artifact, packedMs, clock.now() - began, options);
  } finally {
    await artifact.drop();
  }
}

/** How long a type without an agent is waited for: one that crashed is back by then. */
const graceMs = 5_000;

/** The types that have an agent; a task for another one would wait for ever. */
async function staffedTypes(client: FactoryClient, clock: Clock, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const deadline = clock.now() + graceMs;
  for (;;) {
    const staffed = new Set<string>(
      (await client.types()).filter(({ agents }) => agents > 0).map(({ type }) => type.name),
    );
    if (auditParts.every(({ type }) => staffed.has(type)) || clock.now() >= deadline) return staffed;
    await clock.sleep(250, signal);
    signal.throwIfAborted();
  }
}

/** The tasks that build on the sections: test suites where wanted, words where a model is configured. */
async function addSecondTasks(
  run: AuditRun,
  sections: readonly AuditSection[],
  watch: Watch,
  { client, runTests }: AuditOptions,
): Promise<AuditSection[]> {
  const hasModel = (await client.models()).length > 0;
  const suites = runTests
    ? suitesSpec(run, sections.find(({ aspect }) => aspect === 'tests')?.section?.commands ?? [])
    : undefined;
  const jobs = auditParts.flatMap((part, index): Job[] => {
    const section = sections[index]?.section;
    const wantsSuites = part.aspect === 'tests' && suites !== undefined;
    return [
      ...(wantsSuites ? [{ part, kind: 'suites' as const, spec: suites.spec }] : []),
      ...(hasModel && section !== undefined
        ? [{ part, kind: 'comment' as const, spec: commentSpec(run, part, section) }]
        : []),
    ];
  });
  const tasks = jobs.length === 0 ? [] : await watch.work(run, jobs);
  return sections.map((section) => {
    const made = jobs.flatMap(({ part, kind }, index) =>
      part.aspect === section.aspect ? [{ kind, task: taskAt(tasks, index) }] : [],
    );
    const added = made.map(({ kind, task }) =>
      kind === 'comment' ? commentOf(task) : suitesOf(task, suites?.names ?? []),
    );
    const missing = runTests && section.aspect === 'tests' && suites === undefined ? { suites: [] } : {};
    return Object.assign({}, section, missing, ...added) as AuditSection; // each addition is a part of AuditSection
  });
}

function commentOf(task: Task): Partial<AuditSection> {
  const text = task.state === 'succeeded' ? toWords(task.result?.output) : undefined;
  if (text !== undefined) return { comment: { task_id: task.id, text, usage: task.usage } };
  return { comment_error: task.result?.error?.message ?? 'the model gave no words' };
}

function suitesOf(task: Task, names: readonly string[]): Partial<AuditSection> {
  if (task.state === 'succeeded') return { suites: toSuiteRuns(names, task.result?.output) };
  return { suites: [], suites_error: task.result?.error?.message ?? `the task was ${task.state}` };
}

function taskAt(tasks: readonly Task[], index: number): Task {
  const task = tasks[index];
  if (task === undefined) throw new Error(`no task at ${index}`);
  return task;
}

function makeReport(
  run: AuditRun,
  sections: AuditSection[],
  artifact: RepositoryArtifact,
  packedMs: number,
  totalMs: number,
  { repository, factoryVersion, readySeconds }: AuditOptions,
): AuditReport {
  const { name, path, head, branch, files, shallow, uncommitted } = repository;
  return {
    kind: 'audit',
    schema_version: 1,
    id: run.id,
    created_at: new Date().toISOString(),
    factory_version: factoryVersion,
    repository: {
      name,
      path,
      head,
      files,
      shallow,
      uncommitted,
      artifact_bytes: artifact.bytes,
      ...(branch === undefined ? {} : { branch }),
      ...(artifact.depth === undefined ? {} : { depth: artifact.depth }),
    },
    times: {
      ...(readySeconds === undefined ? {} : { ready_seconds: readySeconds }),
      pack_seconds: Math.round(packedMs) / 1_000,
      total_seconds: Math.round(totalMs) / 1_000,
    },
    findings: countFindings(sections),
    sections,
  };
}

/** Submits tasks, follows them, and tells how far all of them are. */
class Watch {
  private readonly seen = new Map<string, Task>();

  constructor(
    private readonly options: AuditOptions,
    private readonly clock: Clock,
    private readonly began: number,
  ) {}

  async work(run: AuditRun, jobs: readonly Job[], onAccepted?: (auditId: string) => void): Promise<Task[]> {
    const { client, signal, onProgress } = this.options;
    const items = jobs.map(({ part, kind, spec }) => ({ ...spec, idempotency_key: auditKey(run, kind, part.type) }));
    const accepted = acceptedTasks((await client.submitBatch(items)).results);
    onAccepted?.(run.id);
    for (const task of accepted) this.seen.set(task.id, task);
    const onChange = (task: Task): void => {
      this.seen.set(task.id, task);
      onProgress?.(this.progress());
    };
    onProgress?.(this.progress());
    const ended = await followTasks(
      client,
      accepted.map(({ id }) => id),
      { signal, onChange, clock: this.clock },
    );
    return accepted.map(({ id }) => ended.get(id)).filter((task) => task !== undefined);
  }

  private progress(): JobProgress {
    const tasks = [...this.seen.values()];
    return {
      done: tasks.filter(({ state }) => isTerminal(state)).length,
      total: tasks.length,
      failed: tasks.filter(({ state }) => state === 'failed').length,
      retried: tasks.filter(({ attempt }) => attempt > 1).length,
      now: tasks.filter(({ state }) => state === 'running').map(({ type }) => type),
      elapsedMs: this.clock.now() - this.began,
    };
  }
}
