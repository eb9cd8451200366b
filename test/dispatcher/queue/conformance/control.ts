import { deadLetter, failure, lease, newTask, only, running, submitOne, success, type QueueHarness } from '../fixtures';

export function controlConformance(fresh: () => Promise<QueueHarness>): void {
  describe('control', () => {
    test('cancel ends a queued and a delayed task at once', async () => {
      const harness = await fresh();
      const { queue } = harness;
      for (const delay_ms of [0, 60_000]) {
        const task = await submitOne(harness, { delay_ms });
        expect(await queue.cancel(task.id)).toMatchObject({ id: task.id, state: 'cancelled', cancel_requested: true });
        expect((await queue.cancel(task.id)).state).toBe('cancelled');
      }
      expect(await queue.stats('python')).toMatchObject({ waiting: 0, delayed: 0, running: 0 });
      expect(await queue.claim('python', 'agent-1', 5)).toEqual([]);
    });

    test('cancel asks the agent of a running task once', async () => {
      const harness = await fresh();
      const { queue } = harness;
      const held = await running(harness);
      expect(await queue.cancel(held.id)).toMatchObject({ state: 'running', cancel_requested: true });
      await queue.cancel(held.id);
      const kinds = (await harness.events('python')).map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind === 'cancel_requested')).toHaveLength(1);
      const result = { outcome: 'cancelled' as const, usage: success.usage, tool_calls: [] };
      await queue.complete('python', 'agent-1', [{ ...lease(held), result }]);
      expect(await queue.get(held.id)).toMatchObject({ state: 'cancelled', result });
    });

    test.each(['release', 'lose', 'expire', 'fail'] as const)(
      'a task whose cancel was asked for ends cancelled on %s',
      async (how) => {
        const harness = await fresh();
        const { queue, clock, leaseMs } = harness;
        const held = await running(harness);
        await queue.cancel(held.id);
        if (how === 'release') await queue.release('python', 'agent-1', [lease(held)], 'drain');
        if (how === 'lose') await queue.lose('python', 'agent-1', [lease(held)]);
        if (how === 'fail') await queue.complete('python', 'agent-1', [{ ...lease(held), result: failure(true) }]);
        if (how === 'expire') {
          clock.advance(leaseMs);
          await queue.sweep('python');
        }
        const { state, result } = await queue.get(held.id);
        expect(state).toBe('cancelled');
        if (how === 'fail') expect(result).toEqual({ ...failure(true), outcome: 'cancelled' });
        expect(await queue.stats('python')).toMatchObject({ waiting: 0, delayed: 0, running: 0, dead: 0 });
      },
    );

    test('a result that comes before the cancel is seen stands', async () => {
      const harness = await fresh();
      const held = await running(harness);
      await harness.queue.cancel(held.id);
      await harness.queue.complete('python', 'agent-1', [{ ...lease(held), result: success }]);
      expect((await harness.queue.get(held.id)).state).toBe('succeeded');
    });

    test('cancel refuses what has ended or is not there', async () => {
      const harness = await fresh();
      const { queue } = harness;
      const held = await running(harness);
      await queue.complete('python', 'agent-1', [{ ...lease(held), result: success }]);
      await expect(queue.cancel(held.id)).rejects.toMatchObject({ code: 'TASK_FINISHED' });
      for (const id of [newTask().id, 'nonsense', 'nosuchtype-01j0000000000000000000000a']) {
        await expect(queue.cancel(id)).rejects.toMatchObject({ code: 'TASK_NOT_FOUND' });
        await expect(queue.get(id)).rejects.toMatchObject({ code: 'TASK_NOT_FOUND' });
        await expect(queue.redrive(id)).rejects.toMatchObject({ code: 'TASK_NOT_FOUND' });
      }
    });

    test('redrive gives a dead letter fresh attempts and a fresh start-by time', async () => {
      const harness = await fresh();
      const { queue, clock } = harness;
      const dead = await deadLetter(harness, { maxAttempts: 1 });
      clock.advance(7_200_000);
      const task = await queue.redrive(dead.id);
      expect(task).toMatchObject({ state: 'queued', failures: 0, attempt: 1 });
      expect(Date.parse(task.start_by)).toBeGreaterThan(clock.now());
      expect(task.result).toBeUndefined();
      await expect(queue.redrive(dead.id)).rejects.toMatchObject({ code: 'TASK_NOT_DEAD' });
      const held = only(await queue.claim('python', 'agent-2', 1));
      expect(held.epoch).toBe(2);
      await queue.complete('python', 'agent-2', [{ ...lease(held), result: success }]);
      expect((await queue.get(dead.id)).attempts.map(({ outcome }) => outcome)).toEqual(['failed', 'succeeded']);
    });

    test('redriveAll takes the oldest first, up to what is asked', async () => {
      const harness = await fresh();
      const { queue, clock } = harness;
      const dead: string[] = [];
      for (let n = 0; n < 3; n += 1) {
        dead.push((await deadLetter(harness)).id);
        clock.advance(1);
      }
      expect(await queue.redriveAll('python', 2)).toBe(2);
      expect((await queue.listDead('python', 10)).map(({ id }) => id)).toEqual([dead[2]]);
      expect(await queue.redriveAll('python', 1_000)).toBe(1);
      expect(await queue.redriveAll('python', 1_000)).toBe(0);
    });

    test('a paused type gives out nothing, while running tasks go on', async () => {
      const harness = await fresh();
      const { queue } = harness;
      const held = await running(harness);
      await submitOne(harness);
      await queue.setPaused('python', true);
      await queue.setPaused('python', true);
      expect(await queue.stats('python')).toMatchObject({ paused: true, waiting: 1, running: 1 });
      expect(await queue.claim('python', 'agent-2', 1)).toEqual([]);
      expect(only(await queue.heartbeat('python', 'agent-1', [lease(held)])).state).toBe('held');
      expect(only(await queue.complete('python', 'agent-1', [{ ...lease(held), result: success }])).accepted).toBe(
        true,
      );
      await queue.setPaused('python', false);
      expect(await queue.claim('python', 'agent-2', 1)).toHaveLength(1);
      const kinds = (await harness.events('python')).map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind === 'paused' || kind === 'resumed')).toEqual(['paused', 'resumed']);
    });
  });
}
