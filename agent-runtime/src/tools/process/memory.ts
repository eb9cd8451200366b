import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { totalmem } from 'node:os';
import { mappedBytes, memoryFolders, type MemoryFolder } from './tmpfs';

/** Bytes of memory that the programs of a session may hold: as asked, else 4 GiB, but not more than half of the machine. */
export function memoryLimit(asked: number | null | undefined): number {
  return asked ?? Math.min(4 * 1_073_741_824, Math.floor(totalmem() / 2));
}

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

/** What the memory is counted from. Tests set their own. */
export interface MemorySource {
  /** The text of a file; empty when its process is gone or does not let itself be read. */
  read: (path: string) => string;
  folders: () => readonly MemoryFolder[];
}

/** The maps of one process, and those of all, are read to here: whoever makes more of them is counted as if it mapped no files. */
const mapsBytes = { each: 4_194_304, all: 33_554_432 } as const;

const system: MemorySource = {
  read(path) {
    try {
      return path.endsWith('/smaps') ? readStart(path, mapsBytes.each) : readFileSync(path, 'latin1');
    } catch {
      return '';
    }
  },
  folders: memoryFolders,
};

/**
 * Bytes of memory that processes hold beside the pages of files on disk: their own, shared memory, and the files of /tmp and /dev/shm where
 * these are in memory. What several share, and files that are mapped, count once, but to know that is dear, so it is looked up only when the
 * simpler sum, which counts them for each, passes `limit`.
 */
export function memoryOf(pids: readonly string[], limit: number, { read, folders }: MemorySource = system): number {
  const inFolders = folders();
  const files = sumOf(inFolders, ({ used }) => used);
  const held = pids.map((pid) => ({
    pid,
    bytes: kilobyteLines(read(`/proc/${pid}/status`), ['RssAnon', 'RssShmem']) ?? 0,
  }));
  const simple = files + sumOf(held, ({ bytes }) => bytes);
  if (simple <= limit) return simple;
  const shares = held.map(({ pid, bytes }) => ({
    pid,
    bytes: kilobyteLines(read(`/proc/${pid}/smaps_rollup`), ['Pss_Anon', 'Pss_Shmem']) ?? bytes,
  }));
  const shared = files + sumOf(shares, ({ bytes }) => bytes);
  if (shared <= limit || files === 0) return shared;
  const devices = new Set(inFolders.map(({ device }) => device));
  let left = mapsBytes.all;
  const twice = sumOf(shares, ({ pid, bytes }) => {
    const smaps = left > 0 ? read(`/proc/${pid}/smaps`) : '';
    left -= smaps.length;
    return Math.min(bytes, mappedBytes(smaps, devices));
  });
  return shared - twice;
}

function sumOf<T>(items: readonly T[], bytesOf: (item: T) => number): number {
  return items.reduce((sum, item) => sum + bytesOf(item), 0);
}

/** A file of /proc up to so many bytes; empty when there is more. */
function readStart(path: string, most: number): string {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.allocUnsafe(most + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length <= most; length += read)
      read = readSync(file, bytes, length, most + 1 - length, null);
    return length > most ? '' : bytes.toString('latin1', 0, length);
  } finally {
    closeSync(file);
  }
}
