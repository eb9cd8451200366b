import {
  FactoryError,
  formatPath,
  idempotencyKeySchema,
  limits,
  parseOrThrow,
  taskIdFor,
  toProblem,
  type AgentType,
  type BatchResult,
  type RoutingRules,
  type Task,
  type TaskSpec,
} from '@agent-factory/contract';
import type { ArtifactStore } from '../artifacts/port';
import { requireScope } from '../auth/scopes';
import type { Principal } from '../auth/port';
import type { NewTask, SubmitOutcome, TaskQueue } from '../queue/port';
import { admit } from './admit';
import { fingerprint } from './canonical';
import { implicitCrew } from './crew';
import type { Submitted } from './port';
import type { TypeTable } from './types';

/** What submitting needs. */
export interface SubmitDeps {
  queue: TaskQueue;
  artifacts: Pick<ArtifactStore, 'has'>;
  types: TypeTable;
  rules: RoutingRules;
  /** Milliseconds that the store keeps an artifact after its last use. */
  artifactAgeMs: number;
  /** A source of ULIDs. */
  ulid: () => string;
}

interface Prepared {
  type: AgentType;
  task: NewTask;
}

/** Takes one task. */
export async function submitOne(
  deps: SubmitDeps,
  principal: Principal,
  raw: unknown,
  idempotencyKey: string | undefined,
): Promise<Submitted> {
  requireScope(principal, 'task:submit');
  const key = idempotencyKey === undefined ? undefined : parseOrThrow(idempotencyKeySchema, idempotencyKey);
  const prepared = await prepare(deps, principal, raw, key, [], new Map());
  const [outcome] = await deps.queue.submit(prepared.type, [prepared.task]);
  if (outcome === undefined) throw new Error('the queue answered nothing about a task');
  if (outcome.status === 'refused') throw outcome.error;
  return { task: outcome.task, duplicate: outcome.duplicate };
}

/** Takes up to 1,000 tasks, those of a type in one call of the queue; each is taken or refused by itself. */
export async function submitMany(
  deps: SubmitDeps,
  principal: Principal,
  items: readonly unknown[],
): Promise<BatchResult> {
  requireScope(principal, 'task:submit');
  if (items.length === 0) throw new FactoryError('BATCH_EMPTY', 'tasks holds nothing');
  if (items.length > limits.batchTasks)
    throw new FactoryError('BATCH_TOO_LARGE', `tasks holds ${items.length} items of at most ${limits.batchTasks}`);
  const present = new Map<string, Promise<boolean>>();
  const prepared = await Promise.all(
    items.map((item, index) => attempt(() => prepareItem(deps, principal, item, index, present))),
  );
  const outcomes = await submitByType(deps.queue, prepared);
  const refusals = outcomes.flatMap((outcome) => (outcome.status === 'refused' ? [outcome.error] : []));
  const down = refusals.find(({ code }) => code === 'STORE_UNAVAILABLE');
  if (down !== undefined && refusals.length === outcomes.length) throw down;
  return {
    results: outcomes.map((outcome) =>
      outcome.status === 'refused'
        ? { status: 'refused', problem: toProblem(outcome.error) }
        : { ...outcome, task: brief(outcome.task) },
    ),
    accepted: outcomes.length - refusals.length,
    refused: refusals.length,
  };
}

/** As in lists: a thousand tasks with spec and result would be more than a client of gRPC takes. */
function brief({ spec: _spec, result: _result, ...task }: Task): Task {
  return task;
}

async function prepareItem(
  deps: SubmitDeps,
  principal: Principal,
  item: unknown,
  index: number,
  present: Map<string, Promise<boolean>>,
): Promise<Prepared> {
  const path = ['tasks', index];
  if (typeof item !== 'object' || item === null || !('idempotency_key' in item))
    return prepare(deps, principal, item, undefined, path, present);
  const { idempotency_key: key, ...rest } = item;
  const parsed = idempotencyKeySchema.safeParse(key);
  if (parsed.success) return prepare(deps, principal, rest, parsed.data, path, present);
  const fault = {
    path: formatPath([...path, 'idempotency_key']),
    message: parsed.error.issues[0]?.message ?? 'is not a key',
  };
  throw new FactoryError('INVALID_ARGUMENT', `${fault.path}: ${fault.message}`, { faults: [fault] });
}

