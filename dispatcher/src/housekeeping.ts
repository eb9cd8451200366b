import type { ArtifactStore } from './artifacts/port';
import type { Logger } from './log';

/** Drops old artifacts once at the start and then every `everyMs`; `stop` ends the round that runs, and waits for it. */
export function createHousekeeping(
  artifacts: Pick<ArtifactStore, 'sweep'>,
  logger: Pick<Logger, 'info' | 'warn'>,
  everyMs = 3_600_000,
): { start(): void; stop(): Promise<void> } {
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> = Promise.resolve();
  const ending = new AbortController();
  const sweep = (): void => {
    round = artifacts.sweep(ending.signal).then(
      (dropped) => void (dropped > 0 && logger.info({ dropped }, 'old artifacts were dropped')),
      (error: unknown) => {
        if (!ending.signal.aborted) logger.warn({ err: error }, 'artifacts could not be swept');
      },
    );
  };
  return {
    start() {
      if (timer !== undefined) return;
      timer = setInterval(sweep, everyMs).unref();
      sweep();
    },
    async stop() {
      clearInterval(timer);
      ending.abort();
      await round;
    },
  };
}
