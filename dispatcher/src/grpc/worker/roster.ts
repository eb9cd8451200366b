import type { AgentTypeName } from '@agent-factory/contract';
import type { Session } from './session';

/** The agents that are connected to this dispatcher, one session an id. */
export class Roster {
  readonly #byId = new Map<string, Session>();
  readonly #byType = new Map<AgentTypeName, Set<Session>>();
  readonly #changed: (type: AgentTypeName, agents: number) => void;

  /** `changed` hears of each change of the number of agents of a type. */
  constructor(changed: (type: AgentTypeName, agents: number) => void = () => undefined) {
    this.#changed = changed;
  }

  get(id: string): Session | undefined {
    return this.#byId.get(id);
  }

  /** Whether the session is the one that stands for its agent. */
  has(session: Session): boolean {
    return this.#byId.get(session.id) === session;
  }

  ofType(type: AgentTypeName): Session[] {
    return [...(this.#byType.get(type) ?? [])];
  }

  all(): Session[] {
    return [...this.#byId.values()];
  }

  /** Types of which an agent could take a task. */
  hungryTypes(): AgentTypeName[] {
    return [...this.#byType].filter(([, sessions]) => [...sessions].some(({ free }) => free > 0)).map(([type]) => type);
  }

  /** Adds a session in place of the one that stood for the same agent. */
  add(session: Session): void {
    const before = this.#byId.get(session.id);
    if (before !== undefined) this.remove(before);
    this.#byId.set(session.id, session);
    const sessions = this.#byType.get(session.type) ?? new Set();
    this.#byType.set(session.type, sessions.add(session));
    this.#changed(session.type, sessions.size);
  }

  remove(session: Session): void {
    if (!this.has(session)) return;
    this.#byId.delete(session.id);
    const sessions = this.#byType.get(session.type);
    sessions?.delete(session);
    this.#changed(session.type, sessions?.size ?? 0);
  }
}
