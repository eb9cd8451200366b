import type { Agent, BatchResult, FactoryEvent, Task, TaskList, TypeStatus } from '@agent-factory/contract';
import type { Principal } from '../auth/port';

/** A task that was taken. */
export interface Submitted {
  task: Task;
  /** Whether the idempotency key named a task submitted before; then `task` is that one. */
  duplicate: boolean;
}

/**
 * What a client can ask for, whatever the transport. Every call checks the caller's scopes and what it is given, and throws FactoryError:
 * UNAUTHENTICATED never (the transport has done that), FORBIDDEN without the scope, INVALID_ARGUMENT with the path of each fault.
 */
export interface TaskCalls {
  /** Takes one task. `spec` is what the client wrote: defaults are filled in here. */
  submit(principal: Principal, spec: unknown, idempotencyKey?: string): Promise<Submitted>;
  /** Takes a batch; a bad item is refused alone. Tasks come back without spec and result, as in lists. Items are {@link BatchItem}s as the client wrote them. Throws BATCH_EMPTY, BATCH_TOO_LARGE. */
  submitBatch(principal: Principal, items: readonly unknown[]): Promise<BatchResult>;
  get(principal: Principal, id: string): Promise<Task>;
  /** `query` is a TaskListQuery as the client wrote it. */
  list(principal: Principal, query: unknown): Promise<TaskList>;
  /** Dead letters of a type. `query` as the client wrote it: `{ limit? }`. */
  listDead(principal: Principal, type: string, query: unknown): Promise<TaskList>;
  cancel(principal: Principal, id: string): Promise<Task>;
  redrive(principal: Principal, id: string): Promise<Task>;
  /** Puts the dead letters of a type back, oldest first; a bounded number a call. */
  redriveType(principal: Principal, type: string): Promise<{ redriven: number }>;
  pauseType(principal: Principal, type: string): Promise<TypeStatus>;
  resumeType(principal: Principal, type: string): Promise<TypeStatus>;
  listTypes(principal: Principal): Promise<{ types: TypeStatus[] }>;
  /** `query` is an AgentListQuery as the client wrote it. */
  listAgents(principal: Principal, query: unknown): Promise<{ agents: Agent[] }>;
  /** Events of one task after `cursor`, then live ones; ends by itself after the task's last. Errors come with the first event asked for. */
  followTask(
    principal: Principal,
    id: string,
    cursor: string | undefined,
    signal: AbortSignal,
  ): AsyncIterable<FactoryEvent>;
  /** Cursor of all events that have happened so far: followAll from it can be resumed before its first event. */
  cursorNow(principal: Principal): string;
  /** Events of all tasks, types and agents after `cursor`, without log lines, then live ones, until `signal` aborts. */
  followAll(principal: Principal, cursor: string | undefined, signal: AbortSignal): AsyncIterable<FactoryEvent>;
}