async function prepare(
  deps: SubmitDeps,
  principal: Principal,
  raw: unknown,
  key: string | undefined,
  path: readonly PropertyKey[],
  present: Map<string, Promise<boolean>>,
): Promise<Prepared> {
  const { type, spec } = admit(raw, principal, deps, path);
  requireInputsToLast(spec, deps.artifactAgeMs, path);
  for (const [index, { artifact }] of spec.inputs.entries()) {
    const known = present.get(artifact) ?? deps.artifacts.has(artifact);
    present.set(artifact, known);
    if (await known) continue;
    const fault = { path: formatPath([...path, 'inputs', index, 'artifact']), message: 'is not here: upload it first' };
    throw new FactoryError('ARTIFACT_NOT_FOUND', `${fault.path}: ${fault.message}`, { faults: [fault] });
  }
  const task: NewTask = {
    id: taskIdFor(type.name, deps.ulid()),
    spec,
    submitter: principal.subject,
    crew: spec.crew ?? implicitCrew(principal.subject),
    timeoutMs: spec.timeout_ms ?? type.timeout_ms,
    maxAttempts: spec.max_attempts ?? type.retry.max_attempts,
    ...(key === undefined ? {} : { idempotency: { key, fingerprint: fingerprint(raw) } }),
  };
  return { type, task };
}

/** Inputs are used now, by asking for them: a task that starts only after their retention would find them gone. */
function requireInputsToLast({ inputs, delay_ms: delay }: TaskSpec, ageMs: number, path: readonly PropertyKey[]): void {
  if (inputs.length === 0 || delay <= ageMs) return;
  const fault = {
    path: formatPath([...path, 'delay_ms']),
    message: `is more than ${ageMs}, the milliseconds that inputs are kept`,
  };
  throw new FactoryError('INVALID_ARGUMENT', `${fault.path}: ${fault.message}`, { faults: [fault] });
}

type Attempted = { prepared: Prepared } | { error: FactoryError };

async function attempt(work: () => Promise<Prepared>): Promise<Attempted> {
  try {
    return { prepared: await work() };
  } catch (error) {
    if (error instanceof FactoryError) return { error };
    throw error;
  }
}

/** One call a type; the outcomes stand where their items stood. */
async function submitByType(queue: TaskQueue, attempts: readonly Attempted[]): Promise<SubmitOutcome[]> {
  const groups = new Map<AgentType, { index: number; task: NewTask }[]>();
  const outcomes = attempts.map((one, index): SubmitOutcome | undefined => {
    if ('error' in one) return { status: 'refused', error: one.error };
    const { type, task } = one.prepared;
    const group = groups.get(type);
    if (group === undefined) groups.set(type, [{ index, task }]);
    else group.push({ index, task });
    return undefined;
  });
  await Promise.all(
    [...groups].map(async ([type, group]) => {
      const answers = await submitGroup(
        queue,
        type,
        group.map(({ task }) => task),
      );
      group.forEach(({ index }, position) => (outcomes[index] = answers[position]));
    }),
  );
  return outcomes.map((outcome) => {
    if (outcome === undefined) throw new Error('the queue answered nothing about a task');
    return outcome;
  });
}

/** A store that fails refuses the tasks of its call, not those of others. */
async function submitGroup(queue: TaskQueue, type: AgentType, tasks: readonly NewTask[]): Promise<SubmitOutcome[]> {
  try {
    return await queue.submit(type, tasks);
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    return tasks.map(() => ({ status: 'refused', error }));
  }
}
