import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import {
  noUsage,
  taskSpecSchema,
  type Assignment,
  type Json,
  type LeaseRef,
  type TaskResult,
} from '@agent-factory/contract';
import { createLog } from '../../../agent-runtime/src/log';
import type { AttemptHooks, RunAttempt } from '../../../agent-runtime/src/worker/attemptPort';
import { grpcStreams } from '../../../agent-runtime/src/worker/grpcStream';
import { failed } from '../../../agent-runtime/src/worker/outcome';
import { TokenHolder } from '../../../agent-runtime/src/worker/tokens';
import { Worker } from '../../../agent-runtime/src/worker/worker';
import { FakeDispatcher, type FakeStream } from './fakeDispatcher';
import { ManualClock } from './manualClock';

const ulid = '01h455vb4pex5vsknk084sn02q';
const spent = { usage: noUsage, tool_calls: [] };

export function lease(n: number, epoch = 1): LeaseRef {
  return { id: `python-${ulid.slice(0, 24)}${String(n).padStart(2, '0')}`, epoch };
}

export function assignment(ref: LeaseRef, leaseMs = 10_000): Assignment {
  const spec = taskSpecSchema.parse({
    type: 'python',
    brain: { kind: 'plan', steps: [{ id: 'a', tool: 'shell', input: { argv: ['true'] } }] },
  });
  return { ...ref, attempt: 1, crew: 'tests', timeout_ms: 60_000, lease_ms: leaseMs, spec };
}

export function success(output: Json): TaskResult {
  return { outcome: 'succeeded', output, ...spent };
}

/** One attempt in the hands of a test. */
export interface Attempt {
  assignment: Assignment;
  signal: AbortSignal;
  hooks: AttemptHooks;
  /** Reports and is gone. */
  finish(result: TaskResult | undefined): void;
}

/** Work that goes as the test says; told to stop, it stops at once as real work does. */
export class ScriptedWork {
  readonly #started = new Map<string, (attempt: Attempt) => void>();
  readonly #waiting = new Map<string, Attempt>();

  readonly run: RunAttempt = (assignment, signal, hooks) =>
    new Promise((resolve) => {
      let over = false;
      const finish = (result: TaskResult | undefined): void => {
        if (over) return;
        over = true;
        hooks.finished(result);
        resolve();
      };
      signal.addEventListener('abort', () => finish(failed(signal.reason, signal, spent)));
      const attempt = { assignment, signal, hooks, finish };
      const key = `${assignment.id}#${assignment.epoch}`;
      this.#waiting.set(key, attempt);
      this.#started.get(key)?.(attempt);
    });

  started(ref: LeaseRef): Promise<Attempt> {
    const key = `${ref.id}#${ref.epoch}`;
    const attempt = this.#waiting.get(key);
    if (attempt !== undefined) return Promise.resolve(attempt);
    return new Promise((resolve) => this.#started.set(key, resolve));
  }
}

export interface Setup {
  dispatcher: FakeDispatcher;
  worker: Worker;
  clock: ManualClock;
  work: ScriptedWork;
  tokens: TokenHolder;
  tokenFile: string;
  logLines: string[];
  /** The next connection, answered with `registered`. */
  registered(): Promise<FakeStream>;
  close(): Promise<void>;
}

export const leaseMs = 10_000;
export const heartbeatMs = 2_500;

export async function setup(options: { slots?: number } = {}): Promise<Setup> {
  const folder = await mkdtemp(join(tmpdir(), 'worker-'));
  const tokenFile = join(folder, 'token');
  await writeFile(tokenFile, 'bootstrap-1\n');
  const dispatcher = await FakeDispatcher.start();
  const clock = new ManualClock();
  const work = new ScriptedWork();
  const tokens = new TokenHolder();
  const logLines: string[] = [];
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      logLines.push(chunk.toString());
      done();
    },
  });
  const log = createLog({ level: 'debug', agentId: 'python-1', type: 'python' }, sink);
  const streams = grpcStreams(dispatcher.address, tokenFile, log);
  const worker = new Worker({
    identity: {
      id: 'python-1',
      type: 'python',
      version: '0.0.0',
      slots: options.slots ?? 1,
      tools: ['shell'],
      confinement: 'none',
    },
    open: streams.open,
    attempt: work.run,
    tokens,
    clock,
    log,
    random: () => 0.5,
  });
  worker.start();
  return {
    dispatcher,
    worker,
    clock,
    work,
    tokens,
    tokenFile,
    logLines,
    registered: async () => {
      const stream = await dispatcher.connection();
      stream.send({
        kind: 'registered',
        lease_ms: leaseMs,
        heartbeat_ms: heartbeatMs,
        token: 'short-lived-1',
        token_expires_at: '2026-01-01T00:05:00.000Z',
      });
      return stream;
    },
    close: async () => {
      await worker.stop();
      streams.close();
      dispatcher.stop();
      await rm(folder, { recursive: true });
    },
  };
}
