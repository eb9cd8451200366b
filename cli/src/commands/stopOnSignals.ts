import { exitCodes } from '../exit';
import type { LocalFactory } from '../local/up/factory';
import type { Ui } from '../output/ui';

/** How `up` learns that it shall stop. */
export interface StopRequest {
  /** Aborted once a stop is asked for. */
  signal: AbortSignal;
  /** Resolves once a stop is asked for. */
  asked: Promise<void>;
  /** Resolves once everything has stopped after that; never before. */
  finished: Promise<void>;
  /** Listens no more. */
  release(): void;
}

/** What a process offers of itself here; tests give their own. */
export interface ProcessEvents {
  on(event: 'SIGTERM' | 'SIGINT' | 'SIGHUP' | 'disconnect', listener: () => void): unknown;
  removeListener(event: 'SIGTERM' | 'SIGINT' | 'SIGHUP' | 'disconnect', listener: () => void): unknown;
  removeAllListeners(event: 'SIGINT'): unknown;
  exit(code: number): void;
}

/** One Ctrl-C can arrive twice: from the terminal, and passed on by npm. Two that a person sends are further apart. */
const sameSignalMs = 700;

/**
 * The first SIGINT, SIGTERM or SIGHUP, or the death of the launcher, stops the factory in order; a second signal kills it and ends the
 * process at once.
 */
export function stopOnSignals(
  factory: Pick<LocalFactory, 'stop' | 'kill'>,
  ui: Pick<Ui, 'status'>,
  own: ProcessEvents = process,
  now: () => number = () => performance.now(),
): StopRequest {
  const abort = new AbortController();
  let firstAt = 0;
  let finish: () => void = () => {};
  const finished = new Promise<void>((resolve) => (finish = resolve));
  const asked = new Promise<void>((resolve) => abort.signal.addEventListener('abort', () => resolve(), { once: true }));
  const onSignal = (): void => {
    if (!abort.signal.aborted) {
      firstAt = now();
      ui.status('');
      abort.abort();
      void factory.stop().finally(finish);
    } else if (now() - firstAt > sameSignalMs) {
      factory.kill();
      own.exit(exitCodes.interrupted);
    }
  };
  // Ctrl-C is ours alone: the listener that other verbs share would count it too.
  own.removeAllListeners('SIGINT');
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) own.on(signal, onSignal);
  own.on('disconnect', onSignal);
  return {
    signal: abort.signal,
    asked,
    finished,
    release: () => {
      for (const signal of signals) own.removeListener(signal, onSignal);
      own.removeListener('disconnect', onSignal);
    },
  };
}
