import { topFindings } from '../audit/html/findings';
import { retriedAttempts, type AuditReport } from '../audit/report';
import type { ReportFiles } from '../audit/write';
import { clean, paint } from '../output/ui';

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
