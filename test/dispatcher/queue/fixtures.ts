import {
  agentType,
  noUsage,
  taskSpecSchema,
  ulidSource,
  type AgentType,
  type AgentTypeName,
  type Assignment,
  type LeaseRef,
  type Task,
  type TaskResult,
  type TaskSpecInput,
} from '@agent-factory/contract';
import type { NewTask, SubmitOutcome, TaskQueue } from '../../../dispatcher/src/queue/port';
import type { TestClock } from '../../support/clock';

const nextUlid = ulidSource();

export interface TaskOptions extends Omit<TaskSpecInput, 'brain'> {
  maxAttempts?: number;
  timeoutMs?: number;
  idempotency?: NewTask['idempotency'];
  submitter?: string;
  text?: string;
}

/** A task of `type` (python without), valid in every respect. */
export function newTask(options: TaskOptions = {}): NewTask {
  const { maxAttempts, timeoutMs, idempotency, submitter, text, ...rest } = options;
  const type = rest.type ?? 'python';
  const spec = taskSpecSchema.parse({ ...rest, type, brain: { kind: 'model', prompt: text ?? 'do it' } });
  return {
    id: `${type}-${nextUlid()}`,
    spec,
    submitter: submitter ?? 'someone',
    crew: spec.crew ?? 'own',
    timeoutMs: timeoutMs ?? 60_000,
    maxAttempts: maxAttempts ?? 3,
    ...(idempotency === undefined ? {} : { idempotency }),
  };
}

/** A catalogue record with other limits. */
export function typeWith(name: AgentTypeName, changes: Partial<AgentType> = {}): AgentType {
  return { ...agentType(name), ...changes };
}

export const success: TaskResult = { outcome: 'succeeded', output: { ok: true }, usage: noUsage, tool_calls: [] };

export function failure(retryable: boolean): TaskResult {
  return {
    outcome: 'failed',
    error: { code: 'TOOL_FAILED', message: 'step a: exit 1', retryable },
    usage: noUsage,
    tool_calls: [],
  };
}

export function taskOf(outcome: SubmitOutcome | undefined): Task {
  if (outcome?.status !== 'accepted') throw new Error(`not accepted: ${JSON.stringify(outcome)}`);
  return outcome.task;
}

export function lease({ id, epoch }: LeaseRef): LeaseRef {
  return { id, epoch };
}

/** The only element. */
export function only<T>(items: readonly T[]): T {
  const [item] = items;
  if (item === undefined || items.length !== 1) throw new Error(`${items.length} items instead of one`);
  return item;
}

/** A queue under test and what its tests need around it. */
export interface QueueHarness {
  queue: TaskQueue;
  clock: TestClock;
  /** Lease of the queue, ms. */
  leaseMs: number;
  /** Retention of the queue. */
  finishedMs: number;
  finishedTasks: number;
  deadMs: number;
  deadTasks: number;
  /** What the queue's random source answers next; 0 without. */
  random: { value: number };
  /** Events of a type so far, as kind and task id. */
  events(type: AgentTypeName): Promise<{ kind: string; task_id?: string | undefined }[]>;
}

export async function submitOne(harness: QueueHarness, options: TaskOptions = {}): Promise<Task> {
  const task = newTask(options);
  return taskOf((await harness.queue.submit(typeWith(options.type ?? 'python'), [task]))[0]);
}

/** Submits and claims one task. */
export async function running(
  harness: QueueHarness,
  agentId = 'agent-1',
  options: TaskOptions = {},
): Promise<Assignment> {
  const task = await submitOne(harness, options);
  const assignment = only(await harness.queue.claim(options.type ?? 'python', agentId, 1));
  if (assignment.id !== task.id) throw new Error('another task was claimed');
  return assignment;
}

/** Claims and fails without retry until the task is in the dead letters. */
export async function deadLetter(harness: QueueHarness, options: TaskOptions = {}): Promise<Assignment> {
  const assignment = await running(harness, 'agent-1', options);
  await harness.queue.complete(options.type ?? 'python', 'agent-1', [{ ...lease(assignment), result: failure(false) }]);
  return assignment;
}
