import type { AgentTypeName, Assignment } from '@agent-factory/contract';
import { taskSpecSchema } from '@agent-factory/contract';
import * as fc from 'fast-check';
import { ClaimLoops } from '../../../dispatcher/src/grpc/worker/claimLoops';
import { Roster } from '../../../dispatcher/src/grpc/worker/roster';
import { Session } from '../../../dispatcher/src/grpc/worker/session';
import { createLogger } from '../../../dispatcher/src/log';
import { afterMicrotasks } from '../../support/microtasks';
import { smallPlan } from './harness';
import { ghost } from './testAgent';

const spec = taskSpecSchema.parse({ type: 'python', brain: smallPlan });
const idle = { now: () => 0, after: () => () => undefined };

/** A queue of so many tasks; records who claimed how much, and how many claims ran at once. */
function countedQueue(waiting: number) {
  const claims: { agent: string; asked: number; got: number }[] = [];
  let running = 0;
  let most = 0;
  let epoch = 0;
  return {
    claims,
    most: () => most,
    async claim(_type: AgentTypeName, agent: string, asked: number): Promise<Assignment[]> {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
      const got = Math.min(asked, waiting);
      waiting -= got;
      claims.push({ agent, asked, got });
      return Array.from({ length: got }, () => {
        epoch += 1;
        const id = ghost('python').id.slice(0, -4) + String(epoch).padStart(4, '0');
        return { id, epoch, attempt: 1, crew: 'c', timeout_ms: 1, lease_ms: 1, spec };
      });
    },
    release: async () => [],
  };
}

function rosterOf(slots: readonly number[]): { roster: Roster; sessions: Session[] } {
  const roster = new Roster();
  const sessions = slots.map((count, index) => {
    const out = { closed: false, send: () => undefined, end: () => undefined, fail: () => undefined };
    const agent = {
      id: `agent-${index}`,
      type: 'python' as const,
      version: '1',
      slots: count,
      tools: [],
      confinement: '',
    };
    const session = new Session(agent, out);
    session.credits = count;
    roster.add(session);
    return session;
  });
  return { roster, sessions };
}

test('whatever wakes it and however often: one claim at a time, no agent past its slots, no task left while a slot is free', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1, maxLength: 8 }),
      fc.nat(600),
      fc.integer({ min: 1, max: 20 }),
      async (slots, waiting, wakes) => {
        const { roster, sessions } = rosterOf(slots);
        const queue = countedQueue(waiting);
        const loops = new ClaimLoops({ queue, roster, clock: idle, log: createLogger('silent'), pollMs: 1 });
        for (let count = 0; count < wakes; count += 1) loops.wake('python');
        await loops.idle();
        const total = slots.reduce((sum, count) => sum + count, 0);
        expect(sessions.reduce((sum, session) => sum + session.busy, 0)).toBe(Math.min(waiting, total));
        for (const session of sessions) expect(session.busy).toBeLessThanOrEqual(session.agent.slots);
        expect(queue.most()).toBeLessThanOrEqual(1);
        expect(queue.claims.length).toBeLessThanOrEqual(2 * slots.length + 1);
      },
    ),
  );
});

test('tasks that are claimed for an agent that left meanwhile are handed back', async () => {
  const { roster, sessions } = rosterOf([2]);
  const released: string[] = [];
  const queue = countedQueue(2);
  const loops = new ClaimLoops({
    queue: {
      async claim(...args) {
        const tasks = await queue.claim(...args);
        Object.assign(sessions[0]?.out ?? {}, { closed: true });
        return tasks;
      },
      release: async (_type, agent, leases) => {
        released.push(agent, ...leases.map(({ id }) => id));
        return [];
      },
    },
    roster,
    clock: idle,
    log: createLogger('silent'),
    pollMs: 1,
  });
  loops.wake('python');
  await loops.idle();
  expect(released).toHaveLength(3);
  expect(sessions[0]?.busy).toBe(0);
});

/** A clock that keeps what is to be called back, and forgets what was cancelled. */
function pausingClock() {
  const pauses: number[] = [];
  const due = new Set<() => void>();
  return {
    pauses,
    due,
    now: () => 0,
    after: (ms: number, callback: () => void) => {
      pauses.push(ms);
      due.add(callback);
      return () => void due.delete(callback);
    },
    /** Calls back the oldest. */
    pass(): void {
      const [first] = due;
      if (first === undefined) return;
      due.delete(first);
      first();
    },
  };
}

/** Loops of one hungry agent over a store that fails until told otherwise; counts the claims. */
function failingLoops() {
  const { roster } = rosterOf([1]);
  const clock = pausingClock();
  const store = { claims: 0, works: false };
  const queue = {
    claim: () => {
      store.claims += 1;
      return store.works ? Promise.resolve([]) : Promise.reject(new Error('gone'));
    },
    release: async () => [],
  };
  const loops = new ClaimLoops({ queue, roster, clock, log: createLogger('silent'), pollMs: 1 });
  return { loops, clock, store };
}

test('a store that fails is asked again, later and later', async () => {
  const { loops, clock } = failingLoops();
  loops.wake('python');
  for (let round = 0; round < 8; round += 1) {
    await loops.idle();
    clock.pass();
  }
  await loops.idle();
  expect(clock.pauses).toEqual([100, 200, 400, 800, 1_000, 1_000, 1_000, 1_000, 1_000]);
});

test('a store that fails is not asked before its time, whatever wakes the loop, and not for ever slower once it works', async () => {
  const { loops, clock, store } = failingLoops();
  loops.wake('python');
  await loops.idle();
  for (let count = 0; count < 10; count += 1) {
    loops.wake('python');
    await loops.idle();
  }
  expect(store.claims).toBe(1);
  expect(clock.due.size).toBe(1);
  store.works = true;
  clock.pass();
  await loops.idle();
  expect(store.claims).toBe(2);
  store.works = false;
  loops.wake('python');
  await loops.idle();
  expect(clock.pauses).toEqual([100, 100]);
});

test('once stopped, nothing is left to be called back', async () => {
  const { loops, clock, store } = failingLoops();
  loops.wake('python');
  await loops.idle();
  await loops.stop();
  expect(clock.due.size).toBe(0);
  loops.wake('python');
  await loops.idle();
  expect(store.claims).toBe(1);
});

test('a wake that comes as a claim ends is followed by another, whatever the moment', async () => {
  const lost: number[] = [];
  for (let offset = 0; offset < 30; offset += 1) {
    const gate = Promise.withResolvers<void>();
    let claims = 0;
    const queue = {
      async claim(): Promise<Assignment[]> {
        claims += 1;
        if (claims === 1) await gate.promise;
        return [];
      },
      release: async () => [],
    };
    const { roster } = rosterOf([1]);
    const loops = new ClaimLoops({ queue, roster, clock: idle, log: createLogger('silent'), pollMs: 5_000 });
    loops.wake('python');
    gate.resolve();
    await afterMicrotasks(offset);
    loops.wake('python');
    await loops.idle();
    if (claims !== 2) lost.push(offset);
  }
  expect(lost).toEqual([]);
});
