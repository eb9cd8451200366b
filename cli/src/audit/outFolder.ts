import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { CommandError, exitCodes } from '../exit';
import { isErrno } from '../local/files';
import { messageOf, textField } from '../thrown';

/** Makes the folder that a report shall be written to and tries to write there, before the work is done. Throws a CommandError `usage`. */
export function prepareOut(out: string): void {
  if (out.trim() === '') throw new CommandError(exitCodes.usage, '--out: the path is empty');
  const folder = resolve(out);
  try {
    makeFolder(folder);
    const probe = join(folder, `.probe-${process.pid}`);
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    throw new CommandError(
      exitCodes.usage,
      `--out: cannot write in ${folder}: ${textField(error, 'code') ?? messageOf(error)}`,
      { cause: error },
    );
  }
}

/** One folder after the other: where none can be made, such as in /proc, the system's own recursive way may try for ever. */
function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    if (!isErrno(error, 'EEXIST') || !statSync(folder).isDirectory()) throw error;
  }
}
