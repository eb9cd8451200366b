import { dirname, resolve } from 'node:path';
import { FactoryError } from '@agent-factory/contract';
import { gatherAudit, type GatherOptions } from '../audit/gather';
import { keepRecord, type AuditRecord } from '../audit/records';
import type { AuditReport } from '../audit/report';
import type { Repository } from '../audit/repository';
import { reportOf, resumeCommand } from '../audit/resume';
import { runAudit } from '../audit/run';
import { writeLatest, writeReport, type ReportFiles } from '../audit/write';
import type { FactoryClient } from '../client/factory';
import { countOf } from '../config/load';
import { interrupted } from '../context';
import { CommandError, exitCodes } from '../exit';
import { identify } from '../local/identity';
import { programVersion } from '../local/programRoot';
import { drawProgress } from '../output/progress';
import type { Ui } from '../output/ui';
import { messageOf, textField } from '../thrown';

/** What both ways to a report have in common. */
interface Gathering {
  /** Asked for when tasks are needed. */
  client: () => FactoryClient;
  /** Folder for the report; without it, one of its own below `reports`. */
  out?: string | undefined;
  reports: string;
  signal: AbortSignal;
}

export interface AuditCommand extends Gathering {
  repository: Repository;
  runTests: boolean;
  readySeconds?: number;
}

/** A report and where it lies. */
export interface Audited {
  report: AuditReport;
  files: ReportFiles;
}

/** Runs the audit for a person or a script: progress, the report on disk. Throws `interrupted` on Ctrl-C; the tasks then remain. */
export function auditWithProgress(ui: Ui, { out, client, ...options }: AuditCommand): Promise<Audited> {
  ui.status('Packing the repository…');
  const folder = out === undefined ? undefined : resolve(out);
  return gathering(ui, { ...options, out: folder }, (common) =>
    runAudit({ ...options, ...common, client: client(), out: folder }),
  );
}

/**
 * Gathers the report of an audit that another command began: waits for tasks that have not ended, has those done that were not submitted. One
 * that has its report already is not gathered again. Throws a CommandError when its tasks are gone.
 */
export async function resumeWithProgress(ui: Ui, record: AuditRecord, options: Gathering): Promise<Audited> {
  const report = reportOf(record);
  if (report !== undefined && record.report !== undefined)
    return { report, files: options.out === undefined ? record.report : writeReport(report, resolve(options.out)) };
  const out = options.out === undefined ? record.out : resolve(options.out);
  try {
    return await gathering(ui, { ...options, out }, (common) =>
      gatherAudit(structuredClone(record), { ...common, client: options.client() }),
    );
  } catch (error) {
    if (!(error instanceof FactoryError) || error.code !== 'TASK_NOT_FOUND') throw error;
    throw new CommandError(exitCodes.failed, `tasks of the audit ${record.id} are not in this factory (any more)`, {
      hints: [
        'Results are kept for a week unless limits.result_age_ms says otherwise, and with the .factory folder they go.',
        `\`factory run audit --repo ${record.repository.path}\` begins anew.`,
      ],
      cause: error,
    });
  }
}

type Common = Pick<GatherOptions, 'factoryVersion' | 'signal' | 'onRecord' | 'onProgress' | 'onSection'>;

/** Draws the progress, keeps the record for a later command as long as there is no report, writes the report. */
async function gathering(
  ui: Ui,
  { out, reports, signal }: Omit<Gathering, 'client'>,
  gather: (common: Common) => Promise<AuditReport>,
): Promise<Audited> {
  let record: AuditRecord | undefined;
  let told = false;
  const keep = (change: Pick<AuditRecord, 'process' | 'report'>): void => {
    try {
      if (record !== undefined) keepRecord(reports, { ...record, ...change });
    } catch (error) {
      // An audit that cannot be resumed is still one.
      if (!told) ui.warn(`After an interruption this audit could not be gathered: ${messageOf(error)}`);
      told = true;
    }
  };
  const drawing = drawProgress(ui);
  try {
    const report = await gather({
      factoryVersion: programVersion(),
      signal,
      onRecord: (grown) => {
        record = grown;
        keep({ process: identify(process.pid), report: undefined });
      },
      onProgress: drawing.show,
      onSection: ({ type, state, section, seconds }) => {
        if (!ui.redraws)
          ui.say(
            `  ${type.padEnd(12)} ${state}${seconds === undefined ? '' : ` in ${seconds.toFixed(1)} s`}${section === undefined ? '' : `, ${countOf(section.findings_total, 'finding')}`}`,
          );
      },
    });
    const files = out === undefined ? writeLatest(report, reports) : writeOut(ui, report, out, reports);
    keep({ process: undefined, report: files });
    return { report, files };
  } catch (error) {
    keep({ process: undefined, report: undefined });
    if (!signal.aborted) throw error;
    throw interrupted(record === undefined ? [] : leftHints(record, dirname(dirname(reports))));
  } finally {
    drawing.stop();
  }
}

/** What a person can do about an audit that was interrupted. */
function leftHints({ id, tasks }: AuditRecord, home: string): string[] {
  const accepted = `Its tasks are accepted and will be done: factory tasks --label audit=${id}`;
  return [...(tasks.length > 0 ? [accepted] : []), `Its report, once they are: ${resumeCommand(id, home)}`];
}

/** Writes into the folder asked for; when that has become impossible during the work, to where reports go without one. */
export function writeOut(ui: Pick<Ui, 'warn'>, report: AuditReport, out: string, reports: string): ReportFiles {
  try {
    return writeReport(report, out);
  } catch (error) {
    const code = textField(error, 'code');
    if (code === undefined) throw error; // no error of the system: it would fail there too
    const files = writeLatest(report, reports);
    ui.warn(`--out: cannot write in ${out}: ${code}. The report is in ${files.folder} instead.`);
    return files;
  }
}
