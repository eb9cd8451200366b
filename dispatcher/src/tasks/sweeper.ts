import { agentTypeNames, type AgentTypeName } from '@agent-factory/contract';
import type { Logger } from '../log';
import type { SweepReport, TaskQueue } from '../queue/port';

/** Time as the sweeper sees it; tests set their own. */
export interface SweepClock {
  /** Calls back once after so many milliseconds; the answer cancels it. */
  after(milliseconds: number, callback: () => void): () => void;
  /** From 0 to 1. */
  random(): number;
}

/** The machine's clock. Its timers do not keep a process alive. */
const systemSweepClock: SweepClock = {
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds).unref();
    return () => clearTimeout(timer);
  },
  random: Math.random,
};

/** Bounds of the wait between two sweeps of a type, in milliseconds. */
export const sweepWait = { least: 20, most: 500, afterFailure: 2_000 } as const;

/**
 * How long to wait after a sweep: until the next thing is due, within bounds, since something may become due that the sweep could not know.
 * Up to a fifth is random, so that replicas do not sweep in step.
 */
export function waitAfter(report: SweepReport | undefined, random: number): number {
  const due =
    report === undefined ? sweepWait.afterFailure : Math.min(report.nextDueMs ?? sweepWait.most, sweepWait.most);
  return Math.max(sweepWait.least, Math.round(due * (1 + 0.2 * random)));
}

/** Sweeps every type again and again: delayed tasks whose time has come, leases that ran out, results past their retention. */
export interface Sweeper {
  start(): void;
  /** Resolves when no sweep runs any more. */
  stop(): Promise<void>;
}

export function createSweeper(
  queue: Pick<TaskQueue, 'sweep'>,
  logger: Pick<Logger, 'warn' | 'info'>,
  clock: SweepClock = systemSweepClock,
): Sweeper {
  const cancels = new Map<AgentTypeName, () => void>();
  const running = new Set<Promise<void>>();
  let started = false;
  let failing = false;

  const sweepOnce = async (type: AgentTypeName): Promise<void> => {
    let report: SweepReport | undefined;
    try {
      report = await queue.sweep(type);
      const { requeued, failed, cancelled } = report.reclaimed;
      if (requeued + failed + cancelled > 0) logger.info({ type, ...report.reclaimed }, 'leases ran out');
      if (failing) logger.info({}, 'sweeps work again');
      failing = false;
    } catch (error) {
      if (!failing) logger.warn({ err: error, type }, 'sweeps fail'); // once, not at every try
      failing = true;
    }
    schedule(type, waitAfter(report, clock.random()));
  };
  const schedule = (type: AgentTypeName, milliseconds: number): void => {
    if (!started) return;
    const callback = (): void => {
      cancels.delete(type);
      const work = sweepOnce(type).finally(() => running.delete(work));
      running.add(work);
    };
    cancels.set(type, clock.after(milliseconds, callback));
  };

  return {
    start() {
      if (started) return;
      started = true;
      for (const type of agentTypeNames) schedule(type, clock.random() * sweepWait.most);
    },
    async stop() {
      started = false;
      for (const cancel of cancels.values()) cancel();
      cancels.clear();
      await Promise.all(running);
    },
  };
}
