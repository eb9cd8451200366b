import { isTerminal, noUsage, priorities, taskTransitions, type TaskState } from '@agent-factory/contract';
import * as fc from 'fast-check';
import type { Redis } from 'ioredis';
import { startRedis, type RedisServer } from '../../support/redis';
import { newTask, only, typeWith, type QueueHarness } from './fixtures';
import { QueueModel, type ModelLease } from './model';
import { cutAnswers, redisHarness } from './redisHarness';

let server: RedisServer;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = await server.connect();
});
afterAll(() => server.stop());

const pick = fc.nat({ max: 1_000 });
const agent = fc.constantFrom('a1', 'a2', 'a3');
const reporter = fc.constantFrom('holder', 'holder', 'holder', 'a1', 'a2');

const operation = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('submit' as const),
      priority: fc.constantFrom(...priorities),
      delayMs: fc.constantFrom(0, 0, 5_000),
      maxAttempts: fc.integer({ min: 1, max: 3 }),
      timeoutMs: fc.constantFrom(8_000, 60_000),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('claim' as const),
      agent,
      max: fc.integer({ min: 1, max: 4 }),
      // How many answers are lost: after one the queue asks again by itself.
      cuts: fc.constantFrom(0, 0, 0, 1, 2),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('heartbeat' as const), pick, by: reporter }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('complete' as const),
      pick,
      by: reporter,
      outcome: fc.constantFrom('succeeded' as const, 'failed' as const, 'failed' as const, 'cancelled' as const),
      retryable: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('release' as const), pick, by: reporter }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('lose' as const), pick, by: reporter }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('recover' as const), pick, by: reporter, latestClaim: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel' as const), pick }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('redrive' as const), pick }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('pause' as const), paused: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(1, 400, 3_000, 10_000) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('sweep' as const) }) },
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

/** Does one operation on both: what the queue answered and what the model did. */
async function perform(op: Operation, harness: QueueHarness, model: QueueModel): Promise<[unknown?, unknown?]> {
  const { queue, clock } = harness;
  const chosen = (of: { pick: number; by: string }): ModelLease => {
    const lease = model.leases[of.pick % Math.max(1, model.leases.length)] ?? {
      id: newTask().id,
      epoch: 1,
      agent: 'a1',
    };
    return of.by === 'holder' ? lease : { ...lease, agent: of.by };
  };
  const taskId = (n: number): string => [...model.tasks.keys()][n % Math.max(1, model.tasks.size)] ?? newTask().id;
  const code = (promise: Promise<unknown>): Promise<unknown> =>
    promise.then(
      () => undefined,
      (error: { code?: unknown }) => error.code ?? error,
    );
  switch (op.kind) {
    case 'submit': {
      const task = newTask({
        priority: op.priority,
        delay_ms: op.delayMs,
        maxAttempts: op.maxAttempts,
        timeoutMs: op.timeoutMs,
      });
      await queue.submit(typeWith('python'), [task]);
      model.submit(task.id, op.priority, op.delayMs, op.maxAttempts, op.timeoutMs);
      return [];
    }
    case 'claim': {
      cutAnswers(redis, op.cuts);
      const claiming = queue.claim('python', op.agent, op.max);
      const heard = op.cuts < 2;
      const claimed = model.claim(op.agent, op.max, heard);
      if (!heard) return [await code(claiming), 'STORE_UNAVAILABLE'];
      return [(await claiming).map(({ id, epoch }) => ({ id, epoch, agent: op.agent })), claimed];
    }
    case 'heartbeat': {
      const { agent, ...lease } = chosen(op);
      return [only(await queue.heartbeat('python', agent, [lease])).state, model.heartbeat({ ...lease, agent })];
    }
    case 'complete': {
      const { agent, ...lease } = chosen(op);
      const error = { code: 'TOOL_FAILED' as const, message: 'no', retryable: op.retryable };
      const result = {
        outcome: op.outcome,
        usage: noUsage,
        tool_calls: [],
        ...(op.outcome === 'failed' ? { error } : {}),
      };
      const ack = only(await queue.complete('python', agent, [{ ...lease, result }]));
      return [ack.code, model.complete({ ...lease, agent }, op.outcome, op.retryable)];
    }
    case 'release':
    case 'lose': {
      const { agent, ...lease } = chosen(op);
      const ack =
        op.kind === 'lose' ? queue.lose('python', agent, [lease]) : queue.release('python', agent, [lease], 'drain');
      return [only(await ack).code, model[op.kind]({ ...lease, agent })];
    }
    case 'recover': {
      const { agent, ...lease } = chosen(op);
      const { latestClaim } = op;
      return [
        await queue.recover('python', agent, [lease], { latestClaim }),
        model.recover({ ...lease, agent }, latestClaim),
      ];
    }
    case 'cancel':
    case 'redrive': {
      const id = taskId(op.pick);
      return [await code(queue[op.kind](id)), model[op.kind](id)];
    }
    case 'pause':
      await queue.setPaused('python', op.paused);
      model.paused = op.paused;
      return [];
    case 'pass':
      clock.advance(op.ms);
      return [];
    case 'sweep':
      break;
  }
  const { promoted, reclaimed } = await queue.sweep('python');
  return [{ promoted, reclaimed }, model.sweep()];
}

