import { agentTypeNameSchema, taskIdSchema } from '@agent-factory/contract';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { isErrno, readIfThere, writeFileAtomic } from '../local/files';
import { isAlive, processIdentitySchema } from '../local/identity';
import { jobKinds } from './plans';

const auditIdPattern = /^[0-9a-hjkmnp-tv-z]{26}$/;
const seconds = z.number().min(0);

/** All that is needed to gather an audit's report without the command that began it. Written before its tasks are waited for. */
const auditRecordSchema = z.strictObject({
  version: z.literal(1),
  id: z.string().regex(auditIdPattern),
  started_at: z.iso.datetime({ precision: 3 }),
  repository: z.strictObject({
    path: z.string(),
    name: z.string(),
    head: z.string(),
    branch: z.string().optional(),
    shallow: z.boolean(),
    files: z.int(),
    uncommitted: z.int(),
  }),
  artifact: z.strictObject({ digest: z.string(), bytes: z.int(), depth: z.int().optional() }),
  pack_seconds: seconds,
  ready_seconds: seconds.optional(),
  run_tests: z.boolean(),
  out: z.string().optional().describe('Folder that --out named, absolute'),
  types: z.array(agentTypeNameSchema).describe('Types that had an agent when it began'),
  tasks: z
    .array(z.strictObject({ kind: z.enum(jobKinds), type: agentTypeNameSchema, id: taskIdSchema }))
    .describe('Tasks that are known to be accepted'),
  process: processIdentitySchema.optional().describe('The process that waits for the tasks'),
  report: z.strictObject({ folder: z.string(), html: z.string(), json: z.string() }).optional(),
});
export type AuditRecord = z.output<typeof auditRecordSchema>;

/** How many records stay; the oldest go. */
const recordsKept = 50;

/** Writes a record below the folder of reports. */
export function keepRecord(reports: string, record: AuditRecord): void {
  writeFileAtomic(fileOf(reports, record.id), `${JSON.stringify(record, null, 2)}\n`);
  for (const id of idsIn(reports).slice(recordsKept)) rmSync(fileOf(reports, id), { force: true });
}

/** The record of an audit, or undefined when there is none or it is of another version. */
export function readRecord(reports: string, id: string): AuditRecord | undefined {
  if (!auditIdPattern.test(id)) return undefined;
  const text = readIfThere(fileOf(reports, id));
  if (text === undefined) return undefined;
  try {
    return auditRecordSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Audits without a report, newest first: those that a living process waits for, and those that nobody does. */
export function openAudits(reports: string): { followed: AuditRecord[]; interrupted: AuditRecord[] } {
  const open = idsIn(reports)
    .map((id) => readRecord(reports, id))
    .filter((record) => record !== undefined && record.report === undefined)
    .filter((record) => record !== undefined);
  const isFollowed = ({ process }: AuditRecord): boolean => process !== undefined && isAlive(process);
  return { followed: open.filter(isFollowed), interrupted: open.filter((record) => !isFollowed(record)) };
}

/** Ids sort by time. */
function idsIn(reports: string): string[] {
  try {
    const names = readdirSync(join(reports, 'runs')).filter((name) => name.endsWith('.json'));
    return names
      .map((name) => name.slice(0, -5))
      .filter((id) => auditIdPattern.test(id))
      .toSorted()
      .toReversed();
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return [];
    throw error;
  }
}

function fileOf(reports: string, id: string): string {
  return join(reports, 'runs', `${id}.json`);
}
