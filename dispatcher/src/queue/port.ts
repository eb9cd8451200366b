import type {
  AgentType,
  AgentTypeName,
  Assignment,
  ErrorCode,
  FactoryError,
  LeaseRef,
  Progress,
  Task,
  TaskListQuery,
  TaskResult,
  TaskSpec,
  Usage,
} from '@agent-factory/contract';

/** A task that has passed every check and has its id. */
export interface NewTask {
  id: string;
  spec: TaskSpec;
  submitter: string;
  crew: string;
  timeoutMs: number;
  maxAttempts: number;
  /**
   * With the same key, submitter and fingerprint the first task is answered again, whatever its type; with another fingerprint it is a
   * conflict. `id` is taken by a key that is new; a key that names a task which may be under way yet has this one take that task's id.
   */
  idempotency?: { key: string; fingerprint: string };
}

/** What became of one submission: its own task, the task that the key named before, or why not. */
export type SubmitOutcome =
  { status: 'accepted'; task: Task; duplicate: boolean } | { status: 'refused'; error: FactoryError };

/** What became of one report on a lease. */
export interface LeaseAck extends LeaseRef {
  accepted: boolean;
  /** When refused: LEASE_EXPIRED, LEASE_NOT_HELD or TASK_NOT_FOUND. */
  code?: ErrorCode;
}

/** What the queue tells of an accepted report besides. */
export interface ReportAck extends LeaseAck {
  /** How the task ended with it; undefined when it waits again. */
  ended?: 'succeeded' | 'failed' | 'cancelled';
  /** The very same report was accepted before, and its answer lost. */
  repeated?: true;
}

/** A lease as its holder sees it after a heartbeat. */
export interface LeaseState extends LeaseRef {
  /** `cancel`: still held, but the task is to be stopped and reported as cancelled. `lost`: drop the work. */
  state: 'held' | 'cancel' | 'lost';
}

export interface QueueStats {
  waiting: number;
  delayed: number;
  running: number;
  dead: number;
  paused: boolean;
  /** Earliest start-by time among the waiting, in milliseconds since 1970. */
  oldestStartBy?: number;
}

export interface SweepReport {
  /** Delayed tasks whose time has come. */
  promoted: number;
  /** Leases that ran out: of tasks that wait again, that failed, and whose cancel was asked for. */
  reclaimed: { requeued: number; failed: number; cancelled: number };
  /** Finished tasks dropped by age or count. */
  dropped: number;
  /** Milliseconds until the next delayed task or lease is due, 0 when one sweep could not do all; undefined when there is none. */
  nextDueMs?: number;
}

/**
 * The queue of every type. Each call is atomic and concerns one type, whose name any task id carries. Time is the store's.
 * All calls throw STORE_UNAVAILABLE when the store does not answer in time.
 */
export interface TaskQueue {
  /**
   * Takes tasks of one type, each whole or not at all. Past the type's queue_limit: QUEUE_FULL with a retry-after. After STORE_UNAVAILABLE
   * it is not known whether they were taken; submitting the same ids or idempotency keys again is safe.
   */
  submit(type: AgentType, tasks: readonly NewTask[]): Promise<SubmitOutcome[]>;
  /**
   * Leases up to `max` tasks to an agent: P0 first, then by start-by time. None while the type is paused. After STORE_UNAVAILABLE it is not
   * known whether tasks were leased; the next claim for the agent, here, gives what was leased unheard, whatever its `max`.
   */
  claim(type: AgentTypeName, agentId: string, max: number): Promise<Assignment[]>;
  /**
   * Renews leases and so acknowledges them, stores progress and, of what the attempt used so far, the tool calls (model calls are metered),
   * tells which are to be cancelled and which are lost. Never renews past the task's timeout.
   */
  heartbeat(
    type: AgentTypeName,
    agentId: string,
    leases: readonly (LeaseRef & { progress?: Progress | undefined; usage?: Usage | undefined })[],
  ): Promise<LeaseState[]>;
  /**
   * Ends attempts. A failed one that is retryable and has attempts left waits again, after backoff with jitter; one whose cancel was asked
   * for ends cancelled. A report that comes again because its answer was lost is accepted again, until the next attempt.
   */
  complete(
    type: AgentTypeName,
    agentId: string,
    results: readonly (LeaseRef & { result: TaskResult })[],
  ): Promise<ReportAck[]>;
  /** Hands tasks back unfinished; uses no attempt and keeps their place. Accepted again like `complete`. */
  release(type: AgentTypeName, agentId: string, leases: readonly LeaseRef[], reason: string): Promise<ReportAck[]>;
  /**
   * Gives up leases of an agent that is gone: counts as a failure (WORKER_LOST). Retried at once, at the task's old place, while attempts
   * are left; else failed. Accepted again like `complete`.
   */
  lose(type: AgentTypeName, agentId: string, leases: readonly LeaseRef[]): Promise<ReportAck[]>;
  /**
   * Takes back what an agent was given and never got: of `leases`, and with `latestClaim` of its latest claim by whichever dispatcher, those
   * that no heartbeat, log line or model call has named. Uses no attempt, three times a task; then it is as `lose`. Others stay as they are.
   * The caller knows that the agent does not work on them. Answers how many it took back.
   */
  recover(
    type: AgentTypeName,
    agentId: string,
    leases: readonly LeaseRef[],
    options: { latestClaim: boolean },
  ): Promise<number>;
  /** Ends a waiting task at once; asks the agent of a running one. Throws TASK_NOT_FOUND, TASK_FINISHED. Asking twice is fine. */
  cancel(id: string): Promise<Task>;
  /** Puts a failed task back with a fresh budget of attempts. Throws TASK_NOT_FOUND, TASK_NOT_DEAD. */
  redrive(id: string): Promise<Task>;
  /** Puts up to `max` dead letters of a type back, oldest first; answers how many. */
  redriveAll(type: AgentTypeName, max: number): Promise<number>;
  /** Stops or restarts claims of a type. Running tasks go on. */
  setPaused(type: AgentTypeName, paused: boolean): Promise<void>;
  /** With spec and result. Throws TASK_NOT_FOUND. */
  get(id: string): Promise<Task>;
  /** Newest first, without spec and result. Throws CURSOR_INVALID. Scans a bounded number of tasks a call. */
  list(query: TaskListQuery): Promise<{ tasks: Task[]; nextCursor?: string }>;
  /** `only: 'dead'` lists the dead letters of a type in the same shape. */
  listDead(type: AgentTypeName, limit: number): Promise<Task[]>;
  stats(type: AgentTypeName): Promise<QueueStats>;
  /**
   * Promotes delayed tasks, reclaims leases that ran out, drops old results; a bounded number a call. A lease that ran out unacknowledged uses
   * no attempt, as with `recover`.
   */
  sweep(type: AgentTypeName): Promise<SweepReport>;
  /**
   * Adds what a model call used to a task that the agent holds, and answers the sum over all attempts with the task's limits.
   * With `add` all zero it only asks. Throws LEASE_NOT_HELD, LEASE_EXPIRED, TASK_NOT_FOUND.
   */
  meter(lease: LeaseRef, agentId: string, add: Usage): Promise<{ usage: Usage; limits: TaskSpec['limits'] }>;
  /**
   * Appends lines to the logs of tasks the agent holds; lines of others are dropped, and all while the store is full. Bounded a task in lines,
   * and in bytes an attempt, for which older attempts make room.
   */
  log(
    type: AgentTypeName,
    agentId: string,
    lines: readonly (LeaseRef & { at: string; stream: 'agent' | 'stdout' | 'stderr'; text: string })[],
  ): Promise<void>;
}
