import { agentType, noUsage } from '@agent-factory/contract';
import { failure, lease, only, running, submitOne, success, type QueueHarness } from '../fixtures';

const { base_ms: base, jitter } = agentType('python').retry;

export function retryConformance(fresh: () => Promise<QueueHarness>): void {
  const fail = (harness: QueueHarness, held: { id: string; epoch: number }, retryable: boolean) =>
    harness.queue.complete('python', 'agent-1', [{ ...lease(held), result: failure(retryable) }]);

  describe('retries', () => {
    test('a failure that may be retried waits longer each time, then ends the task', async () => {
      const harness = await fresh();
      const { queue, clock } = harness;
      let held = await running(harness, 'agent-1', { maxAttempts: 3 });
      for (const n of [1, 2]) {
        await fail(harness, held, true);
        const waiting = await queue.get(held.id);
        const delay = Math.floor(base * 2 ** (n - 1) * (1 - jitter));
        expect(waiting).toMatchObject({
          state: 'delayed',
          failures: n,
          run_at: new Date(clock.now() + delay).toISOString(),
        });
        clock.advance(delay - 1);
        expect(await queue.sweep('python')).toMatchObject({ promoted: 0, nextDueMs: 1 });
        clock.advance(1);
        expect((await queue.sweep('python')).promoted).toBe(1);
        held = only(await queue.claim('python', 'agent-1', 1));
        expect(held.epoch).toBe(n + 1);
      }
      await fail(harness, held, true);
      const dead = await queue.get(held.id);
      expect(dead).toMatchObject({ state: 'failed', failures: 3, result: failure(true) });
      expect(dead.attempts.map(({ outcome, error }) => [outcome, error?.code])).toEqual([
        ['failed', 'TOOL_FAILED'],
        ['failed', 'TOOL_FAILED'],
        ['failed', 'TOOL_FAILED'],
      ]);
      expect(only(await queue.listDead('python', 10)).id).toBe(held.id);
    });

    test('the delay is random by the share that the policy says, and never above its cap', async () => {
      const harness = await fresh();
      const { queue, clock } = harness;
      const { max_ms: cap } = agentType('python').retry;
      const delays = new Set<number>();
      for (let n = 0; n < 6; n += 1) {
        harness.random.value = n / 7;
        const held = await running(harness);
        await fail(harness, held, true);
        const delay = Date.parse((await queue.get(held.id)).run_at ?? '') - clock.now();
        expect(delay).toBeGreaterThanOrEqual(base * (1 - jitter));
        expect(delay).toBeLessThanOrEqual(base);
        delays.add(delay);
      }
      expect(delays.size).toBeGreaterThan(1);
      let held = await running(harness, 'agent-1', { maxAttempts: 12, priority: 'P0' });
      for (let n = 0; n < 11; n += 1) {
        await fail(harness, held, true);
        const delay = Date.parse((await queue.get(held.id)).run_at ?? '') - clock.now();
        expect(delay).toBeLessThanOrEqual(cap);
        clock.advance(delay);
        await queue.sweep('python');
        held = only(await queue.claim('python', 'agent-1', 1));
      }
    });

    test('a failure that may not be retried ends the task at once', async () => {
      const harness = await fresh();
      const held = await running(harness);
      await fail(harness, held, false);
      expect(await harness.queue.get(held.id)).toMatchObject({ state: 'failed', failures: 1 });
    });

    test('a released task uses no attempt and keeps its place', async () => {
      const harness = await fresh();
      const { queue, clock } = harness;
      const first = await submitOne(harness, { priority: 'P3', maxAttempts: 1 });
      clock.advance(10);
      await submitOne(harness, { priority: 'P3' });
      for (let epoch = 1; epoch < 30; epoch += 1) {
        const held = only(await queue.claim('python', 'agent-1', 1));
        expect(held).toMatchObject({ id: first.id, epoch });
        expect(only(await queue.release('python', 'agent-1', [lease(held)], 'drain')).accepted).toBe(true);
      }
      const task = await queue.get(first.id);
      expect(task).toMatchObject({ state: 'queued', failures: 0, attempt: 29 });
      expect(task.attempts).toHaveLength(20);
      expect(task.attempts.at(-1)).toMatchObject({ attempt: 29, outcome: 'released' });
    });

    test('a task of a lost agent is retried at once at its old place, until its attempts are spent', async () => {
      const harness = await fresh();
      const { queue, clock } = harness;
      const task = await submitOne(harness, { priority: 'P1', maxAttempts: 2 });
      clock.advance(60_000);
      await submitOne(harness, { priority: 'P1' });
      let held = only(await queue.claim('python', 'agent-1', 1));
      expect(only(await queue.lose('python', 'agent-2', [lease(held)])).code).toBe('LEASE_NOT_HELD');
      await queue.lose('python', 'agent-1', [lease(held)]);
      expect(await queue.get(task.id)).toMatchObject({ state: 'queued', failures: 1, start_by: task.start_by });
      held = only(await queue.claim('python', 'agent-2', 1));
      expect(held).toMatchObject({ id: task.id, epoch: 2 });
      expect(only(await queue.lose('python', 'agent-2', [lease(held)])).ended).toBe('failed');
      expect(await queue.get(task.id)).toMatchObject({
        state: 'failed',
        failures: 2,
        result: { outcome: 'failed', error: { code: 'WORKER_LOST' }, usage: noUsage },
        attempts: [{ outcome: 'lost' }, { outcome: 'lost', error: { code: 'WORKER_LOST' } }],
      });
    });

    test('an expired lease is retried at once at its old place', async () => {
      const harness = await fresh();
      const { queue, clock, leaseMs } = harness;
      const held = await running(harness, 'agent-1', { priority: 'P0' });
      const others = await Promise.all([
        submitOne(harness, { priority: 'P0' }),
        submitOne(harness, { priority: 'P1' }),
      ]);
      clock.advance(leaseMs);
      expect(await queue.sweep('python')).toMatchObject({ reclaimed: { requeued: 1, failed: 0 } });
      const again = await queue.claim('python', 'agent-2', 3);
      expect(again[0]).toMatchObject({ id: held.id, epoch: 2 });
      expect(again).toHaveLength(1 + others.length);
      expect(only(await queue.complete('python', 'agent-1', [{ ...lease(held), result: success }])).code).toBe(
        'LEASE_EXPIRED',
      );
    });
  });
}
