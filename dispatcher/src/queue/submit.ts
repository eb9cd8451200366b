import { createHash } from 'node:crypto';
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
import { ulidWithin, type QueueContext } from './context';
import type { NewTask, SubmitOutcome, TaskQueue } from './port';
import { writeDescription, writeSpec } from './record';
import { iso, toTask, usageOf } from './toTask';

const accepted = 0;
const full = 2;
const conflict = 3;

/** Submission of tasks; see {@link TaskQueue.submit}. */
export function submission(context: QueueContext, idempotencyMs: number): Pick<TaskQueue, 'submit'> {
  return {
    async submit(type, tasks) {
      const name = checkedType(type);
      if (tasks.length === 0) return [];
      if (tasks.length > limits.batchTasks) {
        throw new FactoryError('BATCH_TOO_LARGE', `${tasks.length} tasks, at most ${limits.batchTasks} a call`);
      }
      const args = tasks.flatMap((task) => taskArguments(name, task));
      const reply = await context.run('submit', name, [context.clock(), type.queue_limit, idempotencyMs, ...args]);
      const [now, retryAfter, ...outcomes] = replyArray(reply);
      return tasks.map((task, index) =>
        toOutcome(name, task, outcomes[index], replyNumber(now), replyNumber(retryAfter)),
      );
    },
  };
}

function checkedType(type: AgentType): AgentTypeName {
  if (isAgentTypeName(type.name)) return type.name;
  throw new FactoryError('TYPE_UNKNOWN', `"${type.name}" is not in the catalogue`);
}

function taskArguments(type: AgentTypeName, task: NewTask): (string | number)[] {
  const ulid = ulidWithin(type, task.id);
  if (ulid === '') throw new FactoryError('INTERNAL', `the id of a new task is not one of type ${type}`);
  const { spec, idempotency } = task;
  return [
    ulid,
    priorities.indexOf(spec.priority),
    spec.delay_ms,
    task.timeoutMs,
    task.maxAttempts,
    startByMs[spec.priority],
    idempotency === undefined ? '' : digest(`${task.submitter}\0${idempotency.key}`),
    idempotency === undefined ? '' : digest(idempotency.fingerprint),
    writeDescription(task.submitter, task.crew, spec),
    writeSpec(spec),
  ];
}

/** 22 characters: 128 bits. */
function digest(text: string): string {
  return createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url');
}

function toOutcome(
  type: AgentTypeName,
  task: NewTask,
  outcome: unknown,
  now: number,
  retryAfter: number,
): SubmitOutcome {
  if (Array.isArray(outcome)) return { status: 'accepted', task: toTask(type, outcome, true), duplicate: true };
  switch (replyNumber(outcome)) {
    case accepted:
      return { status: 'accepted', task: newTask(type, task, now), duplicate: false };
    case full:
      return {
        status: 'refused',
        error: new FactoryError('QUEUE_FULL', `the queue of ${type} is at its limit`, {
          retryAfterSeconds: retryAfter,
        }),
      };
    case conflict:
      return {
        status: 'refused',
        error: new FactoryError('IDEMPOTENCY_CONFLICT', 'the key names a task that was submitted with another content'),
      };
    default:
      throw new FactoryError('INTERNAL', 'submit.lua answered an unknown outcome');
  }
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