/** Holds every task and count against the model; answers the states, to judge the transitions. */
async function compare(harness: QueueHarness, model: QueueModel, before: ReadonlyMap<string, TaskState>) {
  const { queue, clock } = harness;
  for (const { id, least, most } of model.delays.splice(0)) {
    const delay = Date.parse((await queue.get(id)).run_at ?? '') - clock.now();
    expect(delay).toBeGreaterThanOrEqual(least);
    expect(delay).toBeLessThanOrEqual(most);
    Object.assign(model.tasks.get(id) ?? {}, { runAt: clock.now() + delay });
  }
  const states = new Map<string, TaskState>();
  await Promise.all(
    [...model.tasks.values()].map(async (expected) => {
      const task = await queue.get(expected.id);
      expect(task).toMatchObject({
        state: expected.state,
        attempt: expected.epoch,
        failures: expected.failures,
        cancel_requested: expected.cancel,
        ...(expected.started > 0 ? { started_at: new Date(expected.started).toISOString() } : {}),
        start_by: new Date(expected.startBy).toISOString(),
      });
      expect(task.attempts).toHaveLength(expected.epoch);
      expect(task.finished_at === undefined).toBe(!isTerminal(task.state));
      const last = before.get(task.id) ?? task.state;
      expect([last, ...taskTransitions[last]]).toContain(task.state);
      states.set(task.id, task.state);
    }),
  );
  const counts = {
    waiting: model.inState('queued').length,
    delayed: model.inState('delayed').length,
    running: model.inState('running').length,
    dead: model.inState('failed').length,
    paused: model.paused,
  };
  expect(await queue.stats('python')).toMatchObject(counts);
  return states;
}

/** Every task is in exactly the set of its state. */
async function keysAgree(model: QueueModel): Promise<void> {
  const sets = { queued: 'queue', delayed: 'delayed', running: 'leases', failed: 'dead' } as const;
  for (const [state, key] of Object.entries(sets)) {
    const members = await redis.zrange(`${key}:{python}`, '0', '-1');
    const expected = model.inState(state as keyof typeof sets).map(({ id }) => id.slice('python-'.length));
    expect(members.sort()).toEqual(expected.sort());
  }
}

test('any history keeps to the model: legal transitions, one end, no stale epoch, kept priorities, agreeing counts', async () => {
  const history = fc.array(operation, { minLength: 1, maxLength: 50, size: 'max' });
  const random = fc.double({ min: 0, max: 0.999, noNaN: true });
  await fc.assert(
    fc.asyncProperty(history, random, async (operations, value) => {
      // Retention is another test: here every task is kept.
      const harness = await redisHarness(redis, { retention: {} });
      harness.random.value = value;
      const model = new QueueModel(harness.clock.now, harness.leaseMs);
      let states: ReadonlyMap<string, TaskState> = new Map();
      for (const op of operations) {
        const [answered, expected] = await perform(op, harness, model);
        expect(answered).toEqual(expected);
        states = await compare(harness, model, states);
      }
      await keysAgree(model);
    }),
    { numRuns: 60 },
  );
}, 60_000);
