import { statfsSync } from 'node:fs';

const gibibyte = 1_073_741_824;
const mebibyte = 1_048_576;
/** What programs of one burst may take off the disk. */
const maxTakenBytes = 8 * gibibyte;
/** A disk may have been as full before: what takes less than this of it is not to blame. */
const blamelessBytes = 64 * mebibyte;
/** With less than this free nothing may run, whoever took it. */
const leastBytes = 256 * mebibyte;

/** Bytes of a file system, as an ordinary user may use them. */
export interface DiskSpace {
  total: number;
  available: number;
}

/** What must stay free for the rest of the machine: 5 % of the disk, at least 1 GiB and at most 8 GiB. */
export function reserveBytes(total: number): number {
  return Math.min(Math.max(total / 20, gibibyte), 8 * gibibyte);
}

/** What is wrong with a disk that was `before` when programs started and is `now`; undefined when nothing is. */
export function diskFault(before: DiskSpace, now: DiskSpace): string | undefined {
  const taken = before.available - now.available;
  if (taken > maxTakenBytes)
    return `more than ${maxTakenBytes / mebibyte} MiB of the workspace\u2019s disk taken at once`;
  const full = now.available < leastBytes || (now.available < reserveBytes(now.total) && taken > blamelessBytes);
  return full
    ? `the workspace\u2019s disk is nearly full (${Math.floor(now.available / mebibyte)} MiB free)`
    : undefined;
}

/** The space of the file system that holds a folder; undefined when it cannot be told. */
export function diskSpace(folder: string): DiskSpace | undefined {
  try {
    const { bsize, blocks, bavail } = statfsSync(folder);
    return { total: bsize * blocks, available: bsize * bavail };
  } catch {
    return undefined;
  }
}

/** Watches the disk while programs run: `start` when the first one starts, `fault` as often as wanted. */
export class DiskWatch {
  #before: DiskSpace | undefined;

  constructor(private readonly look: () => DiskSpace | undefined) {}

  start(): void {
    this.#before = this.look();
  }

  fault(): string | undefined {
    const now = this.look();
    return now === undefined || this.#before === undefined ? undefined : diskFault(this.#before, now);
  }
}
