import {
  FactoryError,
  isAgentTypeName,
  limits,
  priorities,
  startByMs,
  type AgentType,
  type AgentTypeName,
  type Task,
} from '@agent-factory/contract';
import { replyArray, replyNumber } from '../redisReply';
import { taskNotFound, taskPlace, ulidWithin, type QueueContext, type ScriptArgument } from './context';
import type { NewTask, SubmitOutcome, TaskQueue } from './port';
import { writeRecord } from './record';
import { reservations } from './reservations';
import { iso, toTask, usageOf } from './toTask';

/** What submit.lua answers for a task. */
const [accepted, there, full] = [0, 1, 2];

/** Submission of tasks; see {@link TaskQueue.submit}. */
export function submission(context: QueueContext, idempotencyMs: number): Pick<TaskQueue, 'submit'> {
  const read = async (id: string): Promise<Task | undefined> => {
    const { type, ulid } = taskPlace(id);
    const reply = await context.run('get', type, [ulid]);
    return Array.isArray(reply) ? toTask(type, reply, true) : undefined;
  };
  const keys = reservations(context, idempotencyMs, read);
  const present = async (id: string, duplicate: boolean): Promise<SubmitOutcome> => {
    const task = await read(id);
    return task === undefined
      ? { status: 'refused', error: taskNotFound(id) }
      : { status: 'accepted', task, duplicate };
  };

  const submitOnce = async (
    type: AgentType,
    name: AgentTypeName,
    tasks: readonly NewTask[],
    again: boolean,
  ): Promise<SubmitOutcome[]> => {
    const reserved = await keys.reserve(tasks);
    const admitted = reserved.flatMap((one) => ('task' in one ? [one] : []));
    const args = admitted.flatMap(({ task }) => taskArguments(name, task));
    const reply =
      admitted.length === 0
        ? [0]
        : replyArray(await context.run('submit', name, [context.clock(), type.queue_limit, ...args])).map(replyNumber);
    const [now = 0, ...outcomes] = reply;
    const refused = outcomes.filter((outcome) => outcome === full).length;
    const [retryAfter] = await Promise.all([
      refused === 0 ? 0 : context.run('pace', name, [context.clock(), refused]).then(replyNumber),
      keys.settle(admitted.map((one, index) => ({ ...one, refused: outcomes[index] === full }))),
    ]);
    let next = 0;
    return Promise.all(
      reserved.map(async (one, index): Promise<SubmitOutcome> => {
        if ('error' in one) return { status: 'refused', error: one.error };
        if ('found' in one) return { status: 'accepted', task: one.found, duplicate: true };
        const { task } = one;
        const outcome = outcomes[next++];
        // What a first try has left behind is no duplicate.
        if (outcome === there) return present(task.id, !again || task.id !== tasks[index]?.id);
        return toOutcome(name, task, outcome, now, retryAfter);
      }),
    );
  };

  return {
    async submit(type, tasks) {
      const name = checkedType(type);
      if (tasks.length === 0) return [];
      if (tasks.length > limits.batchTasks) {
        throw new FactoryError('BATCH_TOO_LARGE', `${tasks.length} tasks, at most ${limits.batchTasks} a call`);
      }
      // It may have been taken: the same ids again make that certain, and take nothing twice.
      return context.askedAgain((again) => submitOnce(type, name, tasks, again));
    },
  };
}

function checkedType(type: AgentType): AgentTypeName {
  if (isAgentTypeName(type.name)) return type.name;
  throw new FactoryError('TYPE_UNKNOWN', `"${type.name}" is not in the catalogue`);
}

function taskArguments(type: AgentTypeName, task: NewTask): ScriptArgument[] {
  const ulid = ulidWithin(type, task.id);
  if (ulid === '') throw new FactoryError('INTERNAL', `the id of a new task is not one of type ${type}`);
  const { spec } = task;
  return [ulid, priorities.indexOf(spec.priority), spec.delay_ms, startByMs[spec.priority], writeRecord(task)];
}

function toOutcome(
  type: AgentTypeName,
  task: NewTask,
  outcome: number | undefined,
  now: number,
  retryAfter: number,
): SubmitOutcome {
  if (outcome === accepted) return { status: 'accepted', task: newTask(type, task, now), duplicate: false };
  if (outcome !== full) throw new FactoryError('INTERNAL', 'submit.lua answered an unknown outcome');
  const detail = `the queue of ${type} is at its limit`;
  return { status: 'refused', error: new FactoryError('QUEUE_FULL', detail, { retryAfterSeconds: retryAfter }) };
}

/** The task as the script has just written it. */
function newTask(type: AgentTypeName, task: NewTask, now: number): Task {
  const { spec } = task;
  const delayed = spec.delay_ms > 0;
  return {
    id: task.id,
    type,
    state: delayed ? 'delayed' : 'queued',
    submitter: task.submitter,
    crew: task.crew,
    priority: spec.priority,
    labels: spec.labels,
    created_at: iso(now),
    start_by: iso(now + spec.delay_ms + startByMs[spec.priority]),
    ...(delayed ? { run_at: iso(now + spec.delay_ms) } : {}),
    attempt: 0,
    failures: 0,
    max_attempts: task.maxAttempts,
    cancel_requested: false,
    usage: usageOf(new Map(), 0),
    attempts: [],
    spec,
  };
}
