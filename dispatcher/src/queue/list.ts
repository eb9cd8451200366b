import {
  agentTypeNames,
  FactoryError,
  type AgentTypeName,
  type Task,
  type TaskListQuery,
} from '@agent-factory/contract';
import { replyArray, replyNumber, replyText } from '../redisReply';
import type { QueueContext } from './context';
import { readCursor, writeCursor } from './cursor';
import type { TaskQueue } from './port';
import { stateNumbers } from './record';
import { toTask } from './toTask';

/** Most tasks looked at by one call, over all types. */
const scanLimit = 1_000;
/** Tasks looked at by one script call. */
const pageSize = 100;

/**
 * Tasks of one type below a ULID, newest first, a page at a time. `floor` is the ULID down to which everything has been looked at; '' once
 * the end is reached.
 */
interface TypePages {
  tasks: Task[];
  floor: string;
}

/** Merges the types by ULID, newest first. */
export function listing(context: QueueContext): Pick<TaskQueue, 'list'> {
  return {
    async list(query) {
      const before = readCursor(query.cursor);
      const fits = filter(query);
      const types = query.type === undefined ? agentTypeNames : [query.type];
      const state = query.state === undefined ? 0 : stateNumbers[query.state];
      let budget = scanLimit;
      const more = async (type: AgentTypeName, from: string): Promise<TypePages> => {
        const size = Math.max(1, Math.min(pageSize, Math.ceil(scanLimit / types.length)));
        const reply = replyArray(await context.run('page', type, [from, size, state]));
        const [scanned, last, ...tasks] = reply;
        budget -= replyNumber(scanned);
        return {
          tasks: tasks.map((task) => toTask(type, task, false)).filter(fits),
          floor: replyNumber(scanned) < size ? '' : replyText(last),
        };
      };
      const pages = new Map(await Promise.all(types.map(async (type) => [type, await more(type, before)] as const)));
      for (;;) {
        // What lies above the highest floor is complete: no type can still have a newer one.
        const behind = highestFloor(pages);
        const ready = [...pages.values()].flatMap((page) => page.tasks).sort(newestFirst);
        const complete = behind === undefined ? ready : ready.filter((task) => ulidOf(task) >= behind.floor);
        if (complete.length >= query.limit) {
          const tasks = complete.slice(0, query.limit);
          const last = tasks.at(-1);
          const ended = behind === undefined && ready.length === tasks.length;
          return last === undefined || ended ? { tasks } : { tasks, nextCursor: writeCursor(ulidOf(last)) };
        }
        if (behind === undefined) return { tasks: complete };
        if (budget <= 0) return { tasks: complete, nextCursor: writeCursor(behind.floor) };
        const next = await more(behind.type, behind.floor);
        const before = pages.get(behind.type)?.tasks ?? [];
        pages.set(behind.type, { tasks: [...before, ...next.tasks], floor: next.floor });
      }
    },
  };
}

function highestFloor(
  pages: ReadonlyMap<AgentTypeName, TypePages>,
): { type: AgentTypeName; floor: string } | undefined {
  let highest: { type: AgentTypeName; floor: string } | undefined;
  for (const [type, { floor }] of pages) {
    if (floor !== '' && (highest === undefined || floor > highest.floor)) highest = { type, floor };
  }
  return highest;
}

function ulidOf(task: Task): string {
  return task.id.slice(task.type.length + 1);
}

function newestFirst(a: Task, b: Task): number {
  return ulidOf(a) < ulidOf(b) ? 1 : -1;
}

function filter({ crew, label }: TaskListQuery): (task: Task) => boolean {
  const split = label?.indexOf('=') ?? -1;
  if (label !== undefined && split < 1) {
    throw new FactoryError('INVALID_ARGUMENT', 'label: is not key=value', {
      faults: [{ path: 'label', message: 'is not key=value' }],
    });
  }
  const key = label?.slice(0, split);
  const value = label?.slice(split + 1);
  return (task) => (crew === undefined || task.crew === crew) && (key === undefined || task.labels[key] === value);
}
