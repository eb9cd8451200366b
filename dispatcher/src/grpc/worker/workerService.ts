import { FactoryError, workerServiceMessages, type AgentTypeName, type LeaseRef } from '@agent-factory/contract';
import type { Server, ServerDuplexStream } from '@grpc/grpc-js';
import type { Authenticator } from '../../auth/port';
import type { EventLog } from '../../events/port';
import type { Logger } from '../../log';
import { systemClock, type Clock } from '../../clock';
import type { TaskQueue } from '../../queue/port';
import type { AgentRegistry } from '../../registry/port';
import { authorizationOf } from '../authorization';
import { byteService } from '../byteService';
import { requireRegistrable } from './admission';
import { ClaimLoops } from './claimLoops';
import { openConnection } from './connection';
import { Conversation } from './conversation';
import { Departures } from './departures';
import { Roster } from './roster';
import { Session, type Registration } from './session';
import type { Outgoing } from './stream';
import { keepTokenFresh } from './tokens';
import { Turns } from './turns';
import { followEvents } from './wakeUps';

/** What the worker service needs. Times are in milliseconds. */
export interface WorkerServiceOptions {
  queue: Pick<TaskQueue, 'claim' | 'heartbeat' | 'complete' | 'release' | 'lose' | 'recover' | 'log'>;
  registry: AgentRegistry;
  events: Pick<EventLog, 'subscribe' | 'record'>;
  authenticator: Authenticator;
  log: Logger;
  leaseMs: number;
  heartbeatMs: number;
  /** How long the first frame may take. Defaults to 10 s. */
  registerMs?: number;
  /** How long an agent whose stream was cut may take to come back. Defaults to 1 s. */
  graceMs?: number;
  /** How often claims are tried although nothing told of a task. Defaults to 5 s. */
  pollMs?: number;
  /** Hears of each change of the number of agents connected here. */
  connected?: (type: AgentTypeName, agents: number) => void;
  clock?: Clock;
}

/** Serves agents: registers them, gives them tasks as they come, and takes their reports. */
export class WorkerService {
  readonly #options: WorkerServiceOptions;
  readonly #clock: Clock;
  readonly #roster: Roster;
  readonly #loops: ClaimLoops;
  readonly #departures: Departures;
  readonly #conversation: Conversation;
  readonly #registrations = new Turns();
  readonly #open = new Map<Outgoing, () => void>();
  #unsubscribe: (() => void) | undefined;
  #stopped = false;

