import { agentTypeNames, type AgentTypeName } from '@agent-factory/contract';
import * as fc from 'fast-check';
import { createLogger } from '../../../dispatcher/src/log';
import { createSweeper, sweepWait, waitAfter, type SweepClock } from '../../../dispatcher/src/tasks/sweeper';
import type { SweepReport } from '../../../dispatcher/src/queue/port';

const nothing: SweepReport = {
  promoted: 0,
  reclaimed: { requeued: 0, failed: 0, cancelled: 0 },
  dropped: 0,
};

/** A clock that moves when it is told to. */
function manualClock() {
  const timers = new Set<{ at: number; callback: () => void }>();
  let now = 0;
  const clock: SweepClock = {
    random: () => 0,
    after(milliseconds, callback) {
      const timer = { at: now + milliseconds, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
  };
  const advance = async (milliseconds: number): Promise<void> => {
    now += milliseconds;
    for (const timer of [...timers].filter(({ at }) => at <= now)) {
      timers.delete(timer);
      timer.callback();
    }
    await new Promise(setImmediate); // lets the sweeps that started come to their end
  };
  return { clock, advance, pending: () => timers.size };
}

function setup(sweep: (type: AgentTypeName) => Promise<SweepReport>) {
  const manual = manualClock();
  const swept: AgentTypeName[] = [];
  const sweeper = createSweeper(
    { sweep: (type) => (swept.push(type), sweep(type)) },
    createLogger('silent'),
    manual.clock,
  );
  return { ...manual, swept, sweeper };
}

test('sweeps every type again when its next thing is due', async () => {
  const { sweeper, advance, swept } = setup(async () => ({ ...nothing, nextDueMs: 100 }));
  sweeper.start();
  sweeper.start();
  await advance(0);
  expect([...swept].sort()).toEqual([...agentTypeNames].sort());
  await advance(99);
  expect(swept).toHaveLength(agentTypeNames.length);
  await advance(1);
  expect(swept).toHaveLength(2 * agentTypeNames.length);
  await sweeper.stop();
});

test('sweeps on at once, but for a pause that lets others in, while one sweep cannot do all', async () => {
  const { sweeper, advance, swept } = setup(async () => ({ ...nothing, nextDueMs: 0 }));
  sweeper.start();
  await advance(0);
  await advance(sweepWait.least);
  expect(swept).toHaveLength(2 * agentTypeNames.length);
  await sweeper.stop();
});

test('goes on after a failure, later', async () => {
  const { sweeper, advance, swept, pending } = setup(() => Promise.reject(new Error('no store')));
  sweeper.start();
  await advance(0);
  await advance(sweepWait.afterFailure - 1);
  expect(swept).toHaveLength(agentTypeNames.length);
  await advance(1);
  expect(swept).toHaveLength(2 * agentTypeNames.length);
  expect(pending()).toBe(agentTypeNames.length);
  await sweeper.stop();
});

test('stop waits for the sweep that runs, leaves no timer, and can be called twice', async () => {
  let finish = (): void => undefined;
  const { sweeper, advance, pending } = setup(() => new Promise((resolve) => (finish = () => resolve(nothing))));
  sweeper.start();
  await advance(0);
  let stopped = false;
  const finishers = finish;
  const stopping = sweeper.stop().then(() => (stopped = true));
  await new Promise(setImmediate);
  expect(stopped).toBe(false);
  finishers();
  void stopping;
  expect(pending()).toBe(0);
});

test('law: the wait lies within its bounds, never before what is due by more than rounding', () => {
  fc.assert(
    fc.property(
      fc.option(fc.integer({ min: -1_000, max: 1e9 })),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (due, random) => {
        const wait = waitAfter(due === null ? nothing : { ...nothing, nextDueMs: due }, random);
        expect(wait).toBeGreaterThanOrEqual(sweepWait.least);
        expect(wait).toBeLessThanOrEqual(1.2 * sweepWait.most + 1);
        const soonest = due !== null && due <= sweepWait.most ? due - 1 : 0;
        expect(wait).toBeGreaterThanOrEqual(soonest);
      },
    ),
  );
});
