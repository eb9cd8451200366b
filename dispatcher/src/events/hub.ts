import type { AgentTypeName, FactoryEvent } from '@agent-factory/contract';
import { writeAllCursor } from './cursor';
import type { BareEvent, Entry } from './entry';
import type { Follower } from './follower';
import type { Position } from './position';

/** An entry on its way to those who follow all types: its events have their ids. */
export interface AllItem {
  type: AgentTypeName;
  position: Position;
  events: readonly FactoryEvent[];
}

/** What those who follow one task get. */
export type TaskItem =
  | { source: 'events'; position: Position; index: number; event: BareEvent }
  | { source: 'log'; position: Position; event: BareEvent };

/** Spreads what the reader sees over listeners and followers; none of them can hold it up. */
export class EventHub {
  /** How far the reader is, by type. */
  readonly positions = new Map<AgentTypeName, Position>();
  readonly listeners = new Set<(events: readonly FactoryEvent[]) => void>();
  readonly followers = new Set<Follower<AllItem>>();
  readonly taskFollowers = new Map<string, Set<Follower<TaskItem>>>();

  deliver({ type, position, events }: Entry): void {
    this.positions.set(type, position);
    const id = writeAllCursor(this.positions, type);
    const full = events.map((event, index): FactoryEvent => ({ id: id(index + 1), ...event }));
    for (const follower of this.followers) follower.push({ type, position, events: full }, full.length);
    if (this.taskFollowers.size > 0) this.#deliverToTasks(position, events);
    for (const listener of this.listeners) {
      try {
        listener(full);
      } catch {
        // A listener's failure is its own; the others and the reader go on.
      }
    }
  }

  #deliverToTasks(position: Position, events: readonly BareEvent[]): void {
    events.forEach((event, index) => {
      const followers = event.task_id === undefined ? undefined : this.taskFollowers.get(event.task_id);
      for (const follower of followers ?? []) follower.push({ source: 'events', position, index, event }, 1);
    });
  }

  addTaskFollower(taskId: string, follower: Follower<TaskItem>): () => void {
    const followers = this.taskFollowers.get(taskId) ?? new Set();
    this.taskFollowers.set(taskId, followers.add(follower));
    return () => {
      followers.delete(follower);
      if (followers.size === 0) this.taskFollowers.delete(taskId);
    };
  }

  /** Goes back to places behind those reached, after Redis has: who follows must resume. */
  reset(places: ReadonlyMap<AgentTypeName, Position>): void {
    for (const [type, place] of places) this.positions.set(type, place);
    for (const follower of this.followers) follower.cut('reset');
    for (const followers of this.taskFollowers.values()) for (const follower of followers) follower.cut('reset');
  }

  /** Ends every follower. */
  close(): void {
    for (const follower of this.followers) follower.end();
    for (const followers of this.taskFollowers.values()) for (const follower of followers) follower.end();
  }
}
