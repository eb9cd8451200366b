import {
  noUsage,
  taskIdFor,
  taskSpecSchema,
  ulidSource,
  type Assignment,
  type Task,
  type TaskResult,
} from '@agent-factory/contract';
import { createMetrics } from '../../../dispatcher/src/metrics';
import type { TaskQueue } from '../../../dispatcher/src/queue/port';
import { meteredQueue } from '../../../dispatcher/src/tasks/meteredQueue';

const start = Date.UTC(2030, 0, 1);
const spec = taskSpecSchema.parse({ type: 'python', brain: { kind: 'model', prompt: 'x' }, delay_ms: 1_000 });
const result = (outcome: TaskResult['outcome']): TaskResult => ({ outcome, usage: noUsage, tool_calls: [] });

/** A queue that gives out one task and takes every report; `state` is what a failed task is found in. */
function setup(state: Task['state'] = 'queued') {
  const clock = { now: start + 3_000 };
  const id = taskIdFor('python', ulidSource(() => start)());
  const work: Assignment = { id, epoch: 1, attempt: 1, crew: 'c', timeout_ms: 1, lease_ms: 1, spec };
  const ack = async (_type: string, _agent: string, leases: readonly { id: string; epoch: number }[]) =>
    leases.map((lease) => ({ id: lease.id, epoch: lease.epoch, accepted: lease.epoch === 1 }));
  const stub: Partial<TaskQueue> = {
    claim: async () => [work],
    complete: ack,
    release: ack,
    lose: ack,
    cancel: async () => ({ type: 'python', state: 'cancelled' }) as Task,
    get: async () => ({ state }) as Task,
    sweep: async () => ({ promoted: 0, reclaimed: 2, dropped: 0 }),
  };
  const metrics = createMetrics();
  const queue = meteredQueue(stub as TaskQueue, metrics, () => clock.now); // only what is metered is called
  return { queue, clock, id, figures: () => metrics.registry.metrics() };
}

test('waits are counted from the end of the delay, attempts from claim to report', async () => {
  const { queue, clock, id, figures } = setup();
  await queue.claim('python', 'a', 1);
  clock.now += 4_000;
  await queue.complete('python', 'a', [{ id, epoch: 1, result: result('succeeded') }]);
  const text = await figures();
  expect(text).toContain('agent_task_wait_seconds_sum{type="python",priority="P2"} 2\n');
  expect(text).toContain('agent_task_duration_seconds_sum{type="python",outcome="succeeded"} 4\n');
  expect(text).toContain('agent_tasks_total{type="python",outcome="succeeded"} 1\n');
});

test('a report that the queue refuses counts for nothing', async () => {
  const { queue, id, figures } = setup();
  await queue.claim('python', 'a', 1);
  await queue.complete('python', 'a', [{ id, epoch: 2, result: result('succeeded') }]);
  expect(await figures()).not.toContain('agent_tasks_total{');
});

test.each([
  ['queued', 'agent_task_retries_total{type="python",reason="failed"} 1'],
  ['failed', 'agent_tasks_total{type="python",outcome="failed"} 1'],
] as const)('a failed attempt whose task is then %s counts as %s', async (state, line) => {
  const { queue, id, figures } = setup(state);
  await queue.claim('python', 'a', 1);
  await queue.complete('python', 'a', [{ id, epoch: 1, result: result('failed') }]);
  await new Promise(setImmediate);
  expect(await figures()).toContain(line);
});

test('leases that were lost and cancels are counted, a cancel once however often it is asked', async () => {
  const { queue, id, figures } = setup();
  await queue.sweep('python');
  await queue.cancel(id);
  await queue.cancel(id);
  const text = await figures();
  expect(text).toContain('agent_task_retries_total{type="python",reason="lost"} 2\n');
  expect(text).toContain('agent_tasks_total{type="python",outcome="cancelled"} 1\n');
});
