import { eventSchema, type FactoryEvent } from '@agent-factory/contract';
import type { EventLog } from '../../../dispatcher/src/events/port';
import type { TaskQueue } from '../../../dispatcher/src/queue/port';
import { failure, lease, newTask, only, success, taskOf, typeWith } from '../queue/fixtures';
import { drain, outline, take } from './collect';

export interface EventHarness {
  queue: TaskQueue;
  /** A started log; another one over the same store is another dispatcher. */
  log: EventLog;
  another(): Promise<EventLog>;
}

/** What every implementation of the EventLog port must do. */
export function eventConformance(fresh: () => Promise<EventHarness>): void {
  const never = (): AbortSignal => new AbortController().signal;
  const submit = async ({ queue }: EventHarness, type: 'python' | 'data' = 'python') =>
    taskOf((await queue.submit(typeWith(type), [newTask({ type })]))[0]);
  const logLine = (ref: { id: string; epoch: number }, text: string) => ({
    ...lease(ref),
    at: '2030-01-01T00:00:00.000Z',
    stream: 'stdout' as const,
    text,
  });
  /** Submits, claims, logs, completes one task. */
  const wholeLife = async (harness: EventHarness): Promise<string> => {
    const { id } = await submit(harness);
    const held = only(await harness.queue.claim('python', 'agent-1', 1));
    await harness.queue.log('python', 'agent-1', [logLine(held, 'one'), logLine(held, 'two')]);
    await harness.queue.complete('python', 'agent-1', [{ ...lease(held), result: success }]);
    return id;
  };
  const lifeOutline = ['queued', 'claimed', 'log one', 'log two', 'succeeded'];

  describe('events', () => {
    test('listeners get every event from now on, in order, each by its schema', async () => {
      const harness = await fresh();
      const before = take(harness.log.followAll(undefined, never()), 1);
      await submit(harness);
      await before;
      const seen: FactoryEvent[] = [];
      const done = new Promise<void>((resolve) => {
        harness.log.subscribe((events) => {
          seen.push(...events);
          if (events.some(({ kind }) => kind === 'resumed')) resolve();
        });
      });
      harness.log.subscribe(() => {
        throw new Error('a bad listener');
      });
      const ended = harness.log.subscribe(() => expect(true).toBe(false));
      ended();
      const outcomes = await harness.queue.submit(typeWith('python'), [newTask(), newTask()]);
      await harness.queue.setPaused('python', true);
      await harness.queue.setPaused('python', false);
      await done;
      expect(seen.map(({ kind, task_id: id }) => [kind, id])).toEqual([
        ...outcomes.map((outcome) => ['queued', taskOf(outcome).id]),
        ['paused', undefined],
        ['resumed', undefined],
      ]);
      for (const event of seen) expect(eventSchema.parse(event)).toEqual(event);
      expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
    });

    test('a task is followed from its first event to its last, log lines between', async () => {
      const harness = await fresh();
      const id = await wholeLife(harness);
      const events = await drain(harness.log.followTask(id, undefined, never()));
      expect(outline(events)).toEqual(lifeOutline);
      expect(events[1]).toMatchObject({ task_id: id, agent_id: 'agent-1', attempt: 1 });
      for (const event of events) expect(eventSchema.parse(event)).toEqual(event);
    });

    test('a task is followed live by many, each sees all of it', async () => {
      const harness = await fresh();
      const { id } = await submit(harness);
      const followers = await Promise.all(
        Array.from({ length: 5 }, async () => {
          const iterator = harness.log.followTask(id, undefined, never())[Symbol.asyncIterator]();
          const first = await iterator.next();
          return { first, rest: drain({ [Symbol.asyncIterator]: () => iterator }) };
        }),
      );
      const held = only(await harness.queue.claim('python', 'agent-1', 1));
      await harness.queue.log('python', 'agent-1', [logLine(held, 'one')]);
      await harness.queue.heartbeat('python', 'agent-1', [
        { ...lease(held), progress: { step: 'a', done: 1, total: 2 } },
      ]);
      await harness.queue.log('python', 'agent-1', [logLine(held, 'two')]);
      await harness.queue.complete('python', 'agent-1', [{ ...lease(held), result: success }]);
      for (const { first, rest } of followers) {
        expect(first.value).toMatchObject({ kind: 'queued' });
        const live = await rest;
        expect(outline(live).filter((line) => line.startsWith('log'))).toEqual(['log one', 'log two']);
        expect(outline(live).filter((line) => !line.startsWith('log'))).toEqual(['claimed', 'progress', 'succeeded']);
        expect(live.at(-1)?.kind).toBe('succeeded');
        expect(live.find(({ kind }) => kind === 'progress')?.data).toEqual({ step: 'a', done: 1, total: 2 });
      }
    });

    test('every event id of a task resumes right after it, in another dispatcher too', async () => {
      const harness = await fresh();
      const id = await wholeLife(harness);
      const other = await harness.another();
      const all = await drain(harness.log.followTask(id, undefined, never()));
      for (const [index, event] of all.entries()) {
        expect(await drain(other.followTask(id, event.id, never()))).toEqual(all.slice(index + 1));
      }
    });

    test('several events of one task in one call resume one by one', async () => {
      const harness = await fresh();
      const { id } = taskOf(only(await harness.queue.submit(typeWith('python'), [newTask({ maxAttempts: 1 })])));
      const held = only(await harness.queue.claim('python', 'agent-1', 1));
      await harness.queue.lose('python', 'agent-1', [lease(held)]);
      const all = await drain(harness.log.followTask(id, undefined, never()));
      expect(outline(all)).toEqual(['queued', 'claimed', 'lost', 'failed']);
      expect(await drain(harness.log.followTask(id, all[2]?.id, never()))).toEqual(all.slice(3));
    });

    test('a failure that was redriven does not end the story', async () => {
      const harness = await fresh();
      const { id } = await submit(harness);
      const held = only(await harness.queue.claim('python', 'agent-1', 1));
      await harness.queue.complete('python', 'agent-1', [{ ...lease(held), result: failure(false) }]);
      await harness.queue.redrive(id);
      await harness.queue.cancel(id);
      const events = await drain(harness.log.followTask(id, undefined, never()));
      expect(outline(events)).toEqual(['queued', 'claimed', 'failed', 'redriven', 'cancelled']);
      expect(events[2]).toMatchObject({ message: 'step a: exit 1', data: { code: 'TOOL_FAILED' } });
    });

    test('all types are followed from a cursor on, then live, without gap or repeat', async () => {
      const harness = await fresh();
      const collected = take(harness.log.followAll(undefined, never()), 6);
      await submit(harness);
      await harness.queue.submit(typeWith('data'), [newTask({ type: 'data' }), newTask({ type: 'data' })]);
      await submit(harness);
      await harness.queue.claim('data', 'agent-1', 2);
      const all = await collected;
      for (const [index, event] of all.entries()) {
        const rest = await take(harness.log.followAll(event.id, never()), all.length - index - 1);
        // Types have an order of their own; between types only each one's order is promised.
        for (const type of ['python', 'data']) {
          const of = (events: readonly FactoryEvent[]) =>
            events.filter((each) => each.type === type).map(({ kind, task_id: task }) => [kind, task]);
          expect(of(rest)).toEqual(of(all.slice(index + 1)));
        }
      }
      const [last] = all.slice(-1);
      const resumed = take((await harness.another()).followAll(last?.id, never()), 3);
      await submit(harness);
      await harness.queue.submit(typeWith('data'), [newTask({ type: 'data' }), newTask({ type: 'data' })]);
      expect(outline(await resumed)).toEqual(['queued', 'queued', 'queued']);
    });

    test('agents coming and going are told with all types', async () => {
      const harness = await fresh();
      const collected = take(harness.log.followAll(undefined, never()), 2);
      await harness.log.record('data', { kind: 'agent_registered', agent_id: 'data-1' });
      await harness.log.record('data', { kind: 'agent_gone', agent_id: 'data-1', message: 'stream cut' });
      expect(await collected).toMatchObject([
        { kind: 'agent_registered', type: 'data', agent_id: 'data-1' },
        { kind: 'agent_gone', type: 'data', agent_id: 'data-1', message: 'stream cut' },
      ]);
    });

    test('refuses unknown tasks and cursors of another kind', async () => {
      const harness = await fresh();
      const id = await wholeLife(harness);
      const [first] = await take(harness.log.followTask(id, undefined, never()), 1);
      await expect(drain(harness.log.followTask(newTask().id, undefined, never()))).rejects.toMatchObject({
        code: 'TASK_NOT_FOUND',
      });
      for (const cursor of ['', 'x', '0-0', `${first?.id}A`, first?.id ?? '']) {
        await expect(take(harness.log.followAll(cursor, never()), 1)).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
      }
      for (const cursor of ['x', '!!', 'AAAA', `${first?.id}A`]) {
        await expect(drain(harness.log.followTask(id, cursor, never()))).rejects.toMatchObject({
          code: 'CURSOR_INVALID',
        });
      }
    });

    test('ends when the signal aborts, and when the log stops', async () => {
      const harness = await fresh();
      const { id } = await submit(harness);
      const controller = new AbortController();
      const [one, two] = [
        harness.log.followTask(id, undefined, controller.signal),
        harness.log.followAll(undefined, controller.signal),
      ];
      const ended = Promise.all([drain(one), drain(two)]);
      controller.abort();
      await ended;
      expect(await drain(harness.log.followAll(undefined, AbortSignal.abort()))).toEqual([]);
      const rest = drain(harness.log.followAll(undefined, never()));
      await harness.log.stop();
      await rest;
      await harness.log.stop();
    });
  });
}
