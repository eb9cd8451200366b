import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';

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

/** Removes what {@link toDrop} names, broken uploads included; answers how many files went. */
export async function sweepFolder(folder: string, retention: Retention, now: number): Promise<number> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files: StoredFile[] = [];
  for (const entry of names) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const found = await stat(file).catch(() => undefined); // it may have gone meanwhile
    if (found !== undefined) files.push({ file, size: found.size, usedAt: found.mtimeMs });
  }
  const dropped = toDrop(files, retention, now);
  for (const { file } of dropped) await rm(file, { force: true });
  return dropped.length;
}
