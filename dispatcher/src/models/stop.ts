import { FactoryError } from '@agent-factory/contract';
import type { Clock } from '../clock';

/** Why a call was ended from this side. */
export type StopCause = 'client' | 'timeout' | 'first_byte' | 'closing';

/** The reason that the signal of a stopped call carries. */
export class CallStopped extends Error {
  override readonly name = 'CallStopped';
  constructor(readonly stopCause: StopCause) {
    super(stopCause);
  }
}

/** Ends one call: its client may leave, its time may run out, the gateway may close. The first cause counts. */
export interface CallStop {
  readonly signal: AbortSignal;
  stop(cause: StopCause): void;
  /** Stops the call unless the answer is called in time. */
  stopAfter(milliseconds: number, cause: StopCause): () => void;
  /** Ends all timers. */
  dispose(): void;
}

export function callStop(clock: Clock): CallStop {
  const controller = new AbortController();
  const timers = new Set<() => void>();
  const stop = (cause: StopCause): void => controller.abort(new CallStopped(cause));
  return {
    signal: controller.signal,
    stop,
    stopAfter: (milliseconds, cause) => {
      const cancel = clock.after(milliseconds, () => stop(cause));
      timers.add(cancel);
      return () => {
        cancel();
        timers.delete(cancel);
      };
    },
    dispose: () => {
      for (const cancel of timers) cancel();
      timers.clear();
    },
  };
}

/** As the agent is told, where it still listens. */
export function toStopError(
  { stopCause }: CallStopped,
  model: string,
  limits: { timeoutMs: number; firstByteMs: number },
): FactoryError {
  if (stopCause === 'timeout') {
    return new FactoryError('MODEL_TIMEOUT', `The call of ${model} took longer than ${limits.timeoutMs} ms`);
  }
  if (stopCause === 'first_byte') {
    const waited = `did not begin to answer within ${limits.firstByteMs} ms`;
    return new FactoryError('MODEL_TIMEOUT', `The provider of ${model} ${waited}`);
  }
  return new FactoryError('SHUTTING_DOWN', 'The model gateway ended the call');
}
