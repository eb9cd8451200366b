import { noUsage } from '@agent-factory/contract';
import { failure, lease, newTask, only, running, submitOne, success, typeWith, type QueueHarness } from '../fixtures';

const nothingReclaimed = { requeued: 0, failed: 0, cancelled: 0 };
const progress = { step: 'a', done: 1, total: 3 };

export function leaseConformance(fresh: () => Promise<QueueHarness>): void {
  describe('leases', () => {
    test('claims P0 first in order of arrival, then by start-by time', async () => {
      const harness = await fresh();
      const { queue, clock } = harness;
      const names = ['P3', 'P2', 'P1', 'P0', 'P0'] as const;
      const ids: string[] = [];
      for (const priority of names) {
        ids.push((await submitOne(harness, { priority })).id);
        clock.advance(1);
      }
      const aged = await submitOne(harness, { priority: 'P3' });
      clock.advance(3_600_000);
      const late = await submitOne(harness, { priority: 'P1' });
      const claimed = await queue.claim('python', 'agent-1', 10);
      expect(claimed.map(({ id }) => id)).toEqual([ids[3], ids[4], ids[2], ids[1], ids[0], aged.id, late.id]);
    });

    test('an assignment carries the task as submitted', async () => {
      const { queue, leaseMs } = await fresh();
      const task = newTask({ timeoutMs: 5_000, crew: 'blue', labels: { a: 'b' } });
      await queue.submit(typeWith('python'), [task]);
      expect(await queue.claim('python', 'agent-1', 1)).toEqual([
        { id: task.id, epoch: 1, attempt: 1, crew: 'blue', timeout_ms: 5_000, lease_ms: leaseMs, spec: task.spec },
      ]);
      expect(await queue.claim('python', 'agent-2', 1)).toEqual([]);
      expect(await queue.claim('python', 'agent-2', 0)).toEqual([]);
    });

    test('a result by the holder ends the task once', async () => {
      const harness = await fresh();
      const { queue } = harness;
      const held = await running(harness);
      const report = {
        ...lease(held),
        result: { ...success, usage: { ...noUsage, tool_calls: 4, input_tokens: 999 } },
      };
      expect(await queue.complete('python', 'agent-1', [report, report])).toEqual([
        { ...lease(held), accepted: true, ended: 'succeeded' },
        { ...lease(held), accepted: true, ended: 'succeeded', repeated: true },
      ]);
      const other = { ...report, result: { ...success, output: 'another' } };
      expect(only(await queue.complete('python', 'agent-1', [other])).code).toBe('LEASE_EXPIRED');
      expect(only(await queue.complete('python', 'agent-2', [report])).code).toBe('LEASE_NOT_HELD');
      const kinds = (await harness.events('python')).map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind === 'succeeded')).toHaveLength(1);
      const task = await queue.get(held.id);
      expect(task).toMatchObject({ state: 'succeeded', agent_id: 'agent-1', result: report.result });
      // Tokens are metered by the gateway, never taken from the agent's word.
      expect(task.usage).toEqual({ ...noUsage, tool_calls: 4 });
      expect(task.attempts).toMatchObject([{ attempt: 1, outcome: 'succeeded', agent_id: 'agent-1' }]);
    });

    test('a failure or release that is reported again, its answer lost, is accepted again and counts once', async () => {
      const harness = await fresh();
      const { queue, clock } = harness;
      const held = await running(harness);
      const report = { ...lease(held), result: failure(true) };
      for (const expected of [{}, { repeated: true }])
        expect(await queue.complete('python', 'agent-1', [report])).toEqual([
          { ...lease(held), accepted: true, ...expected },
        ]);
      expect(await queue.get(held.id)).toMatchObject({ state: 'delayed', failures: 1 });
      expect(only(await queue.complete('python', 'agent-1', [{ ...report, result: failure(false) }])).code).toBe(
        'LEASE_EXPIRED',
      );
      clock.advance(60_000);
      await queue.sweep('python');
      const again = only(await queue.claim('python', 'agent-1', 1));
      expect(only(await queue.complete('python', 'agent-1', [report])).code).toBe('LEASE_EXPIRED');
      for (const expected of [{}, { repeated: true }])
        expect(await queue.release('python', 'agent-1', [lease(again)], 'drain')).toEqual([
          { ...lease(again), accepted: true, ...expected },
        ]);
      expect((await queue.get(held.id)).attempts).toHaveLength(2);
    });

    test.each([
      ['fails for good', 'failed', failure(false)],
      ['was cancelled', 'cancelled', { ...success, outcome: 'cancelled' }],
    ] as const)('a report that comes again tells the end once more: the task %s', async (_, ended, result) => {
      const harness = await fresh();
      const held = await running(harness);
      const report = { ...lease(held), result };
      const first = { ...lease(held), accepted: true, ended };
      expect(await harness.queue.complete('python', 'agent-1', [report])).toEqual([first]);
      expect(await harness.queue.complete('python', 'agent-1', [report])).toEqual([{ ...first, repeated: true }]);
    });

    test('a lease that is given up again, the answer lost, is accepted again with its end, and counts once', async () => {
      const harness = await fresh();
      const { queue } = harness;
      for (const [maxAttempts, more] of [
        [2, {}],
        [1, { ended: 'failed' }],
      ] as const) {
        const held = await running(harness, 'agent-1', { maxAttempts });
        const first = { ...lease(held), accepted: true, ...more };
        expect(await queue.lose('python', 'agent-1', [lease(held)])).toEqual([first]);
        expect(await queue.lose('python', 'agent-1', [lease(held)])).toEqual([{ ...first, repeated: true }]);
        expect(await queue.get(held.id)).toMatchObject({ failures: 1, attempts: [{ outcome: 'lost' }] });
        expect(only(await queue.release('python', 'agent-1', [lease(held)], 'drain')).code).toBe('LEASE_EXPIRED');
        if (maxAttempts === 2) await queue.cancel(held.id);
      }
    });

    test('refuses reports by another agent, another epoch and on unknown tasks', async () => {
      const harness = await fresh();
      const { queue } = harness;
      const held = await running(harness);
      const result = success;
      const code = async (agentId: string, id: string, epoch: number) =>
        only(await queue.complete('python', agentId, [{ id, epoch, result }])).code;
      expect(await code('agent-2', held.id, 1)).toBe('LEASE_NOT_HELD');
      expect(await code('agent-1', held.id, 2)).toBe('LEASE_NOT_HELD');
      expect(await code('agent-1', newTask().id, 1)).toBe('TASK_NOT_FOUND');
      expect(await code('agent-1', held.id.replace('python', 'data'), 1)).toBe('TASK_NOT_FOUND');
      await queue.release('python', 'agent-1', [lease(held)], 'drain');
      await queue.claim('python', 'agent-1', 1);
      expect(await code('agent-1', held.id, 1)).toBe('LEASE_EXPIRED');
      expect((await queue.get(held.id)).state).toBe('running');
    });

    test('a heartbeat renews the lease, tells cancels and lost leases', async () => {
      const harness = await fresh();
      const { queue, clock, leaseMs } = harness;
      const [a, b] = [await running(harness), await running(harness)];
      clock.advance(leaseMs - 1);
      await queue.cancel(b.id);
      expect(await queue.heartbeat('python', 'agent-1', [lease(a), lease(b), { id: a.id, epoch: 7 }])).toEqual([
        { ...lease(a), state: 'held' },
        { ...lease(b), state: 'cancel' },
        { id: a.id, epoch: 7, state: 'lost' },
      ]);
      clock.advance(leaseMs - 1);
      expect((await queue.sweep('python')).reclaimed).toEqual(nothingReclaimed);
      clock.advance(1);
      expect((await queue.sweep('python')).reclaimed).toEqual({ requeued: 1, failed: 0, cancelled: 1 });
      expect(await queue.heartbeat('python', 'agent-1', [lease(a)])).toEqual([{ ...lease(a), state: 'lost' }]);
    });

    test('a late heartbeat keeps a lease that nobody has taken back yet', async () => {
      const harness = await fresh();
      const { queue, clock, leaseMs } = harness;
      const held = await running(harness);
      clock.advance(leaseMs + 5_000);
      expect(only(await queue.heartbeat('python', 'agent-1', [lease(held)])).state).toBe('held');
      expect((await queue.sweep('python')).reclaimed).toEqual(nothingReclaimed);
    });

    test('progress is kept, and told only when it changes', async () => {
      const harness = await fresh();
      const { queue } = harness;
      const held = await running(harness);
      for (const done of [1, 1, 2]) {
        await queue.heartbeat('python', 'agent-1', [{ ...lease(held), progress: { ...progress, done } }]);
      }
      expect((await queue.get(held.id)).progress).toEqual({ ...progress, done: 2 });
      const kinds = (await harness.events('python')).map(({ kind }) => kind);
      expect(kinds).toEqual(['queued', 'claimed', 'progress', 'progress']);
    });

    test('tool calls count as the agent tells of them, also those of attempts that were lost or handed back', async () => {
      const harness = await fresh();
      const { queue } = harness;
      const calls = async () => (await queue.get(first.id)).usage.tool_calls;
      const tell = (held: typeof first, tool_calls: number) =>
        queue.heartbeat('python', 'agent-1', [{ ...lease(held), usage: { ...noUsage, tool_calls, model_calls: 9 } }]);
      const again = async () => only(await queue.claim('python', 'agent-1', 1));
      const first = await running(harness, 'agent-1', { maxAttempts: 3 });
      const seen: number[] = [];
      for (const told of [2, 2, 5, 4]) {
        await tell(first, told); // the last one is a late word: counts only grow
        seen.push(await calls());
      }
      expect(seen).toEqual([2, 2, 5, 5]);
      expect((await queue.meter(lease(first), 'agent-1', noUsage)).usage).toEqual({ ...noUsage, tool_calls: 5 });
      expect(only((await queue.list({ limit: 1 })).tasks).usage.tool_calls).toBe(5);
      await queue.lose('python', 'agent-1', [lease(first)]);
      expect(await calls()).toBe(5);
      const second = await again();
      await tell(second, 3);
      await queue.release('python', 'agent-1', [lease(second)], 'drain');
      expect(await calls()).toBe(8);
      const third = await again();
      await tell(third, 1);
      // The result tells of all calls of its attempt.
      const usage = { ...noUsage, tool_calls: 2 };
      await queue.complete('python', 'agent-1', [{ ...lease(third), result: { ...success, usage } }]);
      expect(await calls()).toBe(10);
      const dead = await running(harness, 'agent-1', { maxAttempts: 1 });
      await tell(dead, 6);
      await queue.lose('python', 'agent-1', [lease(dead)]);
      expect(await queue.get(dead.id)).toMatchObject({
        usage: { tool_calls: 6 },
        result: { usage: { tool_calls: 6 } },
      });
      expect((await harness.events('python')).map(({ kind }) => kind)).not.toContain('progress');
    });

    test('heartbeats never hold a task past its timeout and one lease', async () => {
      const harness = await fresh();
      const { queue, clock, leaseMs } = harness;
      const held = await running(harness, 'agent-1', { timeoutMs: 25_000 });
      const end = clock.now() + 25_000 + leaseMs;
      while (clock.now() + 4_000 < end) {
        clock.advance(4_000);
        expect(only(await queue.heartbeat('python', 'agent-1', [lease(held)])).state).toBe('held');
      }
      clock.advance(end - clock.now());
      expect(only(await queue.heartbeat('python', 'agent-1', [lease(held)])).state).toBe('lost');
      expect((await queue.sweep('python')).reclaimed).toEqual({ ...nothingReclaimed, requeued: 1 });
      const task = await queue.get(held.id);
      expect(task).toMatchObject({
        state: 'delayed',
        failures: 1,
        attempts: [{ outcome: 'lost', error: { code: 'TASK_TIMEOUT' } }],
      });
    });

    test('meters usage over all attempts, for the holder only', async () => {
      const harness = await fresh();
      const { queue } = harness;
      const first = await running(harness, 'agent-1', { limits: { max_tokens: 100, max_cost_usd: 0.5 } });
      const used = { ...noUsage, input_tokens: 10, output_tokens: 5, cost_usd: 0.125, model_calls: 1 };
      await queue.meter(lease(first), 'agent-1', used);
      await queue.release('python', 'agent-1', [lease(first)], 'drain');
      await expect(queue.meter(lease(first), 'agent-1', used)).rejects.toMatchObject({ code: 'LEASE_EXPIRED' });
      const second = only(await queue.claim('python', 'agent-2', 1));
      await expect(queue.meter(lease(second), 'agent-1', used)).rejects.toMatchObject({ code: 'LEASE_NOT_HELD' });
      await expect(queue.meter({ id: newTask().id, epoch: 1 }, 'agent-1', used)).rejects.toMatchObject({
        code: 'TASK_NOT_FOUND',
      });
      await queue.meter(lease(second), 'agent-2', used);
      expect(await queue.meter(lease(second), 'agent-2', noUsage)).toEqual({
        usage: { input_tokens: 20, output_tokens: 10, cost_usd: 0.25, model_calls: 2, tool_calls: 0 },
        limits: { max_tokens: 100, max_cost_usd: 0.5, max_tool_calls: 1_000 },
      });
      expect((await queue.get(first.id)).usage.input_tokens).toBe(20);
    });
  });
}
