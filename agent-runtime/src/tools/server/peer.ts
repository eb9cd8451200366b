import type { Socket } from 'node:net';
import { FactoryError, type Json } from '@agent-factory/contract';
import { FrameStream } from '../frameStream';
import {
  requestFrameSchema,
  type AnswerFrame,
  type FailedFrame,
  type HelloFrame,
  type RequestFrame,
} from '../protocol';
import { ToolTimeout } from '../builtin/timeout';
import type { SessionTools } from './sessionTools';
import { messageOf } from '../errors';

const maxCalls = 64;

/** What the server gives a peer. */
export interface PeerHost {
  /** Takes the workspace for this peer and answers its tools. Throws when it may not have it. */
  open(hello: HelloFrame, log: (text: string) => void): Promise<SessionTools>;
  /** Removes a folder of the shared root in which nobody is at work. Throws when it may not. */
  remove(path: string): Promise<void>;
}

type CallFrame = Extract<RequestFrame, { timeout_ms: number }>;

const cancelled = new FactoryError('TASK_CANCELLED', 'the call was cancelled');

/** The frame that an exception becomes. Pure. */
function failureFrame(id: number, error: unknown): FailedFrame {
  if (!(error instanceof FactoryError)) {
    const detail = messageOf(error, 'the tool failed');
    return { kind: 'failed', id, outcome: 'error', code: 'TOOL_FAILED', message: detail.slice(0, 4_000) };
  }
  const outcome =
    error instanceof ToolTimeout
      ? 'timeout'
      : error.code === 'TOOL_REFUSED'
        ? 'refused'
        : error.code === 'TASK_CANCELLED'
          ? 'cancelled'
          : 'error';
  return { kind: 'failed', id, outcome, code: error.code, message: error.detail.slice(0, 4_000) };
}

/** One agent's connection: many calls at once, each by its id. */
export class Peer {
  readonly #frames: FrameStream<typeof requestFrameSchema>;
  readonly #calls = new Map<number, AbortController>();
  #tools: Promise<SessionTools> | undefined;

  constructor(
    private readonly socket: Socket,
    private readonly host: PeerHost,
  ) {
    this.#frames = new FrameStream(
      socket,
      requestFrameSchema,
      (frame) => this.#take(frame),
      () => undefined,
    );
  }

  /** Cancels every call and ends all that the session started; resolves when it is gone. */
  async end(): Promise<void> {
    for (const call of this.#calls.values()) call.abort(cancelled);
    const tools = await this.#tools?.catch(() => undefined);
    await tools?.close();
  }

  #take(frame: RequestFrame): void {
    if (frame.kind === 'hello') {
      if (this.#tools !== undefined) throw new Error('a second hello');
      this.#tools = this.host.open(frame, (text) => this.#send({ kind: 'log', text: text.slice(0, 4_096) }));
      this.#tools.then(
        () => this.#send({ kind: 'welcome' }),
        (error: unknown) => {
          this.#send({ kind: 'log', text: failureFrame(0, error).message });
          this.socket.end();
        },
      );
    } else if (frame.kind === 'cancel') this.#calls.get(frame.id)?.abort(cancelled);
    else void this.#serve(frame);
  }

  async #serve(frame: CallFrame): Promise<void> {
    const { id, timeout_ms } = frame;
    if (this.#calls.has(id) || this.#calls.size >= maxCalls) {
      this.#send(failureFrame(id, new FactoryError('TOOL_FAILED', `more than ${maxCalls} calls at once`)));
      return;
    }
    const call = new AbortController();
    this.#calls.set(id, call);
    const late = setTimeout(() => call.abort(new ToolTimeout(`no answer in ${timeout_ms} ms`)), timeout_ms);
    try {
      const work = frame.kind === 'remove' ? this.#remove(frame.path) : this.#run(frame, call.signal);
      this.#send({ kind: 'ok', id, output: await unlessAborted(work, call.signal) });
    } catch (error) {
      this.#send(failureFrame(id, call.signal.aborted ? call.signal.reason : error));
    } finally {
      clearTimeout(late);
      this.#calls.delete(id);
    }
  }

  async #remove(path: string): Promise<null> {
    await this.host.remove(path);
    return null;
  }

  async #run(frame: Exclude<CallFrame, { kind: 'remove' }>, signal: AbortSignal): Promise<Json> {
    const tools = await this.#tools;
    if (tools === undefined) throw new FactoryError('TOOL_FAILED', 'a call before hello');
    const { id } = frame;
    return tools.run(frame, signal, (stream, text) => this.#send({ kind: 'output', id, stream, text }));
  }

  #send(frame: AnswerFrame): void {
    this.#frames.send(frame);
  }
}

/** A little after the signal the call is answered even if the tool does not hear it. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let grace: NodeJS.Timeout | undefined;
  const deaf = new Promise<never>((_, reject) => {
    const start = (): void => {
      grace = setTimeout(() => reject(signal.reason as Error), 2_000);
    };
    if (signal.aborted) start();
    else signal.addEventListener('abort', start, { once: true });
  });
  deaf.catch(() => undefined); // lost the race
  work.catch(() => undefined);
  try {
    return await Promise.race([work, deaf]);
  } finally {
    clearTimeout(grace);
  }
}
