import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { z } from 'zod';

/** Tells a process from any other that has or had its id: the system gives ids again, but not with the same start time and program. */
export const processIdentitySchema = z.strictObject({
  pid: z.int().min(1),
  /** When it started, in the system's own words; comparable on one machine only. */
  started: z.string(),
  /** Path or name of the program it runs. */
  program: z.string(),
});
export type ProcessIdentity = z.infer<typeof processIdentitySchema>;

/** The identity of a living process; undefined when there is none, or it has ended and only waits for its parent. */
export function identify(pid: number): ProcessIdentity | undefined {
  return process.platform === 'linux' ? identifyByProc(pid) : identifyByPs(pid);
}

/** Whether the very process that was recorded still lives. */
export function isAlive(recorded: ProcessIdentity): boolean {
  const found = identify(recorded.pid);
  return found !== undefined && found.started === recorded.started && found.program === recorded.program;
}

/** Sends a signal to the very process that was recorded; answers whether there was one. */
export function signalProcess(recorded: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isAlive(recorded)) return false;
  try {
    process.kill(recorded.pid, signal);
    return true;
  } catch {
    return false; // it ended in between
  }
}

function identifyByProc(pid: number): ProcessIdentity | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the name before may hold anything
    const [state, startTicks] = [fields[0], fields[19]];
    if (state === undefined || startTicks === undefined || 'ZXx'.includes(state)) return undefined;
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return {
      pid,
      started: `${boot}:${startTicks}`,
      program: readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, ''),
    };
  } catch {
    return undefined;
  }
}

function identifyByPs(pid: number): ProcessIdentity | undefined {
  try {
    const line = execFileSync('ps', ['-o', 'state=,lstart=,comm=', '-p', String(pid)], {
      encoding: 'utf8',
      timeout: 5_000,
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const match = /^\s*(\S+)\s+(\S+ +\S+ +\d+ +[\d:]+ +\d+)\s+(.+?)\s*$/.exec(line);
    const [, state, started, program] = match ?? [];
    if (state === undefined || started === undefined || program === undefined || state.startsWith('Z'))
      return undefined;
    return { pid, started, program };
  } catch {
    return undefined;
  }
}
