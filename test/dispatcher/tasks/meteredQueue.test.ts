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
import type { ReportAck, TaskQueue } from '../../../dispatcher/src/queue/port';
import { meteredQueue } from '../../../dispatcher/src/tasks/meteredQueue';

const start = Date.UTC(2030, 0, 1);
const spec = taskSpecSchema.parse({ type: 'python', brain: { kind: 'model', prompt: 'x' }, delay_ms: 1_000 });
const result = (outcome: TaskResult['outcome']): TaskResult => ({ outcome, usage: noUsage, tool_calls: [] });

/** A queue that gives out one task and takes every report; `more` is what it tells of it besides. */
function setup(more: Pick<ReportAck, 'ended' | 'repeated'> = {}) {
  const clock = { now: start + 3_000 };
  const id = taskIdFor('python', ulidSource(() => start)());
  const work: Assignment = { id, epoch: 1, attempt: 1, crew: 'c', timeout_ms: 1, lease_ms: 1, spec };
  let failures = 0;
  const ack = async (_type: string, _agent: string, leases: readonly { id: string; epoch: number }[]) => {
    failures -= 1;
    if (failures >= 0) throw new Error('unheard');
    return leases.map((lease) => ({ id: lease.id, epoch: lease.epoch, accepted: lease.epoch === 1, ...more }));
  };
  const stub: Partial<TaskQueue> = {
    claim: async () => [work],
    complete: ack,
    release: ack,
    lose: ack,
    cancel: async () => ({ type: 'python', state: 'cancelled' }) as Task,
    sweep: async () => ({ promoted: 0, reclaimed: { requeued: 2, failed: 3, cancelled: 4 }, dropped: 0 }),
  };
  const metrics = createMetrics();
  const queue = meteredQueue(stub as TaskQueue, metrics, () => clock.now); // only what is metered is called
  /** The next so many reports go unanswered. */
  const fail = (count: number): void => void (failures = count);
  return { queue, clock, id, figures: () => metrics.registry.metrics(), fail };
}

test('waits are counted from the end of the delay, attempts from claim to report', async () => {
  const { queue, clock, id, figures } = setup({ ended: 'succeeded' });
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

const retriesOf = (reason: string) => `agent_task_retries_total{type="python",reason="${reason}"} 1`;
const endsAs = (outcome: string) => `agent_tasks_total{type="python",outcome="${outcome}"} 1`;

test.each([
  ['complete', {}, retriesOf('failed')],
  ['complete', { ended: 'failed' }, endsAs('failed')],
  ['complete', { ended: 'cancelled' }, endsAs('cancelled')],
  ['lose', {}, retriesOf('lost')],
  ['lose', { ended: 'failed' }, endsAs('failed')],
  ['lose', { ended: 'cancelled' }, endsAs('cancelled')],
  ['release', { ended: 'cancelled' }, endsAs('cancelled')],
] as const)('%s of a failed attempt that is answered %j counts as one thing', async (how, more, line) => {
  const { queue, id, figures } = setup(more);
  await queue.claim('python', 'a', 1);
  const lease = { id, epoch: 1 };
  if (how === 'complete') await queue.complete('python', 'a', [{ ...lease, result: result('failed') }]);
  if (how === 'lose') await queue.lose('python', 'a', [lease]);
  if (how === 'release') await queue.release('python', 'a', [lease], 'drain');
  const counted = (await figures())
    .split('\n')
    .filter((text) => text.startsWith('agent_tasks_total{') || text.startsWith('agent_task_retries_total{'));
  expect(counted).toEqual([line]);
});

test('a report that was counted when it came first is not counted again', async () => {
  const { queue, id, figures } = setup({ ended: 'failed', repeated: true });
  await queue.claim('python', 'a', 1);
  await queue.complete('python', 'a', [{ id, epoch: 1, result: result('failed') }]);
  expect(await figures()).not.toMatch(/agent_task(_retries|s)_total\{/);
});

test.each([
  ['complete', endsAs('failed')],
  ['release', endsAs('failed')],
  ['lose', endsAs('failed')],
] as const)('%s that went unanswered and is asked for again counts once', async (how, line) => {
  const { queue, id, figures, fail } = setup({ ended: 'failed', repeated: true });
  await queue.claim('python', 'a', 1);
  const lease = { id, epoch: 1 };
  const report = () =>
    how === 'complete'
      ? queue.complete('python', 'a', [{ ...lease, result: result('failed') }])
      : how === 'release'
        ? queue.release('python', 'a', [lease], 'drain')
        : queue.lose('python', 'a', [lease]);
  fail(2);
  await expect(report()).rejects.toThrow('unheard');
  await expect(report()).rejects.toThrow('unheard');
  for (let n = 0; n < 2; n += 1) await report();
  const text = await figures();
  expect(text).toContain(`${line}\n`);
  expect(text).toContain('agent_task_duration_seconds_count{type="python"');
});

test('leases that ran out are counted by what became of their tasks, a cancel once however often it is asked', async () => {
  const { queue, id, figures } = setup();
  await queue.sweep('python');
  await queue.cancel(id);
  await queue.cancel(id);
  const text = await figures();
  expect(text).toContain('agent_task_retries_total{type="python",reason="lost"} 2\n');
  expect(text).toContain('agent_tasks_total{type="python",outcome="failed"} 3\n');
  expect(text).toContain('agent_tasks_total{type="python",outcome="cancelled"} 5\n');
});
