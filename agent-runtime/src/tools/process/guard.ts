import { readdirSync } from 'node:fs';
import { toolFailed } from '../workspace/paths';
import { diskSpace, DiskWatch } from './disk';
import { memoryLimit, memoryOf } from './memory';
import { emptyBeyond } from './tmpfs';

const intervalMs = 200;
const maxProcesses = 1_024;

/** What bounds the programs of a session. */
export interface ProgramLimits {
  /** Whether the session has a process namespace of its own. */
  pidNamespace: boolean;
  /** See {@link memoryLimit}. */
  memoryBytes: number | null;
  /** The folder whose disk is watched. */
  workspace: string;
}

/**
 * Keeps the programs of a process namespace within 1,024 processes, their memory and a share of the disk, looked
 * at every 200 ms while programs run; past it, all of them are killed, and files in memory that alone are too much are removed. The kernel's own limit on processes does not hold
 * for root and its memory limit is one for each process. Without a namespace of its own it does nothing.
 */
export class ProcessGuard {
  #inside = 0;
  #timer: NodeJS.Timeout | undefined;
  #tripped = new AbortController();

  readonly #maxBytes: number;
  readonly #disk: DiskWatch;

  constructor(private readonly limits: ProgramLimits) {
    this.#maxBytes = memoryLimit(limits.memoryBytes);
    this.#disk = new DiskWatch(() => diskSpace(limits.workspace));
  }

  /** A program starts. The signal fires when all programs were killed. */
  enter(): AbortSignal {
    this.#inside += 1;
    if (this.#inside === 1 && this.limits.pidNamespace) this.#disk.start();
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
        : memoryOf(pids, this.#maxBytes) > this.#maxBytes
          ? `more than ${Math.round(this.#maxBytes / 1_048_576)} MiB of memory, files in /tmp and /dev/shm included`
          : this.#disk.fault();
    if (fault === undefined) return;
    try {
      process.kill(-1, 'SIGKILL'); // all of the namespace but its first process and this one
    } catch {
      // all gone already
    }
    void emptyBeyond(this.#maxBytes);
    const tripped = this.#tripped;
    this.#tripped = new AbortController();
    tripped.abort(toolFailed(`${fault}: every program of the session was killed`));
  }
}
