import { exitCodes } from '../exit';
import type { LocalFactory } from '../local/up/factory';
import type { Ui } from '../output/ui';
import { signalCounter } from './countSignals';

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

/**
 * The first SIGINT, SIGTERM or SIGHUP, or the death of the launcher, stops the factory in order; a second signal kills it and ends the
 * process at once.
 */
export function stopOnSignals(
  factory: Pick<LocalFactory, 'stop' | 'kill'>,
  ui: Pick<Ui, 'status'>,
  own: ProcessEvents = process,
  now?: () => number,
): StopRequest {
  const abort = new AbortController();
  const count = signalCounter(now);
  let finish: () => void = () => {};
  const finished = new Promise<void>((resolve) => (finish = resolve));
  const asked = new Promise<void>((resolve) => abort.signal.addEventListener('abort', () => resolve(), { once: true }));
  const onSignal = (): void => {
    const which = count();
    if (which === 'first') {
      ui.status('');
      abort.abort();
      void factory.stop().finally(finish);
    } else if (which === 'further') {
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
