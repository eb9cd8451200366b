import { FactoryError, type AgentState, type LeaseRef, type WorkerFrame } from '@agent-factory/contract';
import type { Logger } from '../../log';
import type { Clock } from '../../clock';
import type { LeaseAck, LeaseState, TaskQueue } from '../../queue/port';
import type { AgentRegistry } from '../../registry/port';
import { measuredFromBytes, withinLimit } from './results';
import { retrying } from './retrying';
import type { Session } from './session';

export interface ConversationOptions {
  queue: Pick<TaskQueue, 'heartbeat' | 'complete' | 'release' | 'lose' | 'log'>;
  registry: Pick<AgentRegistry, 'heartbeat' | 'register' | 'get'>;
  clock: Clock;
  log: Logger;
  /** How long a report is kept for a store that does not answer; then the stream ends, and the agent reports on the next one. */
  storeMs: number;
  /** The agent may be able to take tasks. */
  hungry(session: Session): void;
}

type FrameOf<K extends WorkerFrame['kind']> = Extract<WorkerFrame, { kind: K }>;
type LeaseReport = FrameOf<'heartbeat'>['leases'][number];

/** Answers the frames of registered agents, all but the first. */
export class Conversation {
  readonly #options: ConversationOptions;

  constructor(options: ConversationOptions) {
    this.#options = options;
  }

  async answer(session: Session, frame: Exclude<WorkerFrame, { kind: 'register' }>, bytes: number): Promise<void> {
    switch (frame.kind) {
      case 'credits':
        session.credits = frame.free;
        return this.#options.hungry(session);
      case 'heartbeat':
        return this.#heartbeat(session, frame);
      case 'results':
        return this.#results(session, frame, bytes);
      case 'releases':
        return this.#releases(session, frame);
      case 'logs':
        return this.#logs(session, frame);
      case 'drain':
        session.draining = true;
        return this.#recordLife(session);
    }
  }

  /** Renews leases and tells the agent which of them stand, which are over and which tasks to stop. */
  async renew(session: Session, leases: readonly LeaseReport[]): Promise<LeaseState[]> {
    const { own, foreign } = session.split(leases);
    const states = own.length === 0 ? [] : await this.#options.queue.heartbeat(session.type, session.id, own);
    const lost = foreign.map(({ id, epoch }) => ({ id, epoch, state: 'lost' as const }));
    return [...states, ...lost];
  }

  /** Takes up what a renewal said; `renewed` is sent when it answers a heartbeat. */
  tell(session: Session, states: readonly LeaseState[], answersHeartbeat: boolean): void {
    const standing = states.filter(({ state }) => state !== 'lost').map(({ id, epoch }) => ({ id, epoch }));
    for (const lease of standing) session.hold(lease);
    if (answersHeartbeat) session.out.send({ kind: 'renewed', leases: standing });
    session.lose(states.filter(({ state }) => state === 'lost'));
    const stopped = states.filter(({ state }) => state === 'cancel').map(({ id }) => id);
    session.cancel(stopped, 'cancelled by a client');
  }

  async #heartbeat(session: Session, { leases, received }: FrameOf<'heartbeat'>): Promise<void> {
    const over = session.dropUnnamed(leases, received);
    const states = await this.#unlessStoreFails(() => this.renew(session, leases));
    // Every heartbeat has an answer; one that renewed nothing is held against the leases' time.
    if (states === undefined) session.out.send({ kind: 'renewed', leases: [] });
    else this.tell(session, states, true);
    if (over.length > 0) await this.#giveUp(session, over);
    await this.#recordLife(session);
  }

  /** The agent has stopped this work itself. While the store fails its leases run out by themselves; the agent has room all the same. */
  async #giveUp(session: Session, leases: readonly LeaseRef[]): Promise<void> {
    this.#options.log.warn({ agent_id: session.id, leases: leases.length }, 'the agent gave leases up');
    await this.#unlessStoreFails(() => this.#options.queue.lose(session.type, session.id, leases));
    this.#options.hungry(session);
  }

  async #unlessStoreFails<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!isStoreFailure(error)) throw error;
      this.#options.log.warn({ err: error }, 'the store did not answer');
      return undefined;
    }
  }

  /** Somebody registered the agent: finds out whether that was this session, and ends its stream when not. */
  async verify(session: Session): Promise<void> {
    session.doubted = true;
    await this.#recordLife(session);
    session.doubted = false;
    this.#options.hungry(session);
  }

  /** Load and life for the registry; ends the stream when a newer connection has the agent. While the store fails, the next heartbeat tells it. */
  async #recordLife(session: Session): Promise<void> {
    const { registry } = this.#options;
    const state: AgentState = session.draining ? 'DRAINING' : session.busy > 0 ? 'BUSY' : 'READY';
    await this.#unlessStoreFails(async () => {
      if (await registry.heartbeat(session.id, session.connection, session.busy, state)) return;
      if (await this.#isKnown(session.id)) this.#replaced(session);
      // The store lost the row; the agent is here all the same.
      else await registry.register(session.agent, session.connection);
    });
  }

  #replaced(session: Session): void {
    session.replaced = true;
    session.out.fail(new FactoryError('AGENT_REPLACED', `a newer connection registered ${session.id}`));
  }

  async #isKnown(id: string): Promise<boolean> {
    try {
      await this.#options.registry.get(id);
      return true;
    } catch (error) {
      if (error instanceof FactoryError && error.code === 'AGENT_NOT_FOUND') return false;
      throw error;
    }
  }

  async #results(session: Session, { results }: FrameOf<'results'>, bytes: number): Promise<void> {
    const { own, foreign } = session.split(results);
    const measured = bytes < measuredFromBytes ? own : own.map((one) => withinLimit(one));
    const { queue, clock, storeMs } = this.#options;
    const acks =
      measured.length === 0
        ? []
        : await retrying(clock, storeMs, () => queue.complete(session.type, session.id, measured));
    this.#acknowledge(session, [...acks, ...foreign.map(refused)]);
  }

  async #releases(session: Session, { leases, reason }: FrameOf<'releases'>): Promise<void> {
    const { own, foreign } = session.split(leases);
    const { queue, clock, storeMs } = this.#options;
    const acks =
      own.length === 0
        ? []
        : await retrying(clock, storeMs, () => queue.release(session.type, session.id, own, reason));
    this.#acknowledge(session, [...acks, ...foreign.map(refused)]);
  }

  #acknowledge(session: Session, acks: LeaseAck[]): void {
    session.drop(acks);
    session.out.send({ kind: 'acks', acks });
    this.#options.hungry(session);
  }

  /** Lines are worth less than the stream: what the store does not take is dropped. */
  async #logs(session: Session, { lines }: FrameOf<'logs'>): Promise<void> {
    const { own } = session.split(lines);
    if (own.length === 0) return;
    await this.#unlessStoreFails(() => this.#options.queue.log(session.type, session.id, own));
  }
}

function refused({ id, epoch }: { id: string; epoch: number }): LeaseAck {
  return { id, epoch, accepted: false, code: 'LEASE_NOT_HELD' };
}

function isStoreFailure(error: unknown): boolean {
  return error instanceof FactoryError && error.code === 'STORE_UNAVAILABLE';
}
