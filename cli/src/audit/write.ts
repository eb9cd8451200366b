import { mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../local/files';
import { renderPage } from './html/page';
import { auditReportSchema, type AuditReport } from './report';

/** Where a report was written. */
export interface ReportFiles {
  folder: string;
  html: string;
  json: string;
}

/** Writes the report as report.html and report.json. Throws when the report does not fit its own schema. */
export function writeReport(report: AuditReport, folder: string): ReportFiles {
  const checked = auditReportSchema.parse(report);
  mkdirSync(folder, { recursive: true });
  const files = { folder, html: join(folder, 'report.html'), json: join(folder, 'report.json') };
  writeFileAtomic(files.json, `${JSON.stringify(checked, null, 2)}\n`, 0o644);
  writeFileAtomic(files.html, renderPage(checked), 0o644);
  return files;
}

/** How many reports stay; the oldest go. */
const reportsKept = 50;

/** Writes the report into a folder of its own below `reports`, and points `latest` at it. */
export function writeLatest(report: AuditReport, reports: string): ReportFiles {
  const name = `${safeName(report.repository.name)}-${report.created_at.slice(0, 19).replace(/[-:]/g, '').replace('T', '-')}`;
  const files = writeReport(report, join(reports, name));
  const link = join(reports, 'latest');
  const fresh = `${link}.${process.pid}`;
  rmSync(fresh, { force: true });
  symlinkSync(name, fresh);
  renameSync(fresh, link);
  dropOld(reports);
  return files;
}

/** Only folders that are named as ours are, by the time at the end of their name. */
function dropOld(reports: string): void {
  const time = (name: string): string => /-(\d{8}-\d{6})$/.exec(name)?.[1] ?? '';
  const old = readdirSync(reports)
    .filter((name) => time(name) !== '')
    .toSorted((a, b) => time(b).localeCompare(time(a)));
  for (const name of old.slice(reportsKept)) rmSync(join(reports, name), { recursive: true, force: true });
}

/** A repository's name as part of a file name. */
export function safeName(name: string): string {
  return (
    name
      .replace(/[^A-Za-z0-9._-]+/g, '-')
      .replace(/^[.-]+/, '')
      .slice(0, 80) || 'repository'
  );
}
