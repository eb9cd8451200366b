import { pause, type Clock } from '../clock';

/** Something that is done again and again. */
export interface Loop {
  /** Safe to call twice. */
  start(): void;
  /** Resolves when the step under way is over. Safe to call twice, and before start; then it never starts. */
  stop(): Promise<void>;
}

/** Does `step`, waits for the milliseconds that it answers, and does it again. A step must not throw. */
export function createLoop(step: () => Promise<number>, clock: Clock): Loop {
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const wait = await step();
      await pause(clock, wait, stopping.signal).catch(() => undefined); // it was told to stop
    }
  };
  return {
    start() {
      running ??= run();
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
