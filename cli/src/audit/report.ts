import {
  agentTypeNameSchema,
  aspectSchema,
  attemptSchema,
  sectionSchema,
  severities,
  taskErrorSchema,
  usageSchema,
} from '@agent-factory/contract';
import { z } from 'zod';

const timestamp = z.iso.datetime({ precision: 3 });
const seconds = z.number().min(0).describe('Seconds');

/** One run of a test suite. */
const suiteRunSchema = z.strictObject({
  name: z.string(),
  outcome: z.enum(['passed', 'failed', 'timed_out', 'not_run']),
  exit_code: z.int().nullable(),
  output: z.string().describe('The end of what it printed'),
});

/** One agent's part of the report. */
const auditSectionSchema = z.strictObject({
  type: agentTypeNameSchema,
  aspect: aspectSchema,
  state: z.enum(['succeeded', 'failed', 'cancelled', 'skipped']).describe('skipped: no agent of the type runs'),
  task_id: z.string().optional().describe('Absent when the part was skipped'),
  wait_seconds: seconds.optional().describe('From submission to the start of the last attempt'),
  seconds: seconds.optional().describe('Of the last attempt'),
  attempts: z.array(attemptSchema),
  error: taskErrorSchema.optional(),
  section: sectionSchema.optional(),
  suites: z.array(suiteRunSchema).optional().describe('With --run-tests'),
  suites_error: z.string().optional().describe('Why the suites did not run'),
  comment: z
    .strictObject({ task_id: z.string(), text: z.string(), usage: usageSchema })
    .optional()
    .describe('Findings in words, where a model is configured'),
  comment_error: z.string().optional(),
});

/** The report of an audit; version 1. */
export const auditReportSchema = z
  .strictObject({
    kind: z.literal('audit'),
    schema_version: z.literal(1),
    id: z.string(),
    created_at: timestamp,
    resumed: z.literal(true).optional().describe('It was interrupted, and gathered by a later command'),
    factory_version: z.string(),
    repository: z.strictObject({
      name: z.string(),
      path: z.string(),
      head: z.string(),
      branch: z.string().optional(),
      files: z.int(),
      shallow: z.boolean(),
      uncommitted: z.int().describe('Changed and untracked files, which the audit does not see'),
      artifact_bytes: z.int(),
      depth: z.int().optional().describe('Commits of history at most, where the whole of it was too large'),
    }),
    times: z.strictObject({ ready_seconds: seconds.optional(), pack_seconds: seconds, total_seconds: seconds }),
    findings: z
      .record(z.enum(severities), z.int())
      .describe('How many of each severity, those past the cut of a section not counted'),
    sections: z.array(auditSectionSchema),
  })
  .meta({ id: 'AuditReport' });

export type AuditReport = z.output<typeof auditReportSchema>;
export type AuditSection = z.output<typeof auditSectionSchema>;
export type SuiteRun = z.output<typeof suiteRunSchema>;

/** How many findings of each severity all sections hold. */
export function countFindings(sections: readonly AuditSection[]): AuditReport['findings'] {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const { section } of sections) for (const { severity } of section?.findings ?? []) counts[severity] += 1;
  return counts;
}

/** The attempts of all tasks that were not the last of their task: what was retried, why, and who held it. */
export function retriedAttempts(
  report: AuditReport,
): { type: string; task: string; attempt: number; agent: string; outcome: string; why: string }[] {
  return report.sections.flatMap(({ type, task_id: task, attempts }) =>
    attempts.slice(0, -1).map(({ attempt, agent_id: agent, outcome, error }) => ({
      type,
      task: task ?? '',
      attempt,
      agent,
      outcome,
      why:
        error?.message ?? (outcome === 'lost' ? 'the agent or the dispatcher was gone before the task ended' : outcome),
    })),
  );
}
