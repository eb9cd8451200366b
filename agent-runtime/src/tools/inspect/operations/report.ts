import type { Severity } from '@agent-factory/contract';
import type { Context } from '../core/context';
import type { FileEntry } from '../core/fileIndex';

/** A file that runs, builds or deploys something. */
interface OperationsFile {
  kind: string;
  file: FileEntry;
  what: string;
}

/** Collects what the operations aspect finds. */
export interface Report {
  context: Context;
  files: OperationsFile[];
}

/** Adds a finding; in tests and examples it is worth at most info. */
export function report(
  { context }: Report,
  file: FileEntry,
  line: number | undefined,
  rule: string,
  severity: Severity,
  title: string,
  detail: string,
  advice: string,
): void {
  const practice = file.test || file.example;
  context.section.finding({
    rule,
    severity: practice ? 'info' : severity,
    title,
    path: file.path,
    line,
    detail,
    advice,
  });
}

/** Whether an image name fixes neither a tag nor a digest, or takes the tag latest. Names with variables are left alone. */
export function imageMoves(image: string): boolean {
  if (/[${}<>%\s]/.test(image) || image === '' || image === 'scratch' || image.includes('@')) return false;
  if (/[A-Z]/.test(image.split(':', 1)[0] ?? '')) return false; // image names have no capitals: a word that a build script fills in
  const last = image.slice(image.lastIndexOf('/') + 1);
  return !last.includes(':') || last.endsWith(':latest');
}

/** Whether a name sounds like a secret and the value is a literal that is not a placeholder, a path or a reference. */
export function literalSecret(name: string, value: string): boolean {
  if (!/(?:password|passwd|secret|token|api_?key|private_?key|access_?key|credential)/i.test(name)) return false;
  if (/(?:_file|_path|_name|_url|_uri|_type|_header|_length|_ttl|_expir\w*|_enabled|_id|_secret_name)$/i.test(name))
    return false;
  return (
    value.length >= 3 &&
    !/^[\s$<{%/.]|\$\{|^(?:true|false|null|none|changeme|change_me|your[-_ ]|xxx|placeholder|dummy|example|\d{1,4}$)/i.test(
      value,
    )
  );
}
