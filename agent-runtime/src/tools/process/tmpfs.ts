import { statfsSync, statSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A file system in memory. */
export interface MemoryFolder {
  path: string;
  /** `major:minor`, as /proc names it. */
  device: string;
  /** Bytes that its files take, and about what the kernel keeps for each, however empty. */
  used: number;
}

const tmpfsType = 0x01021994;
const inodeBytes = 1_024;

/** The folders whose files are memory: those of the given ones that are a tmpfs, each once. One that cannot be asked is left out. */
export function memoryFolders(paths: readonly string[] = ['/tmp', '/dev/shm']): MemoryFolder[] {
  const found = new Map<string, MemoryFolder>();
  for (const path of paths) {
    try {
      const { type, bsize, blocks, bfree, files, ffree } = statfsSync(path);
      const device = deviceName(statSync(path, { bigint: true }).dev);
      if (type !== tmpfsType) continue;
      found.set(device, { path, device, used: (blocks - bfree) * bsize + (files - ffree) * inodeBytes });
    } catch {
      // there is no such folder
    }
  }
  return [...found.values()];
}

/** Empties folders whose files alone are more than `limit` bytes, since else no program could run any more. What cannot be removed stays. */
export async function emptyBeyond(limit: number, folders: readonly MemoryFolder[] = memoryFolders()): Promise<void> {
  if (folders.reduce((sum, { used }) => sum + used, 0) <= limit) return;
  for (const { path } of folders)
    for (const name of await readdir(path).catch((): string[] => []))
      await rm(join(path, name), { recursive: true, force: true }).catch(() => undefined); // counted, and tried again at the next look
}

/** A device number of stat as /proc/{pid}/smaps writes it. */
export function deviceName(dev: bigint): string {
  const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & 0xfffff000n);
  const minor = (dev & 0xffn) | ((dev >> 12n) & 0xffffff00n);
  return `${major.toString(16).padStart(2, '0')}:${minor.toString(16).padStart(2, '0')}`;
}

/** Bytes of files on these devices that a process holds as mapped, by its /proc/{pid}/smaps: its share where several map them, without what it has changed for itself. */
export function mappedBytes(smaps: string, devices: ReadonlySet<string>): number {
  let counts = false;
  let kilobytes = 0;
  let share = 0;
  for (const line of smaps.split('\n')) {
    const device = /^[0-9a-f]+-[0-9a-f]+ \S+ [0-9a-f]+ ([0-9a-f]+:[0-9a-f]+) /.exec(line)?.[1];
    if (device !== undefined) {
      counts = devices.has(device);
      share = 0;
    } else if (counts) {
      const [, name, size] = /^(Pss|Anonymous):\s*(\d+) kB$/.exec(line) ?? [];
      if (name === 'Pss') share = Number(size);
      else if (name === 'Anonymous') kilobytes += Math.max(0, share - Number(size));
    }
  }
  return kilobytes * 1_024;
}
