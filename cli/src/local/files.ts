import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { textField } from '../thrown';

/** Writes a file whole or not at all, for its owner's eyes only unless `mode` says otherwise; makes its folders. */
export function writeFileAtomic(path: string, text: string, mode = 0o600): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, text, { mode });
  renameSync(temporary, path);
}

/** The text of a file, or undefined when there is none. Other failures are thrown. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR')) return undefined;
    throw error;
  }
}

/** Whether an error of the system has one of the codes. */
export function isErrno(error: unknown, ...codes: readonly string[]): boolean {
  return codes.includes(textField(error, 'code') ?? '');
}
