import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import type { Clock } from './clock';
import { isErrno } from './files';

/** Follows a log from its end as it is now, over rotations; yields whole lines until the signal aborts. */
export async function* tail(
  path: string,
  clock: Clock,
  signal: AbortSignal,
  everyMs = 200,
): AsyncGenerator<string, void, undefined> {
  let file = open(path, true);
  let rest = '';
  while (!signal.aborted) {
    file ??= open(path, false);
    if (file !== undefined) {
      const text = readNew(file);
      const lines = (rest + text).split('\n');
      rest = (lines.pop() ?? '').slice(-65_536);
      for (const line of lines) yield line;
      if (text === '' && wasReplaced(path, file)) {
        closeSync(file.fd);
        file = undefined;
        continue;
      }
    }
    await clock.sleep(everyMs, signal);
  }
  if (file !== undefined) closeSync(file.fd);
}

interface Open {
  fd: number;
  inode: number;
  position: number;
}

function open(path: string, atEnd: boolean): Open | undefined {
  try {
    const fd = openSync(path, 'r');
    const { ino: inode, size } = fstatSync(fd);
    return { fd, inode, position: atEnd ? size : 0 };
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function readNew(file: Open): string {
  const buffer = Buffer.alloc(262_144);
  const count = readSync(file.fd, buffer, 0, buffer.length, file.position);
  file.position += count;
  return buffer.toString('utf8', 0, count);
}

function wasReplaced(path: string, { inode }: Open): boolean {
  const now = statSync(path, { throwIfNoEntry: false });
  return now !== undefined && now.ino !== inode;
}
