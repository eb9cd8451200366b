import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Holds } from './holds';

/** How long and how much is kept. */
export interface Retention {
  /** Milliseconds since last use. */
  maxAgeMs: number;
  /** Bytes of all artifacts together. */
  maxTotalBytes: number;
}

export interface StoredFile {
  file: string;
  size: number;
  /** Milliseconds since 1970. */
  usedAt: number;
}

/** Which files are to go: those unused for too long, then, oldest use first, as many as bring the rest below the total. */
export function toDrop(
  files: readonly StoredFile[],
  { maxAgeMs, maxTotalBytes }: Retention,
  now: number,
): StoredFile[] {
  const newestFirst = [...files].sort((a, b) => b.usedAt - a.usedAt);
  let total = 0;
  return newestFirst.filter(({ size, usedAt }) => {
    if (now - usedAt > maxAgeMs) return true;
    total += size;
    return total > maxTotalBytes;
  });
}

/**
 * Removes what {@link toDrop} names, broken uploads included, and answers how many files went. Spares what is held, such as an upload in
 * progress, and what was used since it was looked at.
 */
export async function sweepFolder(folder: string, retention: Retention, now: number, holds: Holds): Promise<number> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files: StoredFile[] = [];
  for (const entry of names) {
    if (!entry.isFile()) continue;
    const found = await look(path.join(entry.parentPath, entry.name));
    if (found !== undefined) files.push(found);
  }
  let dropped = 0;
  for (const { file, usedAt } of toDrop(files, retention, now)) {
    const gone = await holds.unlessHeld(file, async () => {
      if ((await look(file))?.usedAt !== usedAt) return false;
      await rm(file, { force: true });
      return true;
    });
    if (gone) dropped += 1;
  }
  return dropped;
}

/** The file as it is; undefined when it has gone meanwhile. */
async function look(file: string): Promise<StoredFile | undefined> {
  const found = await stat(file).catch(() => undefined);
  return found === undefined ? undefined : { file, size: found.size, usedAt: found.mtimeMs };
}
