import type { Task } from '@agent-factory/contract';
import type { FactoryClient } from '../client/factory';
import { systemClock, type Clock } from '../local/clock';
import type { JobProgress } from '../output/progress';
import { auditParts, commentSpec, inspectSpec, suitesSpec } from './plans';
import type { AuditRecord } from './records';
import { countFindings, type AuditReport, type AuditSection } from './report';
import { toAuditSection, toSuiteRuns, toWords } from './sections';
import { Watch, type Job } from './watch';

export interface GatherOptions {
  client: FactoryClient;
  factoryVersion: string;
  signal: AbortSignal;
  /** Told of the record before tasks are submitted and when it has grown: with it another command can gather the audit. */
  onRecord: (record: AuditRecord) => void;
  onProgress?: (progress: JobProgress) => void;
  onSection?: (section: AuditSection) => void;
  clock?: Clock;
  /** When this command began the audit, by its clock. Absent: another command began it, and was interrupted. */
  began?: number;
}

/** Has the tasks of an audit done that are not done yet, waits for all, and makes its report. The same record gives the same tasks again. */
export async function gatherAudit(record: AuditRecord, options: GatherOptions): Promise<AuditReport> {
  const { client, signal, onRecord, onProgress, onSection, clock = systemClock, began } = options;
  const watch = new Watch({ client, record, onRecord, onProgress, signal, clock, began: began ?? clock.now() });
  const run = { id: record.id, artifact: record.artifact.digest };
  onRecord(record);
  const jobs = auditParts
    .filter(({ type }) => record.types.includes(type))
    .map((part): Job => ({ part, kind: 'inspect', spec: inspectSpec(run, part) }));
  const inspected = await watch.work(jobs);
  let sections = auditParts.map((part): AuditSection => {
    const task = inspected.find(({ type }) => type === part.type);
    return task === undefined ? { ...part, state: 'skipped', attempts: [] } : toAuditSection(part, task);
  });
  for (const section of sections) onSection?.(section);
  const added = await addSecondTasks(record, sections, watch, client);
  sections = added.sections;
  const totalMs = began === undefined ? lengthOf(record, [...inspected, ...added.tasks]) : clock.now() - began;
  return makeReport(record, sections, Math.round(totalMs), options);
}

/** The tasks that build on the sections: test suites where wanted, words where a model is configured or has been asked already. */
async function addSecondTasks(
  record: AuditRecord,
  sections: readonly AuditSection[],
  watch: Watch,
  client: FactoryClient,
): Promise<{ sections: AuditSection[]; tasks: Task[] }> {
  const run = { id: record.id, artifact: record.artifact.digest };
  const hasModel = record.tasks.some(({ kind }) => kind === 'comment') || (await client.models()).length > 0;
  const suites = record.run_tests
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
  const tasks = jobs.length === 0 ? [] : await watch.work(jobs);
  const grown = sections.map((section) => {
    const made = jobs.flatMap(({ part, kind }, index) =>
      part.aspect === section.aspect ? [{ kind, task: taskAt(tasks, index) }] : [],
    );
    const added = made.map(({ kind, task }) =>
      kind === 'comment' ? commentOf(task) : suitesOf(task, suites?.names ?? []),
    );
    const missing = record.run_tests && section.aspect === 'tests' && suites === undefined ? { suites: [] } : {};
    return Object.assign({}, section, missing, ...added) as AuditSection; // each addition is a part of AuditSection
  });
  return { sections: grown, tasks };
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

/** Milliseconds to the end of the last task: nobody waited for that of an audit that was interrupted. */
function lengthOf({ started_at: started }: AuditRecord, tasks: readonly Task[]): number {
  const ends = tasks.map(({ finished_at: at }) => (at === undefined ? 0 : Date.parse(at)));
  return Math.max(0, Math.max(...ends) - Date.parse(started));
}

function makeReport(
  record: AuditRecord,
  sections: AuditSection[],
  totalMs: number,
  { factoryVersion, began }: GatherOptions,
): AuditReport {
  const { id, repository, artifact, pack_seconds: packed, ready_seconds: ready } = record;
  return {
    kind: 'audit',
    schema_version: 1,
    id,
    created_at: new Date().toISOString(),
    ...(began === undefined ? { resumed: true } : {}),
    factory_version: factoryVersion,
    repository: {
      ...repository,
      artifact_bytes: artifact.bytes,
      ...(artifact.depth === undefined ? {} : { depth: artifact.depth }),
    },
    times: {
      ...(ready === undefined ? {} : { ready_seconds: ready }),
      pack_seconds: packed,
      total_seconds: totalMs / 1_000,
    },
    findings: countFindings(sections),
    sections,
  };
}
