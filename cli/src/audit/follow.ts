import { FactoryError, isTerminal, type Problem, type Task } from '@agent-factory/contract';
import type { FactoryClient } from '../client/factory';
import { systemClock, type Clock } from '../local/clock';

export interface FollowTasksOptions {
  signal: AbortSignal;
  /** Called when a task was looked at and is not as it was. */
  onChange?: (task: Task) => void;
  clock?: Clock;
  /** How often tasks are asked for when no event says so; a lost event must not hang the job. */
  pollMs?: number;
}

/**
 * Waits until all tasks have ended and answers them by id. Events tell when to look; what counts is what the tasks themselves say.
 * Rejects with TASK_NOT_FOUND when a task is gone, and with the signal's reason when it aborts.
 */
export async function followTasks(
  client: FactoryClient,
  ids: readonly string[],
  options: FollowTasksOptions,
): Promise<Map<string, Task>> {
  const { signal, clock = systemClock, pollMs = 3_000 } = options;
  const ended = new Map<string, Task>();
  const dirty = new Set<string>(ids);
  const over = new AbortController();
  const stop = (): void => over.abort(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  let wake = new AbortController();
  const touch = (touched: Iterable<string>): void => {
    for (const id of touched) if (!ended.has(id)) dirty.add(id);
    wake.abort();
  };
  const wanted = new Set(ids);
  const listening = listen(client, wanted, touch, over.signal);
  try {
    while (ended.size < wanted.size) {
      signal.throwIfAborted();
      const looked = [...dirty];
      dirty.clear();
      wake = new AbortController();
      for (const task of await look(client, looked)) {
        if (isTerminal(task.state)) ended.set(task.id, task);
        options.onChange?.(task);
      }
      if (ended.size === wanted.size) break;
      if (dirty.size === 0) await clock.sleep(pollMs, AbortSignal.any([wake.signal, over.signal]));
      if (!wake.signal.aborted) touch(wanted);
    }
    return ended;
  } finally {
    signal.removeEventListener('abort', stop);
    over.abort();
    await listening;
  }
}

/** Hears which of our tasks something happened to. When the stream fails for good the polling goes on by itself. */
async function listen(
  client: FactoryClient,
  wanted: ReadonlySet<string>,
  touch: (ids: Iterable<string>) => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    for await (const { task_id: id } of client.events({ signal, onOpen: () => touch(wanted) })) {
      if (id !== undefined && wanted.has(id)) touch([id]);
    }
  } catch {
    // calls for the tasks themselves will say what is wrong
  }
}

/** Looks at tasks, a few at a time. */
async function look(client: FactoryClient, ids: readonly string[]): Promise<Task[]> {
  const tasks: Task[] = [];
  for (let start = 0; start < ids.length; start += 6) {
    tasks.push(...(await Promise.all(ids.slice(start, start + 6).map((id) => client.task(id)))));
  }
  return tasks;
}

/** The refusal of one task of a batch as an error. */
export function refusal({ code, detail, errors }: Problem): FactoryError {
  return new FactoryError(code, detail, { faults: errors ?? [] });
}
