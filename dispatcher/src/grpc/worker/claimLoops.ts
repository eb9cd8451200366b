import type { AgentTypeName, Assignment } from '@agent-factory/contract';
import type { Logger } from '../../log';
import type { Clock } from '../../clock';
import { coalesced, type Coalesced } from '../../coalesced';
import type { TaskQueue } from '../../queue/port';
import type { Roster } from './roster';
import type { Session } from './session';

export interface ClaimLoopsOptions {
  queue: Pick<TaskQueue, 'claim' | 'release'>;
  roster: Pick<Roster, 'ofType' | 'hungryTypes'>;
  clock: Clock;
  log: Logger;
  /** How often hungry types are looked at although nothing woke them, in case an event was missed. */
  pollMs: number;
}

interface Loop {
  readonly claiming: Coalesced;
  failures: number;
  /** Set while it waits after a failure; cancels that wait. */
  cancelRetry: (() => void) | undefined;
}

/** Delay before a claim is tried again after the store failed; doubles each time. Agents idle for the last one at most once it is back. */
const retry = { firstMs: 100, lastMs: 1_000 } as const;

/**
 * Claims tasks for the agents of this dispatcher. There is one claim at a time a type, whatever wakes it and however often,
 * so that many agents and many events make no herd.
 */
export class ClaimLoops {
  readonly #options: ClaimLoopsOptions;
  readonly #loops = new Map<AgentTypeName, Loop>();
  #cancelPoll: (() => void) | undefined;
  #stopped = false;

  constructor(options: ClaimLoopsOptions) {
    this.#options = options;
  }

  /** Starts to look by itself, too. Safe to call twice. */
  start(): void {
    if (this.#cancelPoll !== undefined || this.#stopped) return;
    this.#cancelPoll = this.#options.clock.after(this.#options.pollMs, () => {
      this.#cancelPoll = undefined;
      for (const type of this.#options.roster.hungryTypes()) this.wake(type);
      this.start();
    });
  }

  /** There may be tasks for agents of this type. After a failure they are claimed when its delay is over. */
  wake(type: AgentTypeName): void {
    if (this.#stopped) return;
    const loop = this.#loops.get(type) ?? this.#newLoop(type);
    if (loop.cancelRetry === undefined) void loop.claiming.ask();
  }

  /** Claims no more; resolves when the claims under way are delivered or handed back. Safe to call twice. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelPoll?.();
    for (const { cancelRetry } of this.#loops.values()) cancelRetry?.();
    await this.idle();
  }

  /** Resolves when no claim is under way. */
  async idle(): Promise<void> {
    await Promise.all([...this.#loops.values()].map(({ claiming }) => claiming.idle()));
  }

  #newLoop(type: AgentTypeName): Loop {
    const claiming = coalesced(() => this.#claim(type, loop));
    const loop: Loop = { claiming, failures: 0, cancelRetry: undefined };
    this.#loops.set(type, loop);
    return loop;
  }

  async #claim(type: AgentTypeName, loop: Loop): Promise<void> {
    if (this.#stopped || loop.cancelRetry !== undefined) return;
    try {
      await this.#handOut(type);
      loop.failures = 0;
    } catch (error) {
      this.#options.log.warn({ err: error, type }, 'tasks could not be claimed');
      this.#retryLater(type, loop);
    }
  }

  #retryLater(type: AgentTypeName, loop: Loop): void {
    if (this.#stopped) return;
    const delay = Math.min(retry.lastMs, retry.firstMs * 2 ** loop.failures);
    loop.failures += 1;
    loop.cancelRetry = this.#options.clock.after(delay, () => {
      loop.cancelRetry = undefined;
      this.wake(type);
    });
  }

  /** Claims for one agent after the other until all are full or nothing waits. Several share: each gets half of what it can take first. */
  async #handOut(type: AgentTypeName): Promise<void> {
    const hungry = (): Session[] =>
      this.#options.roster
        .ofType(type)
        .filter(({ free }) => free > 0)
        .sort((a, b) => b.free - a.free);
    const shares = hungry().length > 1 ? [2, 1] : [1];
    for (const share of shares) {
      for (const session of hungry()) {
        const wanted = Math.ceil(session.free / share);
        if (wanted === 0 || this.#stopped) continue;
        const tasks = await this.#options.queue.claim(type, session.id, wanted);
        if (tasks.length > 0) await this.#deliver(session, tasks);
        if (tasks.length < wanted) return;
      }
    }
  }

  async #deliver(session: Session, tasks: Assignment[]): Promise<void> {
    if (!session.out.closed && !this.#stopped) {
      session.assign(tasks);
      return;
    }
    const leases = tasks.map(({ id, epoch }) => ({ id, epoch }));
    await this.#options.queue.release(session.type, session.id, leases, 'the agent left before the task reached it');
  }
}
