import { noUsage } from '@agent-factory/contract';
import { lease, newTask, only, running, submitOne, success, typeWith, type QueueHarness } from '../fixtures';

/** How often a task comes back without an attempt. */
const freeReturns = 3;
const latest = { latestClaim: true };
const named = { latestClaim: false };

/** The words of an agent that acknowledge a lease. */
const acknowledgements = {
  heartbeat: ({ queue }: QueueHarness, held: { id: string; epoch: number }) =>
    queue.heartbeat('python', 'agent-1', [lease(held)]),
  'log line': ({ queue }: QueueHarness, held: { id: string; epoch: number }) =>
    queue.log('python', 'agent-1', [{ ...lease(held), at: new Date(0).toISOString(), stream: 'agent', text: 'x' }]),
  'model call': ({ queue }: QueueHarness, held: { id: string; epoch: number }) =>
    queue.meter(lease(held), 'agent-1', noUsage),
};

export function recoveryConformance(fresh: () => Promise<QueueHarness>): void {
  describe('tasks that never reached their agent', () => {
    test('wait again at their old place, at once and without an attempt', async () => {
      const harness = await fresh();
      const { queue, clock } = harness;
      const held = await running(harness, 'agent-1', { maxAttempts: 1 });
      clock.advance(5);
      await submitOne(harness);
      expect(await queue.recover('python', 'agent-1', [lease(held)], named)).toBe(1);
      const task = await queue.get(held.id);
      expect(task).toMatchObject({
        state: 'queued',
        failures: 0,
        attempts: [{ outcome: 'lost', agent_id: 'agent-1' }],
      });
      expect(task.attempts[0]?.error?.message).toContain('no attempt is used');
      expect(only(await queue.complete('python', 'agent-1', [{ ...lease(held), result: success }])).code).toBe(
        'LEASE_EXPIRED',
      );
      expect(await queue.recover('python', 'agent-1', [lease(held)], named)).toBe(0);
      expect(only(await queue.claim('python', 'agent-2', 1))).toMatchObject({ id: held.id, epoch: 2 });
    });

    test('use no attempt either when it is their lease that runs out', async () => {
      const harness = await fresh();
      const { queue, clock, leaseMs } = harness;
      const held = await running(harness, 'agent-1', { maxAttempts: 1, timeoutMs: 1_000 });
      clock.advance(leaseMs);
      expect((await queue.sweep('python')).reclaimed).toEqual({ requeued: 1, failed: 0, cancelled: 0 });
      expect(await queue.get(held.id)).toMatchObject({ state: 'queued', failures: 0 });
    });

    test('are found by the latest claim of the agent, whichever it was, and not by that of another', async () => {
      const { queue } = await fresh();
      await queue.submit(
        typeWith('python'),
        Array.from({ length: 5 }, () => newTask()),
      );
      await queue.claim('python', 'agent-1', 1);
      const [kept, ...lost] = await queue.claim('python', 'agent-1', 3);
      const other = only(await queue.claim('python', 'agent-2', 1));
      if (kept === undefined) throw new Error('nothing was claimed');
      await queue.heartbeat('python', 'agent-1', [lease(kept)]);
      expect(await queue.recover('python', 'agent-3', [lease(other)], latest)).toBe(0);
      expect(await queue.recover('python', 'agent-1', [lease(other)], latest)).toBe(2);
      for (const { id } of lost) expect((await queue.get(id)).state).toBe('queued');
      for (const { id } of [kept, other]) expect((await queue.get(id)).state).toBe('running');
    });

    test('end cancelled when that was asked for meanwhile', async () => {
      const harness = await fresh();
      const held = await running(harness);
      await harness.queue.cancel(held.id);
      expect(await harness.queue.recover('python', 'agent-1', [lease(held)], named)).toBe(1);
      expect((await harness.queue.get(held.id)).state).toBe('cancelled');
    });

    test('come back so often and no more: then each time is an attempt, and a redrive begins anew', async () => {
      const harness = await fresh();
      const { queue } = harness;
      const task = await submitOne(harness, { maxAttempts: 2 });
      const lostTimes = async (): Promise<number> => {
        let times = 0;
        for (; (await queue.get(task.id)).state !== 'failed'; times += 1) {
          await queue.claim('python', 'agent-1', 1);
          await queue.recover('python', 'agent-1', [], latest);
        }
        return times;
      };
      expect(await lostTimes()).toBe(freeReturns + 2);
      expect(await queue.get(task.id)).toMatchObject({ failures: 2, result: { error: { code: 'WORKER_LOST' } } });
      await queue.redrive(task.id);
      expect(await lostTimes()).toBe(freeReturns + 2);
    });
  });

  test.each(Object.entries(acknowledgements))(
    'a %s acknowledges a lease: nobody takes it back, and its loss is an attempt',
    async (_name, acknowledge) => {
      const harness = await fresh();
      const { queue, clock, leaseMs } = harness;
      const held = await running(harness);
      await acknowledge(harness, held);
      expect(await queue.recover('python', 'agent-1', [lease(held)], latest)).toBe(0);
      expect((await queue.get(held.id)).state).toBe('running');
      clock.advance(leaseMs);
      await queue.sweep('python');
      expect(await queue.get(held.id)).toMatchObject({ state: 'queued', failures: 1 });
    },
  );
}
