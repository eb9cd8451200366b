import type { Logger } from './log';

/** What a process offers of itself here; tests give their own. */
export interface ProcessEvents {
  on(event: 'SIGTERM' | 'SIGINT' | 'SIGHUP' | 'disconnect', listener: () => void): unknown;
  exit(code: number): void;
}

/**
 * On SIGTERM, SIGINT, SIGHUP and the end of the channel to the supervisor: leaves properly, then exits with 0 (1 when that failed). The same
 * signal a second time exits with 1 at once. Another one does not: Ctrl-C reaches the whole group as SIGINT, and the supervisor then sends SIGTERM.
 */
export function leaveOnSignals(log: Logger, leave: () => Promise<void>, own: ProcessEvents = process): void {
  const seen = new Set<string>();
  const begin = (why: string): void => {
    seen.add(why);
    if (seen.size > 1) return;
    log.info({ why }, 'leaving');
    leave().then(
      () => own.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'could not leave properly');
        own.exit(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
    own.on(signal, () => (seen.has(signal) ? own.exit(1) : begin(signal)));
  own.on('disconnect', () => begin('disconnect'));
}
