import type { AgentTypeName, FactoryEvent } from '@agent-factory/contract';

/** Reads what happened. One reader a dispatcher replica follows all types; everything live hangs on it: event streams, wake-ups of claims, cancels. */
export interface EventLog {
  /** Starts to follow; resolves once it would see the next event. Reconnects by itself. Safe to call twice. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** `ok` while events are read as they happen; else what is wrong, in a few words. */
  checkHealth(): string;
  /** Calls back for every event from now on, in order within a type; the returned function ends it. Never awaits the listener. */
  subscribe(listener: (events: readonly FactoryEvent[]) => void): () => void;
  /**
   * Events of one task, oldest first, log lines included, then live ones, until `signal` aborts. After `cursor` when one is given (an event's id).
   * Ends by itself after the task's terminal event. Throws TASK_NOT_FOUND, CURSOR_INVALID; STREAM_LIMIT when the reader does not keep up and
   * STORE_UNAVAILABLE when Redis has gone back, after both of which the last event's id resumes.
   */
  followTask(id: string, cursor: string | undefined, signal: AbortSignal): AsyncIterable<FactoryEvent>;
  /**
   * Events of all types, without log lines: those after `cursor` first, then live ones, until `signal` aborts. Where events after the cursor
   * are not kept any more, a `gap` of their type says so first. Throws as followTask, but never TASK_NOT_FOUND.
   */
  followAll(cursor: string | undefined, signal: AbortSignal): AsyncIterable<FactoryEvent>;
  /**
   * A cursor for followAll that stands for now. A stream that is to be resumable before its first event follows from this cursor instead of
   * from none: nothing falls between the two.
   */
  cursorNow(): string;
  /** Records an event that concerns an agent (agent_registered, agent_gone). */
  record(type: AgentTypeName, event: Pick<FactoryEvent, 'kind' | 'agent_id' | 'message'>): Promise<void>;
}
