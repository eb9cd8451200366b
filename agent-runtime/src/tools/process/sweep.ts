import { readdir, readFile } from 'node:fs/promises';

/** The variable that marks every process of a session and of a call: `{session}` or `{session}.{call}`. */
export const markerVariable = 'FACTORY_CALL';

const rounds = 20;

async function processIds(): Promise<number[]> {
  const names = await readdir('/proc').catch((): string[] => []);
  return names.filter((name) => /^\d+$/.test(name)).map(Number);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // already gone, or not ours
  }
}

/** Whether an environment block carries the mark, or that of a call of the marked session. */
export function carriesMark(environment: string, mark: string): boolean {
  return (
    `\0${environment}`.includes(`\0${markerVariable}=${mark}\0`) ||
    `\0${environment}`.includes(`\0${markerVariable}=${mark}.`)
  );
}

/**
 * Kills every process that carries the mark, however it left its process group; one that also cleared its environment is
 * not found here (in a sandbox of its own it dies with the sandbox). Linux only: elsewhere it finds nothing. `except` is spared.
 */
export async function sweepMarked(mark: string, except?: number): Promise<void> {
  // Repeated, since a process may fork between the look and the kill.
  for (let round = 0; round < rounds; round += 1) {
    const pids = (await processIds()).filter((pid) => pid !== except && pid !== process.pid);
    const marked: number[] = [];
    for (const pid of pids) {
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => ''); // gone, or another user's
      if (carriesMark(environment, mark)) marked.push(pid);
    }
    if (marked.length === 0) return;
    marked.forEach(kill);
  }
}

/** Kills processes that lost their parent to the sandbox's first process. Only for a process namespace of our own with no call running. */
export async function sweepOrphans(): Promise<void> {
  for (const pid of await processIds()) {
    if (pid === 1 || pid === process.pid) continue;
    const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    // The name in parentheses may hold anything: the fields start after the last one.
    const parent = Number(status.slice(status.lastIndexOf(')') + 2).split(' ')[1]);
    if (parent === 1) kill(pid);
  }
}
