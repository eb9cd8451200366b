import { spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import type { ToolOutput } from '@agent-factory/contract';
import { toolFailed } from '../workspace/paths';
import { Capture } from './capture';
import { ProcessGuard, type ProgramLimits } from './guard';
import { killGroup } from './group';
import { markerVariable, sweepMarked, sweepOrphans } from './sweep';

/** What to run. */
export interface ProgramSpec {
  argv: readonly string[];
  /** Absolute. */
  cwd: string;
  env?: Readonly<Record<string, string>>;
  stdin?: string | Buffer;
  timeoutMs: number;
  /** Of stdout and of stderr each. */
  maxOutputBytes: number;
  /** Kills it; `run` then throws the reason. */
  signal: AbortSignal;
  onOutput?(stream: 'stdout' | 'stderr', text: string): void;
  /** Hears stdout instead of keeping it. */
  onStdout?(chunk: Buffer, stop: () => void): void;
}

export type ProgramOutput = ToolOutput<'shell'>;

/** Once the program is gone, what still holds its pipes open is looked for after so long, and the pipes are closed after so long. */
const sweepAfterMs = 20;
const drainMs = 1_000;

/** Runs the programs of one session: each in a process group of its own, marked, and dead with all its children when it ends. */
export class Programs {
  #running = 0;
  #count = 0;
  readonly #guard: ProcessGuard;

  constructor(
    private readonly session: string,
    private readonly baseEnv: Readonly<Record<string, string>>,
    private readonly limits: ProgramLimits,
  ) {
    this.#guard = new ProcessGuard(limits);
  }

  /** The environment of a program: the little that all have, what it is given, and its mark. */
  environment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
    this.#count += 1;
    return { ...this.baseEnv, ...extra, [markerVariable]: `${this.session}.${this.#count}` };
  }

  /** Runs a program to its end. Throws TOOL_FAILED when it cannot be started, and the signal's reason when it is aborted. */
  async run(spec: ProgramSpec): Promise<ProgramOutput> {
    spec.signal.throwIfAborted();
    const env = this.environment(spec.env);
    const signal = AbortSignal.any([spec.signal, this.#guard.enter()]);
    this.#running += 1;
    try {
      return await runGroup({ ...spec, signal }, env);
    } finally {
      this.#running -= 1;
      await sweepMarked(env[markerVariable] ?? this.session);
      if (this.limits.pidNamespace && this.#running === 0) await sweepOrphans();
      this.#guard.leave();
    }
  }

  /** Kills all that carry the session's mark. */
  async killAll(): Promise<void> {
    this.#guard.stop();
    await sweepMarked(this.session);
  }
}

async function runGroup(spec: ProgramSpec, env: Record<string, string>): Promise<ProgramOutput> {
  const [program = '', ...args] = spec.argv;
  if (program === '' || spec.argv.some((word) => word.includes('\0')))
    throw toolFailed('an argument is empty or holds a NUL byte');
  const stdout = new Capture(spec.maxOutputBytes, (text) => spec.onOutput?.('stdout', text));
  const stderr = new Capture(spec.maxOutputBytes, (text) => spec.onOutput?.('stderr', text));
  const child = spawn(program, args, { cwd: spec.cwd, env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  let [timedOut, killed] = [false, false];
  const kill = (): void => {
    killed = true;
    killGroup(child.pid);
  };
  if (child.pid !== undefined) {
    try {
      setPriority(child.pid, 10); // programs must not keep the agents' heartbeats waiting
    } catch {
      // it has ended already
    }
  }
  child.stdout.on('data', (chunk: Buffer) =>
    spec.onStdout === undefined ? stdout.push(chunk) : spec.onStdout(chunk, kill),
  );
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  child.stdin.on('error', () => undefined); // a program need not read its input
  child.stdin.end(spec.stdin ?? '');
  const timer = setTimeout(() => {
    timedOut = true;
    kill();
  }, spec.timeoutMs);
  spec.signal.addEventListener('abort', kill, { once: true });
  const timers: NodeJS.Timeout[] = [timer];
  try {
    const [exitCode, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      child.once('error', (error) => {
        if (child.pid === undefined) reject(toolFailed(startFault(error, program), error));
      });
      child.once('exit', () => {
        // What the program left in the background goes with it.
        killGroup(child.pid);
        child.stdin.destroy();
        // Only what left the group can still hold the pipes: it is looked for, and in the end not waited for.
        const mark = env[markerVariable] ?? '';
        timers.push(setTimeout(() => void sweepMarked(mark), sweepAfterMs));
        timers.push(
          setTimeout(() => {
            child.stdout.destroy();
            child.stderr.destroy();
          }, drainMs),
        );
      });
      child.once('close', (code, signalName) => resolve([code, signalName]));
    });
    spec.signal.throwIfAborted();
    return {
      exit_code: exitCode,
      signal: signal ?? (killed && exitCode === null ? 'SIGKILL' : null),
      timed_out: timedOut,
      stdout: stdout.text(),
      stderr: stderr.text(),
      truncated: stdout.truncated || stderr.truncated,
    };
  } finally {
    timers.forEach((each) => clearTimeout(each));
    spec.signal.removeEventListener('abort', kill);
  }
}

function startFault(error: Error, program: string): string {
  const code = 'code' in error ? String(error.code) : error.message;
  return code === 'ENOENT'
    ? `there is no program ${program.slice(0, 200)}`
    : `${program.slice(0, 200)} cannot be started: ${code}`;
}
