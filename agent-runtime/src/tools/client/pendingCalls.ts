import { FactoryError, type ErrorCode } from '@agent-factory/contract';
import type { AnswerFrame } from '../protocol';
import type { ToolCallOutcome } from '../session';
import { messageOf } from '../errors';

/** What a call waits with. */
export interface Work {
  timeoutMs: number;
  signal?: AbortSignal;
  onOutput?(stream: 'stdout' | 'stderr', text: string): void;
}

/** What a call needs of the connection. */
export interface Line {
  send(id: number): boolean;
  cancel(id: number): boolean;
  /** The other side neither answers nor stops: give it up. */
  abandon(): void;
  graceMs: number;
}

type Failure = Exclude<ToolCallOutcome, { outcome: 'ok' }>;
type CallFrame = Extract<AnswerFrame, { id: number }>;

/** A failure with its message cut to what a record keeps. */
export function failed(outcome: Failure['outcome'], code: ErrorCode, message: string): Failure {
  return { outcome, code, message: message.slice(0, 4_000) };
}

/** The outcome that an exception on this side stands for. */
export function fromError(error: unknown): Failure {
  if (error instanceof FactoryError) {
    return failed(error.code === 'TASK_CANCELLED' ? 'cancelled' : 'error', error.code, error.detail);
  }
  return failed('error', 'TOOL_FAILED', messageOf(error, 'the call failed'));
}

/** The calls in flight on one connection, by id. */
export class PendingCalls {
  readonly #calls = new Map<number, { end(outcome: ToolCallOutcome): void; work: Work }>();
  #lastId = 0;

  /** Sends a call and waits for its answer, its timeout or its cancellation; never longer than the timeout and the grace. */
  run(work: Work, line: Line): Promise<ToolCallOutcome> {
    // It may have been cancelled while the connection was made; a listener would not hear of it any more.
    if (work.signal?.aborted === true)
      return Promise.resolve(failed('cancelled', 'TASK_CANCELLED', 'the call was cancelled'));
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve) => {
      let hung: NodeJS.Timeout | undefined;
      const giveUp = (outcome: Failure): void => {
        line.cancel(id);
        hung ??= setTimeout(() => {
          end(outcome);
          line.abandon();
        }, line.graceMs);
      };
      const onAbort = (): void => giveUp(failed('cancelled', 'TASK_CANCELLED', 'the call was cancelled'));
      const late = setTimeout(
        () => giveUp(failed('timeout', 'TOOL_FAILED', `no answer in ${work.timeoutMs} ms`)),
        // The server keeps the time itself; this is for a server that no longer does.
        work.timeoutMs + line.graceMs,
      );
      const end = (outcome: ToolCallOutcome): void => {
        if (!this.#calls.delete(id)) return;
        clearTimeout(late);
        clearTimeout(hung);
        work.signal?.removeEventListener('abort', onAbort);
        resolve(outcome);
      };
      this.#calls.set(id, { end, work });
      work.signal?.addEventListener('abort', onAbort, { once: true });
      try {
        if (!line.send(id)) end(failed('error', 'TOOL_FAILED', 'the tools process is gone'));
      } catch (error) {
        end(fromError(error));
      }
    });
  }

  answer(frame: CallFrame): void {
    const call = this.#calls.get(frame.id);
    if (call === undefined) return; // answered after it was given up
    if (frame.kind === 'output') call.work.onOutput?.(frame.stream, frame.text);
    else if (frame.kind === 'ok') call.end({ outcome: 'ok', output: frame.output });
    else call.end(failed(frame.outcome, frame.code, frame.message));
  }

  endAll(outcome: Failure): void {
    for (const call of this.#calls.values()) call.end(outcome);
  }
}
