import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { FactoryError } from '@agent-factory/contract';
import type { Launch } from '../../confinement/launch';
import { sweepMarked } from '../process/sweep';
import { forwardLines } from './lines';
import { readyLine } from './readyLine';

const graceMs = 2_000;
const keptLines = 12;

function signalQuietly(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, signal);
  } catch {
    // already gone
  }
}

/** One tools process: started, heard, and killed with everything below it. */
export class ToolsProcess {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  #sandboxPid: number | undefined;
  readonly #lines: string[] = [];
  #ended: string | undefined;

  constructor(
    readonly launch: Launch,
    private readonly session: string,
    onLog: (line: string) => void,
  ) {
    this.#child = spawn(launch.command, launch.args, {
      cwd: '/',
      env: launch.env,
      detached: true,
      stdio: [
        'ignore',
        'pipe',
        'pipe',
        ...(launch.hiddenArguments === undefined ? [] : (['pipe', 'pipe'] as const)),
        ...(launch.seccomp === undefined ? [] : (['pipe'] as const)),
      ],
    });
    this.#child.on('error', (error) => (this.#ended ??= error.message));
    this.#child.on('exit', (code, signal) => (this.#ended ??= signal === null ? `exit code ${code}` : signal));
    this.#closed = once(this.#child, 'close').catch(() => undefined);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream === null) continue;
      forwardLines(stream, (line) => {
        if (line === readyLine) return;
        if (this.#lines.length < keptLines) this.#lines.push(line);
        onLog(line);
      });
    }
    this.#serveBubblewrap();
  }

  /** Resolves when the process listens; throws a FactoryError when it ends first or the time is up. */
  async ready(timeoutMs: number): Promise<void> {
    const listening = new Promise<void>((resolve) => {
      if (this.#child.stdout !== null)
        forwardLines(this.#child.stdout, (line) => {
          if (line === readyLine) resolve();
        });
    });
    const timer = new AbortController();
    const late = new Promise<string>((resolve) => {
      const handle = setTimeout(() => resolve(`no answer in ${timeoutMs} ms`), timeoutMs);
      timer.signal.addEventListener('abort', () => clearTimeout(handle));
    });
    const fault = await Promise.race([listening, late, this.#closed.then(() => this.ending())]);
    timer.abort();
    if (typeof fault !== 'string') return;
    await this.kill();
    throw new FactoryError('TOOL_FAILED', `the tools process did not start: ${fault}`);
  }

  /** How it ended and what it said first (a stack trace starts with what matters), for an error message. */
  ending(): string {
    return [this.#ended ?? 'it is running', ...this.#lines].join('; ').slice(0, 1_000);
  }

  /** Kills it and all that it started; resolves when they are gone. */
  async kill(): Promise<void> {
    if (this.launch.pidNamespace && this.#ended === undefined) {
      // The first process of the sandbox takes all others with it, and bwrap waits for it: its end is the end of all.
      // Once bwrap itself has ended the kernel has killed them already, and the number may belong to a stranger.
      signalQuietly(this.#sandboxPid ?? this.#child.pid, 'SIGKILL');
    }
    const gone = await this.#closedWithin(this.launch.pidNamespace ? graceMs : graceMs / 2);
    if (!gone) {
      signalQuietly(this.#child.pid === undefined ? undefined : -this.#child.pid, 'SIGKILL');
      await this.#closedWithin(graceMs);
    }
    if (!this.launch.pidNamespace) await sweepMarked(this.session);
  }

  async #closedWithin(timeoutMs: number): Promise<boolean> {
    let handle: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      handle = setTimeout(() => resolve(false), timeoutMs);
    });
    const closed = await Promise.race([this.#closed.then(() => true), late]);
    clearTimeout(handle);
    return closed;
  }

  #serveBubblewrap(): void {
    const { hiddenArguments, seccomp } = this.launch;
    if (hiddenArguments === undefined) return;
    // Descriptors 3 and 4 were asked for as pipes above: 3 is read, 4 is written.
    const info = this.#child.stdio[3] as Readable;
    const args = this.#child.stdio[4] as Writable;
    let text = '';
    info.on('data', (chunk: Buffer) => {
      text = (text + chunk.toString('utf8')).slice(0, 4_096);
      const pid = /"child-pid":\s*(\d+)/.exec(text)?.[1];
      if (pid !== undefined) this.#sandboxPid = Number(pid);
    });
    info.on('error', () => undefined);
    args.on('error', () => undefined); // bwrap ended before it read them; its exit says why
    args.end(hiddenArguments);
    if (seccomp === undefined) return;
    // Its type names five descriptors only; the sixth was asked for as a pipe above, to be written.
    const pipes: readonly unknown[] = this.#child.stdio;
    const filter = pipes[5] as Writable;
    filter.on('error', () => undefined); // as for the arguments
    filter.end(seccomp);
  }
}
