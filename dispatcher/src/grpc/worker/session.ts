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

/** One registered stream: who is at its end, what it holds and how much more it can take. */
export class Session {
  /** Names the stream in the registry. */
  readonly connection = randomUUID();
  readonly agent: Registration;
  readonly out: Outgoing;
  draining = false;
  /** Leases by task id. */
  readonly #leases = new Map<string, number>();
  /** Leases whose agent was told to cancel. */
  readonly #cancelled = new Set<string>();
  #credits = 0;

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
    return [...this.#leases].map(([id, epoch]) => ({ id, epoch }));
  }

  get busy(): number {
    return this.#leases.size;
  }

  /** Tasks that can be given to it now: what it asked for, and never more than it has slots. */
  get free(): number {
    if (this.draining || this.out.closed) return 0;
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

  hold({ id, epoch }: LeaseRef): void {
    this.#leases.set(id, epoch);
  }

  /** Forgets leases; one that was taken again meanwhile stays. */
  drop(leases: readonly LeaseRef[]): void {
    for (const { id, epoch } of leases) {
      if (this.#leases.get(id) !== epoch) continue;
      this.#leases.delete(id);
      this.#cancelled.delete(id);
    }
  }

  /** Gives it claimed tasks. */
  assign(tasks: Assignment[]): void {
    for (const task of tasks) this.hold(task);
    this.#credits = Math.max(0, this.#credits - tasks.length);
    this.out.send({ kind: 'assignments', tasks });
  }

  /** Tells it, once, to stop tasks that it holds. */
  cancel(ids: readonly string[], reason: string): void {
    const leases = ids.flatMap((id): LeaseRef[] => {
      const epoch = this.#leases.get(id);
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
}
