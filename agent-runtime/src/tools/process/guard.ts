import { readdirSync, readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { toolFailed } from '../workspace/paths';

const intervalMs = 200;
const maxProcesses = 1_024;
const pageBytes = 4_096;
const defaultBytes = Math.min(4 * 1_073_741_824, Math.floor(totalmem() / 2));

/** What bounds the programs of a session. */
export interface ProgramLimits {
  /** Whether the session has a process namespace of its own. */
  pidNamespace: boolean;
  /** null: min(4 GiB, half of the machine). */
  memoryBytes: number | null;
}

/** Private resident bytes of a process; 0 when it is gone. */
function privateBytes(pid: string): number {
  try {
    const [, resident = '0', shared = '0'] = readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ');
    return (Number(resident) - Number(shared)) * pageBytes;
  } catch {
    return 0;
  }
}

/**
 * Keeps the programs of a process namespace within 1,024 processes and their memory, looked
 * at every 200 ms while programs run; past it, all of them are killed. The kernel's own limit on processes does not hold
 * for root and its memory limit is one for each process. Without a namespace of its own it does nothing.
 */
export class ProcessGuard {
  #inside = 0;
  #timer: NodeJS.Timeout | undefined;
  #tripped = new AbortController();

  readonly #maxBytes: number;

  constructor(private readonly limits: ProgramLimits) {
    this.#maxBytes = limits.memoryBytes ?? defaultBytes;
  }

  /** A program starts. The signal fires when all programs were killed. */
  enter(): AbortSignal {
    this.#inside += 1;
    if (this.limits.pidNamespace) this.#timer ??= setInterval(() => this.#look(), intervalMs);
    return this.#tripped.signal;
  }

  leave(): void {
    this.#inside -= 1;
    if (this.#inside === 0) this.stop();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    const pids = readdirSync('/proc').filter((name) => /^\d/.test(name));
    const fault =
      pids.length > maxProcesses
        ? `more than ${maxProcesses} processes`
        : pids.reduce((sum, pid) => sum + privateBytes(pid), 0) > this.#maxBytes
          ? `more than ${Math.round(this.#maxBytes / 1_048_576)} MiB of memory`
          : undefined;
    if (fault === undefined) return;
    try {
      process.kill(-1, 'SIGKILL'); // all of the namespace but its first process and this one
    } catch {
      // all gone already
    }
    const tripped = this.#tripped;
    this.#tripped = new AbortController();
    tripped.abort(toolFailed(`${fault}: every program of the session was killed`));
  }
}
