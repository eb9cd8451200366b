import { startByMs, type Task, type TaskListQuery } from '@agent-factory/contract';
import {
  deadLetter,
  lease,
  newTask,
  running,
  submitOne,
  success,
  taskOf,
  typeWith,
  type QueueHarness,
} from '../fixtures';

export function listConformance(fresh: () => Promise<QueueHarness>): void {
  const all = async ({ queue }: QueueHarness, query: Omit<TaskListQuery, 'cursor'>): Promise<Task[]> => {
    const tasks: Task[] = [];
    let cursor: string | undefined;
    do {
      const page = await queue.list({ ...query, ...(cursor === undefined ? {} : { cursor }) });
      expect(page.tasks.length).toBeLessThanOrEqual(query.limit);
      tasks.push(...page.tasks);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return tasks;
  };

  describe('lists', () => {
    test('shows all types newest first, each task once, whatever the page size', async () => {
      const harness = await fresh();
      const types = ['python', 'data', 'security'] as const;
      const ids: string[] = [];
      for (let n = 0; n < 40; n += 1)
        ids.unshift((await submitOne(harness, { type: types[(n * n) % 3] ?? 'python' })).id);
      for (const limit of [1, 7, 40, 100]) expect((await all(harness, { limit })).map(({ id }) => id)).toEqual(ids);
      const data = ids.filter((id) => id.startsWith('data-'));
      expect((await all(harness, { limit: 3, type: 'data' })).map(({ id }) => id)).toEqual(data);
    });

    test('filters by state, crew and label, and leaves spec and result out', async () => {
      const harness = await fresh();
      const done = await running(harness, 'agent-1', { crew: 'red', labels: { team: 'a=b' } });
      await harness.queue.complete('python', 'agent-1', [{ ...lease(done), result: success }]);
      const waiting = await submitOne(harness, { crew: 'blue', labels: { team: 'x' }, type: 'data' });
      const ids = async (query: Partial<TaskListQuery>) =>
        (await all(harness, { limit: 10, ...query })).map(({ id }) => id);
      expect(await ids({ state: 'succeeded' })).toEqual([done.id]);
      expect(await ids({ state: 'queued', crew: 'blue' })).toEqual([waiting.id]);
      expect(await ids({ label: 'team=a=b' })).toEqual([done.id]);
      expect(await ids({ label: 'team=x', crew: 'red' })).toEqual([]);
      const [task] = (await harness.queue.list({ limit: 1, state: 'succeeded' })).tasks;
      expect(task).not.toHaveProperty('spec');
      expect(task).not.toHaveProperty('result');
      const { spec: _spec, result: _result, ...brief } = await harness.queue.get(done.id);
      expect(task).toEqual(brief);
    });

    test('a page looks at a bounded number of tasks and says where to go on', async () => {
      const harness = await fresh();
      const wanted = await submitOne(harness, { crew: 'needle' });
      for (let n = 0; n < 3; n += 1) {
        await harness.queue.submit(
          typeWith('python'),
          Array.from({ length: 900 }, () => newTask()),
        );
      }
      const first = await harness.queue.list({ limit: 5, crew: 'needle' });
      expect(first.tasks).toEqual([]);
      expect(first.nextCursor).toBeDefined();
      expect((await all(harness, { limit: 5, crew: 'needle' })).map(({ id }) => id)).toEqual([wanted.id]);
    });

    test('refuses a cursor that is not one', async () => {
      const { queue } = await fresh();
      for (const cursor of ['x', 'MTow', Buffer.from('1:../../etc').toString('base64url')]) {
        await expect(queue.list({ limit: 5, cursor })).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
      }
      await expect(queue.list({ limit: 5, label: 'nokey' })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    });

    test('lists dead letters newest first', async () => {
      const harness = await fresh();
      const first = await deadLetter(harness);
      harness.clock.advance(1);
      const second = await deadLetter(harness);
      expect((await harness.queue.listDead('python', 10)).map(({ id }) => id)).toEqual([second.id, first.id]);
      expect(await harness.queue.listDead('python', 1)).toHaveLength(1);
      expect(await harness.queue.listDead('data', 10)).toEqual([]);
    });

    test('stats tell the earliest start-by time, also when a P0 waits', async () => {
      const harness = await fresh();
      const { queue, clock } = harness;
      expect(await queue.stats('python')).toEqual({ waiting: 0, delayed: 0, running: 0, dead: 0, paused: false });
      await submitOne(harness, { priority: 'P2' });
      expect((await queue.stats('python')).oldestStartBy).toBe(clock.now() + startByMs.P2);
      clock.advance(60_000);
      await submitOne(harness, { priority: 'P0' });
      expect((await queue.stats('python')).oldestStartBy).toBe(clock.now());
      clock.advance(startByMs.P2);
      expect((await queue.stats('python')).oldestStartBy).toBe(clock.now() - startByMs.P2);
    });

    test('finished tasks are kept by age and by number', async () => {
      const harness = await fresh();
      const { queue, clock, finishedMs, finishedTasks } = harness;
      const ids: string[] = [];
      for (let n = 0; n < finishedTasks + 2; n += 1) {
        const task = taskOf((await queue.submit(typeWith('python'), [newTask()]))[0]);
        await queue.cancel(task.id);
        ids.push(task.id);
        clock.advance(1_000);
      }
      const waiting = await submitOne(harness);
      expect((await queue.sweep('python')).dropped).toBe(2);
      await expect(queue.get(ids[0] ?? '')).rejects.toMatchObject({ code: 'TASK_NOT_FOUND' });
      expect((await queue.get(ids[2] ?? '')).state).toBe('cancelled');
      clock.advance(finishedMs - 2_000);
      expect((await queue.sweep('python')).dropped).toBe(finishedTasks - 1);
      clock.advance(1_000);
      expect((await queue.sweep('python')).dropped).toBe(1);
      expect((await all(harness, { limit: 10 })).map(({ id }) => id)).toEqual([waiting.id]);
    });

    test('succeeded tasks do not push dead letters out: those have a number and an age of their own', async () => {
      const harness = await fresh();
      const { queue, clock, finishedTasks, deadMs, deadTasks } = harness;
      const dead: string[] = [];
      for (let n = 0; n < deadTasks + 1; n += 1) {
        dead.push((await deadLetter(harness)).id);
        clock.advance(1);
      }
      const oldest = dead.shift() ?? '';
      await expect(queue.get(oldest)).rejects.toMatchObject({ code: 'TASK_NOT_FOUND' });
      for (let n = 0; n < 3 * finishedTasks; n += 1) {
        const held = await running(harness);
        await queue.complete('python', 'agent-1', [{ ...lease(held), result: success }]);
      }
      await queue.sweep('python');
      expect((await all(harness, { limit: 100, state: 'succeeded' })).length).toBe(finishedTasks);
      expect((await queue.listDead('python', 100)).map(({ id }) => id)).toEqual(dead.toReversed());
      clock.advance(deadMs - 2);
      expect((await queue.sweep('python')).dropped).toBe(finishedTasks + dead.length - 1);
      expect((await queue.listDead('python', 100)).map(({ id }) => id)).toEqual(dead.slice(-1));
      clock.advance(1);
      expect((await queue.sweep('python')).dropped).toBe(1);
      expect(await all(harness, { limit: 100 })).toEqual([]);
    });

    test('a redriven task is not dropped for the time it failed first', async () => {
      const harness = await fresh();
      const { queue, clock, finishedMs, deadMs } = harness;
      const dead = await deadLetter(harness);
      await queue.redrive(dead.id);
      clock.advance(finishedMs + deadMs + 1);
      expect((await queue.sweep('python')).dropped).toBe(0);
      expect((await queue.get(dead.id)).state).toBe('queued');
    });
  });
}
