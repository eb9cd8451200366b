import { spawn, type ChildProcess } from 'node:child_process';
import type { Clock } from '../clock';
import { withTimeout } from '../clock';
import { identify, type ProcessIdentity } from '../identity';
import { backoffMs, defaultBackoff, type BackoffPolicy } from './backoff';
import type { LogFile } from './logFile';
import { messageOf } from '../../thrown';

/** How to run one part of the factory. */
export interface PartSpec {
  name: string;
  command: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
  /** `ipc`: it says `{ready: true}` on a channel, which also tells it of our death. Otherwise a probe that resolves once the part answers. */
  ready: 'ipc' | ((signal: AbortSignal) => Promise<void>);
  readyTimeoutMs: number;
  /** From the polite signal to SIGKILL. */
  stopTimeoutMs: number;
  /** Runs before each start, such as removing what a start before left. */
  prepare?: () => Promise<void>;
}

export type PartState = 'starting' | 'ready' | 'crashed' | 'stopped';

/** What the part tells its owner. */
export type PartEvent =
  | { kind: 'started'; identity: ProcessIdentity | undefined }
  | { kind: 'ready'; afterMs: number; again: boolean }
  | { kind: 'crashed'; how: string; restartInMs: number; persistent: boolean; lastLines: string[] };

/** One part: started, kept running with backoff, stopped. */
export class Part {
  state: PartState = 'stopped';
  restarts = 0;
  identity: ProcessIdentity | undefined;
  private child: ChildProcess | undefined;
  private readonly stopping = new AbortController();
  private loop: Promise<void> | undefined;
  private stopped: Promise<void> | undefined;

  constructor(
    readonly spec: PartSpec,
    readonly log: LogFile,
    private readonly clock: Clock,
    private readonly onEvent: (event: PartEvent) => void,
    private readonly backoff: BackoffPolicy = defaultBackoff,
  ) {}

  /**
   * Starts the part and keeps it running until `stop`. Resolves when it is ready for the first time; rejects when it keeps crashing before
   * (and goes on starting it) or is stopped before.
   */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      const giveUp = (how: string): void => reject(new Error(`${this.spec.name} ${how}`));
      this.loop ??= this.keepRunning(resolve, giveUp).finally(() => giveUp('was stopped before it was ready'));
    });
  }

  /** Asks the process to end, kills it after the stop timeout, and starts it no more. Safe to call twice. */
  stop(): Promise<void> {
    this.stopped ??= this.end();
    return this.stopped;
  }

  /** Kills the process and all it started at once; starts it no more. */
  kill(): void {
    this.stopping.abort();
    if (this.child?.exitCode === null && this.child.signalCode === null) killGroup(this.child);
  }

  private async end(): Promise<void> {
    this.stopping.abort();
    const { child } = this;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      const gone = new AbortController();
      child.once('exit', () => gone.abort());
      await this.clock.sleep(this.spec.stopTimeoutMs, gone.signal);
      if (!gone.signal.aborted) {
        this.log.write(`${this.spec.name} did not end within ${this.spec.stopTimeoutMs} ms: killed\n`);
        killGroup(child);
      }
    }
    await this.loop;
    this.state = 'stopped';
  }

  private async keepRunning(firstReady: () => void, giveUp: (how: string) => void): Promise<void> {
    let crashes = 0;
    while (!this.stopping.signal.aborted) {
      this.state = 'starting';
      const { how, readyForMs } = await this.runOnce(firstReady);
      this.identity = undefined;
      if (this.stopping.signal.aborted) return;
      crashes = readyForMs >= this.backoff.healthyMs ? 1 : crashes + 1;
      const restartInMs = backoffMs(this.backoff, crashes);
      this.state = 'crashed';
      this.restarts += 1;
      const persistent = crashes >= this.backoff.persistentAfter;
      this.onEvent({ kind: 'crashed', how, restartInMs, persistent, lastLines: this.log.lastLines() });
      if (persistent) giveUp(`keeps ending before it is ready: it ${how}`);
      await this.clock.sleep(restartInMs, this.stopping.signal);
    }
  }

  /** One life of the process, from its start to its end. */
  private async runOnce(firstReady: () => void): Promise<{ how: string; readyForMs: number }> {
    const startedAt = this.clock.now();
    let readyAt: number | undefined;
    try {
      await this.spec.prepare?.();
      if (this.stopping.signal.aborted) return { how: 'was stopped', readyForMs: 0 };
      const { command, args, env, cwd, ready } = this.spec;
      // A group of its own: Ctrl-C at the terminal then reaches the supervisor only, which stops the parts in order.
      const child = spawn(command, args, {
        env,
        cwd,
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe', ready === 'ipc' ? 'ipc' : 'ignore'],
      });
      this.child = child;
      child.stdout?.on('data', (chunk: Buffer) => this.log.write(chunk));
      child.stderr?.on('data', (chunk: Buffer) => this.log.write(chunk));
      const ended = endOf(child);
      this.identity = child.pid === undefined ? undefined : identify(child.pid);
      this.onEvent({ kind: 'started', identity: this.identity });
      const failure = await this.untilReady(child, ended);
      if (failure === undefined && !this.stopping.signal.aborted) {
        readyAt = this.clock.now();
        this.state = 'ready';
        this.onEvent({ kind: 'ready', afterMs: readyAt - startedAt, again: this.restarts > 0 });
        firstReady();
      } else if (failure !== undefined && child.exitCode === null && child.signalCode === null) {
        this.log.write(`${this.spec.name} ${failure}: killed\n`);
        killGroup(child);
      }
      const how = await ended;
      return { how: failure ?? how, readyForMs: readyAt === undefined ? 0 : this.clock.now() - readyAt };
    } catch (error) {
      return { how: messageOf(error), readyForMs: 0 };
    }
  }

  /** Resolves with why the part is not ready, or with nothing once it is or is being stopped. */
  private async untilReady(child: ChildProcess, ended: Promise<string>): Promise<string | undefined> {
    const over = new AbortController();
    const stop = (): void => over.abort();
    this.stopping.signal.addEventListener('abort', stop, { once: true });
    const { ready, readyTimeoutMs } = this.spec;
    const signalled = ready === 'ipc' ? readyMessage(child) : ready(over.signal);
    const stopped = new Promise<void>((resolve) =>
      over.signal.addEventListener('abort', () => resolve(), { once: true }),
    );
    try {
      return await withTimeout(
        Promise.race([signalled.then(() => undefined), stopped.then(() => undefined), ended]),
        readyTimeoutMs,
        `was not ready within ${readyTimeoutMs / 1_000} s`,
        this.clock,
      );
    } catch (error) {
      return messageOf(error);
    } finally {
      this.stopping.signal.removeEventListener('abort', stop);
      over.abort();
    }
  }
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      if (child.pid === undefined) resolve(`cannot be started: ${error.message}`);
    });
    // `close` comes after `exit`, when the last output has been read; a grandchild that keeps the pipe open must not hold us.
    child.once('exit', (code, signal) =>
      resolve(signal === null ? `ended with code ${code ?? '?'}` : `was ended by ${signal}`),
    );
  });
}

function readyMessage(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.on('message', (message) => {
      if (typeof message === 'object' && message !== null && 'ready' in message && message.ready === true) resolve();
    });
  });
}

/** The child leads its group and has not been waited for, so the number names that group and no other. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}
