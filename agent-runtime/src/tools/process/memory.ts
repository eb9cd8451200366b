import { readFileSync } from 'node:fs';

/** The sum of some `Name: n kB` lines of a file of /proc, in bytes; undefined when one of them is missing. */
export function kilobyteLines(text: string, names: readonly string[]): number | undefined {
  let sum = 0;
  for (const name of names) {
    const found = new RegExp(`^${name}:\\s*(\\d+) kB$`, 'm').exec(text)?.[1];
    if (found === undefined) return undefined;
    sum += Number(found) * 1_024;
  }
  return sum;
}

type Read = (path: string) => string;

/** The text of a file; empty when its process is gone or does not let itself be read. */
function readQuietly(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

/**
 * Bytes of memory that processes hold beside the pages of files: their own and shared memory. What several share counts
 * once, but to know that is dear, so it is looked up only when the simple sum, which counts it for each, passes `limit`.
 */
export function memoryOf(pids: readonly string[], limit: number, read: Read = readQuietly): number {
  const resident = pids.map((pid) => kilobyteLines(read(`/proc/${pid}/status`), ['RssAnon', 'RssShmem']) ?? 0);
  const simple = resident.reduce((sum, bytes) => sum + bytes, 0);
  if (simple <= limit) return simple;
  return pids.reduce((sum, pid, index) => {
    const share = kilobyteLines(read(`/proc/${pid}/smaps_rollup`), ['Pss_Anon', 'Pss_Shmem']);
    return sum + (share ?? resident[index] ?? 0);
  }, 0);
}
