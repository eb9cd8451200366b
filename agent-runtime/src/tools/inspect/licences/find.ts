import type { Context } from '../core/context';
import type { FileEntry } from '../core/fileIndex';
import { licenceId, licenceIds } from './names';
import { licencesIn } from './texts';

/** A licence file and what is in it. */
export interface LicenceFile {
  file: FileEntry;
  /** SPDX ids; empty when the text is not one that is known. */
  ids: string[];
}

const licenceName = /^(?:(?:mit|apache|bsd|gpl|lgpl)[-_.])?(?:un)?(?:licen[cs]e|copying|copyright)s?(?:[-.].*)?$/i;
const codeExtensions = new Set([
  'js',
  'ts',
  'py',
  'go',
  'rs',
  'c',
  'h',
  'java',
  'rb',
  'php',
  'json',
  'yml',
  'yaml',
  'tmpl',
  'html',
  'css',
  'sh',
  'mjs',
  'cjs',
  'tsx',
  'jsx',
  'cs',
  'lock',
]);

/** Whether a path is that of a licence text. */
export function isLicenceFile(file: FileEntry): boolean {
  if (file.kind !== 'file' || codeExtensions.has(file.ext)) return false;
  if (/(?:^|\/)LICENSES$/.test(file.dir) && (file.ext === 'txt' || file.ext === 'md')) return true;
  return licenceName.test(file.name) && file.size < 500_000;
}

/** Licence files of the project (not of vendored code, tests and examples), those of the root first. */
export function findLicenceFiles(context: Context): LicenceFile[] {
  return context.files
    .filter((file) => isLicenceFile(file) && !file.vendored && !file.test && !file.example && !file.generated)
    .map((file) => ({ file, ids: idsOf(file, context.reader.text(file) ?? '') }))
    .sort((a, b) => a.file.dir.length - b.file.dir.length);
}

function idsOf(file: FileEntry, text: string): string[] {
  if (/(?:^|\/)debian$/.test(file.dir) && file.name === 'copyright') return debianLicences(text);
  if (/(?:^|\/)LICENSES$/.test(file.dir)) {
    const id = licenceId(file.name.replace(/\.(?:txt|md)$/i, ''));
    if (id !== undefined) return [id];
  }
  return licencesIn(text);
}

/** Short names of a machine-readable debian/copyright. */
function debianLicences(text: string): string[] {
  const ids = new Set<string>();
  for (const [, names = ''] of text.matchAll(/^License:[ \t]*(.{1,200})$/gm))
    for (const id of licenceIds(names.replace(/-clause/gi, '-Clause'))) ids.add(id);
  return [...ids];
}

/** The expression of an `SPDX-License-Identifier` near the top of a file. */
export function spdxHeader(text: string): string | undefined {
  const match = /SPDX-License-Identifier:[ \t]*([^\n]{1,200})/.exec(text.slice(0, 3_000));
  const expression = match?.[1]?.replace(/(?:\*\/|-->|["'`]).*$/, '').trim();
  return expression !== undefined && /^[A-Za-z0-9(]/.test(expression) ? expression : undefined;
}
