import { z } from 'zod';

/** The aspects of a repository that `inspect` can examine; each belongs to one agent type. */
export const aspects = [
  'languages_history',
  'dependencies_licences',
  'security',
  'operations',
  'tests',
  'hotspots',
  'interfaces',
  'models_data',
  'frontend',
  'backend',
  'python',
  'overview',
] as const;

export const aspectSchema = z.enum(aspects).meta({ id: 'Aspect' });
export type Aspect = (typeof aspects)[number];

/** From what must be mended today to what is only worth knowing. */
export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const;
export const severitySchema = z.enum(severities);
export type Severity = (typeof severities)[number];

const text = z.string().max(2_000);
const line = z.string().max(300);
const cell = z.union([z.string().max(300), z.number(), z.null()]);

/** One thing worth a reader's attention. Never holds a secret, only a redacted prefix. */
export const findingSchema = z.strictObject({
  rule: z
    .string()
    .max(80)
    .regex(/^[a-z0-9-]+$/)
    .describe('Stable name of the rule'),
  severity: severitySchema,
  title: line,
  path: z.string().max(1_024).optional(),
  line: z.int().min(1).optional(),
  detail: text,
  advice: text,
});
export type Finding = z.output<typeof findingSchema>;

/** What one agent found out about one aspect of a repository; at most a few hundred kilobytes whatever the repository. */
export const sectionSchema = z
  .strictObject({
    aspect: aspectSchema,
    title: line,
    summary: text,
    facts: z
      .array(z.strictObject({ label: line, value: z.union([line, z.number()]), unit: z.string().max(20).optional() }))
      .max(60),
    tables: z
      .array(
        z.strictObject({
          title: line,
          columns: z
            .array(
              z.strictObject({ key: z.string().max(40), label: line, align: z.enum(['left', 'right']).optional() }),
            )
            .max(12),
          rows: z.array(z.record(z.string().max(40), cell)).max(50),
          total: z.int().min(0).describe('Rows before the cut'),
        }),
      )
      .max(12),
    charts: z
      .array(
        z.strictObject({
          title: line,
          kind: z.enum(['bar', 'line']),
          unit: z.string().max(20),
          points: z.array(z.strictObject({ label: z.string().max(120), value: z.number() })).max(60),
          total: z.int().min(0).describe('Points before the cut'),
        }),
      )
      .max(6),
    findings: z.array(findingSchema).max(100),
    findings_total: z.int().min(0).describe('Findings before the cut'),
    notes: z.array(text).max(30).describe('What was skipped or could not be determined, and why'),
    commands: z
      .array(
        z.strictObject({
          name: line,
          argv: z.array(z.string().max(500)).min(1).max(50),
          cwd: z.string().max(1_024),
          why: line,
          needs: z.string().max(80).describe('Program it needs'),
          available: z.boolean(),
        }),
      )
      .max(20)
      .optional()
      .describe('Commands that would run the test suites, best first'),
  })
  .meta({ id: 'Section' });
export type Section = z.output<typeof sectionSchema>;
