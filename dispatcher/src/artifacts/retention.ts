import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Holds } from './holds';
import type { Swept } from './space';

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

/** A folder of files, as a sweep sees it. */
export interface SweptFolder {
  folder: string;
  holds: Holds;
  /** Whether a file is an upload under way, which is neither counted nor removed. */
  underWay: (file: string) => boolean;
}

/** Removes what {@link toDrop} names, broken uploads included. Spares what is held, and what was used since it was looked at. */
export async function sweepFolder(
  { folder, holds, underWay }: SweptFolder,
  retention: Retention,
  now: number,
): Promise<Swept> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files: StoredFile[] = [];
  for (const entry of names) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    // Asked before the look: one that ends in between is gone by then.
    const found = underWay(file) ? undefined : await look(file);
    if (found !== undefined) files.push(found);
  }
  let dropped = 0;
  let kept = files.reduce((sum, { size }) => sum + size, 0);
  for (const { file, size, usedAt } of toDrop(files, retention, now)) {
    const gone = await holds.unlessHeld(file, async () => {
      if ((await look(file))?.usedAt !== usedAt) return false;
      await rm(file, { force: true });
      return true;
    });
    if (!gone) continue;
    dropped += 1;
    kept -= size;
  }
  return { dropped, kept };
}

/** The file as it is; undefined when it has gone meanwhile. */
async function look(file: string): Promise<StoredFile | undefined> {
  const found = await stat(file).catch(() => undefined);
  return found === undefined ? undefined : { file, size: found.size, usedAt: found.mtimeMs };
}
