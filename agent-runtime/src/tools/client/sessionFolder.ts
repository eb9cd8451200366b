import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** sun_path holds 104 bytes on macOS, and names of ours are added to the folder. */
const maxParentLength = 60;
/** Younger ones are left alone: with a shared folder the number may be that of a process we cannot see. */
const staleMs = 3_600_000;

let swept = false;

/** Where sessions keep their sockets; short, since the path of a socket is. */
function parentFolder(): string {
  return tmpdir().length > maxParentLength ? '/tmp' : tmpdir();
}

/** A private folder for one session, named after this process. The first one of a process removes what killed agents left. */
export async function makeSessionFolder(): Promise<string> {
  const parent = parentFolder();
  if (!swept) {
    swept = true;
    await removeStale(parent);
  }
  return mkdtemp(join(parent, `af-${process.pid}-`));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Removes folders of sessions whose agent is dead for an hour or more. */
export async function removeStale(parent: string, now = Date.now()): Promise<void> {
  for (const name of await readdir(parent).catch((): string[] => [])) {
    const pid = /^af-(\d+)-\w{6}$/.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const path = join(parent, name);
    const stats = await stat(path).catch(() => undefined);
    if (stats === undefined || stats.uid !== process.getuid?.() || now - stats.mtimeMs < staleMs) continue;
    await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}
