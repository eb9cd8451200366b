import { randomUUID } from 'node:crypto';
import {
  parseTaskId,
  type AgentTypeName,
  type Assignment,
  type LeaseRef,
  type WorkerFrame,
} from '@agent-factory/contract';
import type { Outgoing } from './stream';

/** What an agent said of itself when it registered. */
export type Registration = Omit<Extract<WorkerFrame, { kind: 'register' }>, 'kind' | 'held'>;

/** A lease on the books: its epoch, and the how-manieth task of this stream it came with; 0 when the agent brought it along. */
interface Entry {
  epoch: number;
  place: number;
}

/** One registered stream: who is at its end, what it holds and how much more it can take. */
export class Session {
  /** Names the stream in the registry. */
  readonly connection = randomUUID();
  readonly agent: Registration;
  readonly out: Outgoing;
  draining = false;
  /** The agent may have gone to another dispatcher: until that is known it is given nothing. */
  doubted = false;
  /** A newer connection has the agent: this one will not come back. */
  replaced = false;
  /** Leases by task id. */
  readonly #leases = new Map<string, Entry>();
  /** Leases whose agent was told to cancel. */
  readonly #cancelled = new Set<string>();
  #credits = 0;
  /** Tasks that were sent on this stream. */
  #assigned = 0;

  constructor(agent: Registration, out: Outgoing) {
    this.agent = agent;
    this.out = out;
  }

  get id(): string {
    return this.agent.id;
  }

  get type(): AgentTypeName {
    return this.agent.type;
  }

  /** Leases it holds, as far as this dispatcher knows. */
  get held(): LeaseRef[] {
    return [...this.#leases].map(([id, { epoch }]) => ({ id, epoch }));
  }

  get busy(): number {
    return this.#leases.size;
  }

  /** Tasks that can be given to it now: what it asked for, and never more than it has slots. */
  get free(): number {
    if (this.draining || this.doubted || this.out.closed) return 0;
    return Math.max(0, Math.min(this.#credits, this.agent.slots - this.#leases.size));
  }

  set credits(credits: number) {
    this.#credits = credits;
  }

  /** The leases of tasks of its own type, and the others, which cannot be its. */
  split<T extends LeaseRef>(leases: readonly T[]): { own: T[]; foreign: T[] } {
    const own = (lease: T): boolean => parseTaskId(lease.id)?.type === this.type;
    return { own: leases.filter(own), foreign: leases.filter((lease) => !own(lease)) };
  }

  /** The agent says that it holds this lease, and it does. */
  hold(lease: LeaseRef): void {
    if (this.#leases.get(lease.id)?.epoch !== lease.epoch) this.#enter(lease, 0);
  }

  /** Forgets leases; one that was taken again meanwhile stays. Answers whether any was there. */
  drop(leases: readonly LeaseRef[]): boolean {
    const before = this.#leases.size;
    for (const { id, epoch } of leases) {
      if (this.#leases.get(id)?.epoch !== epoch) continue;
      this.#leases.delete(id);
      this.#cancelled.delete(id);
    }
    return this.#leases.size < before;
  }

  /**
   * Forgets, and answers, the leases that an agent does not name which had received so many tasks of this stream. Frames come in order,
   * and what it reported or handed back is off the books already: its work on these is over, unheard.
   */
  dropUnnamed(named: readonly LeaseRef[], received: number): LeaseRef[] {
    const epochs = new Map(named.map(({ id, epoch }) => [id, epoch]));
    const over = [...this.#leases]
      .filter(([id, { epoch, place }]) => place <= received && epochs.get(id) !== epoch)
      .map(([id, { epoch }]) => ({ id, epoch }));
    this.drop(over);
    return over;
  }

  /** Gives it claimed tasks. */
  assign(tasks: Assignment[]): void {
    for (const task of tasks) this.#enter(task, (this.#assigned += 1));
    this.#credits = Math.max(0, this.#credits - tasks.length);
    this.out.send({ kind: 'assignments', tasks });
  }

  /** Tells it, once, to stop tasks that it holds. */
  cancel(ids: readonly string[], reason: string): void {
    const leases = ids.flatMap((id): LeaseRef[] => {
      const epoch = this.#leases.get(id)?.epoch;
      if (epoch === undefined || this.#cancelled.has(id)) return [];
      this.#cancelled.add(id);
      return [{ id, epoch }];
    });
    if (leases.length > 0) this.out.send({ kind: 'cancels', leases, reason });
  }

  /** Tells it which leases are over. */
  lose(leases: LeaseRef[]): void {
    this.drop(leases);
    if (leases.length > 0) this.out.send({ kind: 'lost', leases: leases.map(({ id, epoch }) => ({ id, epoch })) });
  }

  #enter({ id, epoch }: LeaseRef, place: number): void {
    this.#leases.set(id, { epoch, place });
    this.#cancelled.delete(id); // that was said of an older lease
  }
}
