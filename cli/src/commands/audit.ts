import { topFindings } from '../audit/html/findings';
import { retriedAttempts, type AuditReport } from '../audit/report';
import type { Repository } from '../audit/repository';
import { runAudit } from '../audit/run';
import { writeLatest, writeReport, type ReportFiles } from '../audit/write';
import type { FactoryClient } from '../client/factory';
import { interrupted } from '../context';
import { programVersion } from '../local/programRoot';
import { progressLine, type JobProgress } from '../output/progress';
import { clean, paint, type Ui } from '../output/ui';
import { countOf } from '../config/load';
import { textField } from '../thrown';

export interface AuditCommand {
  client: FactoryClient;
  repository: Repository;
  runTests: boolean;
  /** Folder for the report; without it, one of its own below `reports`. */
  out?: string | undefined;
  reports: string;
  readySeconds?: number;
  signal: AbortSignal;
}

/** Runs the audit for a person or a script: progress, the report on disk, the summary. Throws `interrupted` on Ctrl-C; the tasks then remain. */
export async function auditWithProgress(
  ui: Ui,
  { out, reports, ...options }: AuditCommand,
): Promise<{ report: AuditReport; files: ReportFiles }> {
  let auditId: string | undefined;
  const drawing = drawProgress(ui);
  try {
    ui.status('Packing the repository…');
    const report = await runAudit({
      ...options,
      factoryVersion: programVersion(),
      onAccepted: (id) => (auditId = id),
      onProgress: drawing.show,
      onSection: ({ type, state, section, seconds }) => {
        if (!ui.redraws)
          ui.say(
            `  ${type.padEnd(12)} ${state}${seconds === undefined ? '' : ` in ${seconds.toFixed(1)} s`}${section === undefined ? '' : `, ${countOf(section.findings_total, 'finding')}`}`,
          );
      },
    });
    return { report, files: out === undefined ? writeLatest(report, reports) : writeOut(ui, report, out, reports) };
  } catch (error) {
    if (!options.signal.aborted) throw error;
    throw interrupted(
      auditId === undefined ? [] : [`Its tasks are accepted and will be done: factory tasks --label audit=${auditId}`],
    );
  } finally {
    drawing.stop();
  }
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

/** Draws how far the job is, five times a second, so that its time is seen to pass. */
function drawProgress(ui: Ui): { show: (progress: JobProgress) => void; stop: () => void } {
  let shown: { progress: JobProgress; at: number } | undefined;
  const draw = (): void => {
    if (shown === undefined) return;
    const elapsedMs = shown.progress.elapsedMs + performance.now() - shown.at;
    ui.status(progressLine({ ...shown.progress, elapsedMs }, ui.columns - 1));
  };
  const ticking = setInterval(draw, 200);
  return {
    show: (progress) => {
      shown = { progress, at: performance.now() };
      draw();
    },
    stop: () => {
      clearInterval(ticking);
      ui.status('');
    },
  };
}

/** The end of an audit in a few lines. */
export function auditSummary(report: AuditReport, files: ReportFiles): string {
  const { findings, repository, times } = report;
  const counts = (['critical', 'high', 'medium', 'low'] as const)
    .map((severity) => `${findings[severity]} ${severity}`)
    .join(', ');
  const failed = report.sections
    .filter(({ state }) => state === 'failed' || state === 'cancelled')
    .map(({ type }) => type);
  const retried = retriedAttempts(report);
  return [
    `${paint('bold', `audit of ${repository.files} files in ${times.total_seconds.toFixed(1)} s`, process.stdout)}: ${counts}`,
    ...topFindings(report, 5, 1).map(
      ({ severity, title, path, line }) =>
        `  ${severity.padEnd(8)} ${clean(title)}${path === undefined ? '' : ` (${clean(path)}${line === undefined ? '' : `:${line}`})`}`,
    ),
    ...(failed.length > 0
      ? [paint('red', `Not done: ${failed.join(', ')}; the report says why.`, process.stdout)]
      : []),
    ...(retried.length > 0
      ? [`Retried: ${retried.map(({ type, agent, outcome }) => `${type} (${outcome} on ${agent})`).join(', ')}`]
      : []),
    `Report: ${files.html}`,
  ].join('\n');
}

/** The end of an audit for a script. */
export function auditAnswer(report: AuditReport, { html, json }: ReportFiles): object {
  const failed = report.sections
    .filter(({ state }) => state === 'failed' || state === 'cancelled')
    .map(({ type }) => type);
  return {
    audit: report.id,
    html,
    json,
    findings: report.findings,
    seconds: report.times.total_seconds,
    files: report.repository.files,
    failed,
    retried: retriedAttempts(report),
  };
}
