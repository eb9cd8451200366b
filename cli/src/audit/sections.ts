import { sectionSchema, type Json, type Task } from '@agent-factory/contract';
import { z } from 'zod';
import type { AuditPart } from './plans';
import type { AuditSection, SuiteRun } from './report';

/** The part of the report that an ended task makes. A result that is no section counts as a failure of the agent. */
export function toAuditSection({ type, aspect }: AuditPart, task: Task): AuditSection {
  const base = { type, aspect, task_id: task.id, attempts: task.attempts, ...timesOf(task) };
  if (task.state !== 'succeeded') {
    const error = task.result?.error ?? task.attempts.at(-1)?.error;
    return {
      ...base,
      state: task.state === 'cancelled' ? 'cancelled' : 'failed',
      ...(error === undefined ? {} : { error }),
    };
  }
  const section = sectionSchema.safeParse(task.result?.output);
  if (section.success) return { ...base, state: 'succeeded', section: section.data };
  const [issue] = section.error.issues;
  const message = `the result is not a section: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`;
  return { ...base, state: 'failed', error: { code: 'INTERNAL', message, retryable: false } };
}

/** Seconds that a task waited for its last attempt, and that this took. */
function timesOf({ created_at: created, started_at: started, finished_at: finished }: Task): {
  wait_seconds?: number;
  seconds?: number;
} {
  if (started === undefined) return {};
  const between = (from: string, to: string): number =>
    Math.max(0, Math.round(Date.parse(to) - Date.parse(from)) / 1_000);
  return {
    wait_seconds: between(created, started),
    ...(finished === undefined ? {} : { seconds: between(started, finished) }),
  };
}

const programOutput = z.object({
  exit_code: z.int().nullable(),
  timed_out: z.boolean(),
  stdout: z.string(),
  stderr: z.string(),
});

/** What became of each suite, from the answer of the plan that ran them. */
export function toSuiteRuns(names: readonly string[], output: Json | undefined): SuiteRun[] {
  const answers = Array.isArray(output) ? output : [];
  return names.map((name, index): SuiteRun => {
    const ran = programOutput.safeParse(answers[index]);
    if (!ran.success) {
      const text = answers[index] === undefined ? 'it was not reached' : JSON.stringify(answers[index]);
      return { name, outcome: 'not_run', exit_code: null, output: text.slice(0, 2_000) };
    }
    const { exit_code: code, timed_out: timedOut, stdout, stderr } = ran.data;
    const outcome = timedOut ? 'timed_out' : code === 0 ? 'passed' : 'failed';
    return {
      name,
      outcome,
      exit_code: code,
      output: [stdout, stderr]
        .filter((text) => text !== '')
        .join('\n')
        .slice(-8_000),
    };
  });
}

const words = z.union([z.string(), z.object({ text: z.string() }).transform(({ text }) => text)]);

/** The words of a model's answer, or undefined when it gave none. */
export function toWords(output: Json | undefined): string | undefined {
  const parsed = words.safeParse(output);
  return parsed.success && parsed.data.trim() !== '' ? parsed.data.trim().slice(0, 8_000) : undefined;
}
