import { FactoryError, startByMs } from '@agent-factory/contract';
import {
  lease,
  newTask,
  only,
  running,
  submitOne,
  success,
  taskOf,
  typeWith,
  type QueueHarness,
  type TaskOptions,
} from '../fixtures';

/** A task that ended and, with all that ended before it, is kept no longer. */
async function dropped(harness: QueueHarness, options: TaskOptions = {}): Promise<void> {
  const { queue, clock, finishedMs } = harness;
  const { id } = await submitOne(harness, options);
  await queue.cancel(id);
  clock.advance(finishedMs + 1);
  expect((await queue.sweep('python')).dropped).toBeGreaterThan(0);
  await expect(queue.get(id)).rejects.toMatchObject({ code: 'TASK_NOT_FOUND' });
}

export function submitConformance(fresh: () => Promise<QueueHarness>): void {
  describe('submit', () => {
    test('answers the task as it will be read', async () => {
      const { queue, clock } = await fresh();
      const input = newTask({ priority: 'P1', labels: { team: 'ä/ö' }, crew: 'blue', limits: { max_cost_usd: 2 } });
      const [outcome] = await queue.submit(typeWith('python'), [input]);
      expect(outcome).toMatchObject({ status: 'accepted', duplicate: false });
      const task = taskOf(outcome);
      expect(await queue.get(task.id)).toEqual(task);
      expect(task).toMatchObject({
        state: 'queued',
        attempt: 0,
        crew: 'blue',
        labels: { team: 'ä/ö' },
        created_at: new Date(clock.now()).toISOString(),
        start_by: new Date(clock.now() + startByMs.P1).toISOString(),
        spec: input.spec,
      });
    });

    test('takes what fits into the limit and refuses the rest of the batch', async () => {
      const { queue } = await fresh();
      const type = typeWith('python', { queue_limit: 3 });
      const outcomes = await queue.submit(
        type,
        Array.from({ length: 5 }, () => newTask({ delay_ms: 0 })),
      );
      expect(outcomes.map(({ status }) => status)).toEqual(['accepted', 'accepted', 'accepted', 'refused', 'refused']);
      for (const outcome of outcomes.slice(3)) {
        const error = outcome.status === 'refused' ? outcome.error : undefined;
        expect(error?.code).toBe('QUEUE_FULL');
        expect(error?.retryAfterSeconds).toBeGreaterThanOrEqual(1);
        expect(error?.retryAfterSeconds).toBeLessThanOrEqual(60);
      }
      expect((await queue.stats('python')).waiting).toBe(3);
    });

    test('counts delayed tasks against the limit, but not running ones', async () => {
      const { queue } = await fresh();
      const type = typeWith('python', { queue_limit: 1 });
      await queue.submit(type, [newTask({ delay_ms: 1_000 })]);
      expect(only(await queue.submit(type, [newTask()])).status).toBe('refused');
      const other = typeWith('data', { queue_limit: 1 });
      await queue.submit(other, [newTask({ type: 'data' })]);
      await queue.claim('data', 'agent-1', 1);
      expect(only(await queue.submit(other, [newTask({ type: 'data' })])).status).toBe('accepted');
    });

    test('estimates the wait by the pace of the tasks that ended last', async () => {
      const harness = await fresh();
      const { queue, clock } = harness;
      for (let n = 0; n < 10; n += 1) {
        await submitOne(harness);
        const claimed = only(await queue.claim('python', 'agent-1', 1));
        await queue.complete('python', 'agent-1', [{ ...lease(claimed), result: success }]);
        clock.advance(2_000);
      }
      const outcomes = await queue.submit(
        typeWith('python', { queue_limit: 1 }),
        Array.from({ length: 6 }, () => newTask()),
      );
      const last = outcomes[5];
      expect(last?.status === 'refused' ? last.error.retryAfterSeconds : 0).toBe(10);
    });

    test('answers the first task again for the same key, submitter and content', async () => {
      const { queue } = await fresh();
      const submit = (key: string, fingerprint: string, submitter = 'ann') =>
        queue.submit(typeWith('python'), [newTask({ submitter, idempotency: { key, fingerprint } })]).then(only);
      const first = await submit('k', 'one');
      const again = await submit('k', 'one');
      expect(again).toEqual({ status: 'accepted', duplicate: true, task: taskOf(first) });
      const conflict = await submit('k', 'two');
      expect(conflict.status === 'refused' ? conflict.error.code : '').toBe('IDEMPOTENCY_CONFLICT');
      expect(await submit('k', 'two', 'bob')).toMatchObject({ status: 'accepted', duplicate: false });
      expect((await queue.stats('python')).waiting).toBe(2);
    });

    test('a key holds across types: the same content is answered again, another one is a conflict', async () => {
      const { queue } = await fresh();
      const submit = (type: 'python' | 'tester', fingerprint: string) =>
        queue.submit(typeWith(type), [newTask({ type, idempotency: { key: 'k', fingerprint } })]).then(only);
      const first = await submit('python', 'one');
      const other = await submit('tester', 'two');
      expect(other.status === 'refused' ? other.error.code : '').toBe('IDEMPOTENCY_CONFLICT');
      // As when the rules that route its task_type have changed in between.
      expect(await submit('tester', 'one')).toEqual({ status: 'accepted', duplicate: true, task: taskOf(first) });
      expect((await queue.stats('tester')).waiting).toBe(0);
    });

    test('a key whose task never came to be does not block: the retry has the id that was reserved', async () => {
      const { queue } = await fresh();
      const idempotency = { key: 'k', fingerprint: 'f' };
      const full = typeWith('python', { queue_limit: 1 });
      await queue.submit(full, [newTask()]);
      const refused = newTask({ idempotency });
      expect(only(await queue.submit(full, [refused])).status).toBe('refused');
      const retried = only(await queue.submit(typeWith('python'), [newTask({ idempotency })]));
      expect(retried).toMatchObject({ status: 'accepted', duplicate: false, task: { id: refused.id } });
      expect(only(await queue.submit(typeWith('python'), [newTask({ idempotency })]))).toMatchObject({
        duplicate: true,
        task: { id: refused.id },
      });
    });

    test.each(['new', 'stale'])('a key that comes twice in one batch makes one task: a %s one', async (state) => {
      const harness = await fresh();
      const { queue } = harness;
      const with_ = (fingerprint: string) => newTask({ idempotency: { key: 'k', fingerprint } });
      if (state === 'stale') await dropped(harness, { idempotency: { key: 'k', fingerprint: 'before' } });
      const outcomes = await queue.submit(typeWith('python'), [with_('a'), with_('a'), with_('b')]);
      expect(outcomes[0]).toMatchObject({ status: 'accepted', duplicate: false });
      expect(outcomes[1]).toEqual({ status: 'accepted', duplicate: true, task: taskOf(outcomes[0]) });
      expect(outcomes[2]?.status === 'refused' ? outcomes[2].error.code : '').toBe('IDEMPOTENCY_CONFLICT');
      expect((await queue.stats('python')).waiting).toBe(1);
    });

    test('a known key is answered even when the queue is full', async () => {
      const { queue } = await fresh();
      const type = typeWith('python', { queue_limit: 1 });
      const idempotency = { key: 'k', fingerprint: 'f' };
      await queue.submit(type, [newTask({ idempotency })]);
      expect(only(await queue.submit(type, [newTask({ idempotency })]))).toMatchObject({ duplicate: true });
    });

    test('a key whose task was dropped is new', async () => {
      const harness = await fresh();
      const { queue } = harness;
      await dropped(harness, { idempotency: { key: 'k', fingerprint: 'f' } });
      const again = only(
        await queue.submit(typeWith('python'), [newTask({ idempotency: { key: 'k', fingerprint: 'other' } })]),
      );
      expect(again).toMatchObject({ status: 'accepted', duplicate: false });
    });

    test('a task that is not kept any more is never made again under its id: leases of old would hold', async () => {
      const harness = await fresh();
      const { queue, clock } = harness;
      const idempotency = { key: 'k', fingerprint: 'f' };
      const old = await running(harness, 'agent-1', { idempotency });
      await queue.complete('python', 'agent-1', [{ ...lease(old), result: success }]);
      await dropped(harness);
      clock.advance(60_000);
      const again = only(await queue.submit(typeWith('python'), [newTask({ idempotency })]));
      expect(again).toMatchObject({ status: 'accepted', duplicate: false });
      expect(taskOf(again).id).not.toBe(old.id);
      const held = only(await queue.claim('python', 'agent-1', 1));
      const late = await queue.complete('python', 'agent-1', [{ ...lease(old), result: success }]);
      expect(only(late).code).toBe('TASK_NOT_FOUND');
      expect((await queue.get(held.id)).state).toBe('running');
      // From here on the key names the new one.
      expect(only(await queue.submit(typeWith('python'), [newTask({ idempotency })]))).toMatchObject({
        duplicate: true,
        task: { id: held.id },
      });
    });

    test('the same task sent twice is there once', async () => {
      const { queue } = await fresh();
      const task = newTask();
      await queue.submit(typeWith('python'), [task]);
      expect(only(await queue.submit(typeWith('python'), [task]))).toMatchObject({
        status: 'accepted',
        duplicate: true,
      });
      expect((await queue.stats('python')).waiting).toBe(1);
    });

    test('refuses more than a batch may hold', async () => {
      const { queue } = await fresh();
      const tasks = Array.from({ length: 1_001 }, () => newTask());
      await expect(queue.submit(typeWith('python'), tasks)).rejects.toMatchObject({ code: 'BATCH_TOO_LARGE' });
      await expect(queue.submit(typeWith('python'), [newTask({ type: 'data' })])).rejects.toBeInstanceOf(FactoryError);
    });
  });
}
