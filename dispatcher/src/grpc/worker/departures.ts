import type { Logger } from '../../log';
import type { EventLog } from '../../events/port';
import type { Clock } from '../../clock';
import type { TaskQueue } from '../../queue/port';
import type { AgentRegistry } from '../../registry/port';
import { retrying } from './retrying';
import type { Session } from './session';

export interface DeparturesOptions {
  queue: Pick<TaskQueue, 'lose' | 'recover'>;
  registry: Pick<AgentRegistry, 'deregister'>;
  events: Pick<EventLog, 'record'>;
  clock: Clock;
  log: Logger;
  /** How long an agent whose stream was cut may take to come back before its leases are given up. */
  graceMs: number;
  /** How long a lease lasts: after it there is nothing left to give up. */
  leaseMs: number;
}

/** Agents whose stream ended: each may come back within the grace; then its leases are given up, those that it never got for free, and its row goes. */
export class Departures {
  readonly #options: DeparturesOptions;
  readonly #waiting = new Map<string, { session: Session; cancel: () => void }>();
  #stopped = false;

  constructor(options: DeparturesOptions) {
    this.#options = options;
  }

  /** The stream of a session ended. An agent that said so before, and holds nothing, is gone at once; so is one that is connected elsewhere. */
  left(session: Session): void {
    if (this.#stopped) return;
    const settled = session.replaced || (session.draining && session.busy === 0);
    const wait = settled ? 0 : this.#options.graceMs;
    const cancel = this.#options.clock.after(wait, () => {
      this.#waiting.delete(session.id);
      this.#bury(session).catch((error: unknown) => {
        // Its leases run out and its row expires all the same.
        this.#options.log.warn({ err: error, agent_id: session.id }, 'a lost agent could not be recorded');
      });
    });
    this.#waiting.set(session.id, { session, cancel });
  }

  /** The agent is back: answers the session it had, if it was still awaited. */
  returned(id: string): Session | undefined {
    const entry = this.#waiting.get(id);
    entry?.cancel();
    this.#waiting.delete(id);
    return entry?.session;
  }

  /** Gives up nothing any more: other dispatchers, or the next process, take the agents over. Safe to call twice. */
  stop(): void {
    this.#stopped = true;
    for (const { cancel } of this.#waiting.values()) cancel();
    this.#waiting.clear();
  }

  async #bury(session: Session): Promise<void> {
    const { queue, registry, events, clock, log, leaseMs } = this.#options;
    const { id, type, connection, held } = session;
    // Another connection may have taken the agent over at another dispatcher: then what it got lives on there, since it named it, and only
    // what was lost on the way comes back.
    const gone = await retrying(clock, leaseMs, () => registry.deregister(id, connection));
    if (held.length > 0) await retrying(clock, leaseMs, () => queue.recover(type, id, held, { latestClaim: false }));
    if (!gone) return;
    log.info({ agent_id: id, type, leases: held.length }, 'agent gone');
    if (held.length > 0) await retrying(clock, leaseMs, () => queue.lose(type, id, held));
    await retrying(clock, leaseMs, () => events.record(type, { kind: 'agent_gone', agent_id: id }));
  }
}
