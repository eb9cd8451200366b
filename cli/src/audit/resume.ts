import { relative, resolve } from 'node:path';
import { CommandError, exitCodes } from '../exit';
import { readIfThere } from '../local/files';
import { openAudits, readRecord, type AuditRecord } from './records';
import { auditReportSchema, type AuditReport } from './report';

/** The command that gathers the report of an audit, as it is typed in the current folder. */
export function resumeCommand(id: string, home: string, from = process.cwd()): string {
  const at = relative(resolve(from), resolve(home));
  return `factory run audit --resume ${id}${at === '' ? '' : ` -C ${quoted(at)}`}`;
}

/**
 * The record of the audit that shall be gathered: the one that is named, whether or not it has a report, else the newest that nobody waits
 * for. Throws a CommandError that says what there is when there is none.
 */
export function recordToResume(reports: string, id: string | undefined): AuditRecord {
  const { followed, interrupted } = openAudits(reports);
  if (id !== undefined) {
    const record = readRecord(reports, id);
    if (record !== undefined) return record;
    throw new CommandError(exitCodes.usage, `--resume: no audit ${id} is known in ${reports}`, {
      hints: others(interrupted),
    });
  }
  const [newest] = interrupted;
  if (newest !== undefined) return newest;
  const [running] = followed;
  throw new CommandError(exitCodes.failed, `there is no interrupted audit in ${reports}`, {
    hints:
      running?.process === undefined
        ? others([])
        : [`The audit ${running.id} goes on: process ${running.process.pid} waits for it.`],
  });
}

/** The report that an audit has already, as long as its file is there. */
export function reportOf({ report, id }: AuditRecord): AuditReport | undefined {
  const text = report === undefined ? undefined : readIfThere(report.json);
  if (text === undefined) return undefined;
  try {
    const parsed = auditReportSchema.safeParse(JSON.parse(text)).data;
    return parsed?.id === id ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function others(interrupted: readonly AuditRecord[]): string[] {
  if (interrupted.length === 0) return ['`factory run audit --repo PATH` begins one.'];
  const shown = interrupted.slice(0, 5).map(({ id, repository }) => `${id} (${repository.name})`);
  return [`Interrupted: ${shown.join(', ')}.`];
}

/** A path as a shell takes it. */
function quoted(path: string): string {
  return /^[\w./@%+=:,-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