  constructor(options: WorkerServiceOptions) {
    const { queue, registry, events, log, leaseMs, clock = systemClock, graceMs = 1_000, pollMs = 5_000 } = options;
    this.#options = options;
    this.#clock = clock;
    this.#roster = new Roster(options.connected);
    this.#loops = new ClaimLoops({ queue, roster: this.#roster, clock, log, pollMs });
    this.#departures = new Departures({ queue, registry, events, clock, log, graceMs, leaseMs });
    this.#conversation = new Conversation({
      queue,
      registry,
      clock,
      log,
      storeMs: leaseMs / 2,
      hungry: (session) => session.free > 0 && this.#loops.wake(session.type),
    });
  }

  addTo(server: Server): void {
    server.addService(byteService(workerServiceMessages.WorkerServiceDefinition), {
      work: (call: ServerDuplexStream<Buffer, Buffer>) => this.#work(call),
    });
  }

  /** Starts to follow events. Safe to call twice. */
  start(): void {
    if (this.#stopped) return;
    const verify = (session: Session): void => {
      this.#conversation.verify(session).catch((error: unknown) => session.out.fail(error));
    };
    this.#unsubscribe ??= followEvents(this.#options.events, this.#loops, this.#roster, verify);
    this.#loops.start();
  }

  /**
   * Ends all streams with UNAVAILABLE: agents keep what they hold, work on, and register again elsewhere or with the next process. Resolves
   * when no claim is under way. Safe to call twice.
   */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unsubscribe?.();
    this.#departures.stop();
    for (const out of this.#open.keys()) out.fail(new FactoryError('SHUTTING_DOWN', 'the dispatcher is shutting down'));
    await this.#loops.stop();
  }

  #work(call: ServerDuplexStream<Buffer, Buffer>): void {
    // A promise of its own: the token is checked while the first frame is on its way.
    const principal = this.#options.authenticator.authenticate(authorizationOf(call.metadata));
    const out = openConnection(call, {
      register: async (agent, held, outgoing) => {
        requireRegistrable(await principal, agent);
        return this.#registrations.take(agent.id, () => this.#register(agent, held, outgoing));
      },
      answer: (session, frame, bytes) => this.#conversation.answer(session, frame, bytes),
      over: (session) => this.#over(out, session),
      clock: this.#clock,
      log: this.#options.log,
      registerMs: this.#options.registerMs ?? 10_000,
      silenceMs: Math.max(2 * this.#options.leaseMs, 4 * this.#options.heartbeatMs),
    });
    this.#open.set(out, () => undefined);
    principal.catch((error: unknown) => out.fail(error));
    if (this.#stopped) out.fail(new FactoryError('SHUTTING_DOWN', 'the dispatcher is shutting down'));
  }

  async #register(agent: Registration, held: readonly LeaseRef[], out: Outgoing): Promise<Session> {
    const { registry, authenticator, log, leaseMs, heartbeatMs } = this.#options;
    // One that was given up while it waited must not push out the one that came after it.
    if (out.closed) throw new FactoryError('AGENT_REPLACED', 'the stream ended before it was registered');
    const session = new Session(agent, out);
    const { token, expiresAt } = await authenticator.issueAgentToken(agent.id, agent.type);
    const states = await this.#conversation.renew(session, held);
    // Last of what can fail: whoever has the row stands. From here on the session does, until its stream is over.
    const row = await registry.register(agent, session.connection);
    const before = this.#departures.returned(agent.id) ?? this.#roster.get(agent.id);
    this.#roster.add(session);
    before?.out.fail(new FactoryError('AGENT_REPLACED', `a newer connection registered ${agent.id}`));
    out.send({
      kind: 'registered',
      lease_ms: leaseMs,
      heartbeat_ms: heartbeatMs,
      token,
      token_expires_at: expiresAt.toISOString(),
    });
    this.#conversation.tell(session, states, false);
    this.#open.set(out, keepTokenFresh(session, expiresAt, { authenticator, clock: this.#clock, log }));
    log.info(
      { agent_id: agent.id, type: agent.type, held: held.length, restarts: row.restart_count },
      'agent registered',
    );
    await this.#settle(session, forgottenLeases(before, held));
    return session;
  }

  /**
   * Takes back what never reached the agent, from here or from a dispatcher that is gone; gives up what it forgot; tells of it. A store that
   * fails now costs time only: leases run out by themselves.
   */
  async #settle({ type, id, out }: Session, forgotten: readonly LeaseRef[]): Promise<void> {
    const { queue, events, log } = this.#options;
    // It left meanwhile: its latest claim may be one that another dispatcher has made and delivered since.
    const latestClaim = !out.closed;
    try {
      // First, so that a dispatcher which still takes the agent for its own hears of this before it hears of work that waits again.
      await events.record(type, { kind: 'agent_registered', agent_id: id });
      const recovered = await queue.recover(type, id, forgotten, { latestClaim });
      if (recovered > 0) log.warn({ agent_id: id, leases: recovered }, 'tasks that never reached the agent wait again');
      if (forgotten.length > 0) await queue.lose(type, id, forgotten);
    } catch (error) {
      log.warn({ err: error, agent_id: id }, 'a registration could not be recorded');
    }
  }

  #over(out: Outgoing, session: Session | undefined): void {
    this.#open.get(out)?.();
    this.#open.delete(out);
    if (session === undefined || !this.#roster.has(session)) return;
    this.#roster.remove(session);
    this.#departures.left(session);
  }
}

/** What an agent was given here before and does not name: it died with a process, or was lost on the way. */
function forgottenLeases(before: Session | undefined, held: readonly LeaseRef[]): LeaseRef[] {
  const known = new Set(held.map(({ id, epoch }) => `${id} ${epoch}`));
  return before?.held.filter(({ id, epoch }) => !known.has(`${id} ${epoch}`)) ?? [];
}
