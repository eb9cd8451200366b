import type { AgentTypeName, Assignment, DispatcherFrame, LeaseRef } from '@agent-factory/contract';
import type { Clock } from '../clock';
import type { Logger } from '../log';
import type { RunAttempt } from './attemptPort';
import { refOf } from './lease';
import { Link, type RegisterFrame, type RegisteredFrame } from './link';
import { LogBuffer } from './logBuffer';
import { Outbox } from './outbox';
import { Pulse } from './pulse';
import { Runs } from './runs';
import type { OpenStream } from './stream';
import type { TokenHolder } from './tokens';

/** What the worker says of itself when it registers. */
type Identity = Omit<RegisterFrame, 'kind' | 'held'> & { type: AgentTypeName };

export interface WorkerOptions {
  identity: Identity;
  open: OpenStream;
  attempt: RunAttempt;
  tokens: TokenHolder;
  clock: Clock;
  log: Logger;
  random: () => number;
  /** How long held work may go on after a drain began. Defaults to 8 s. */
  graceMs?: number;
}

/** How long a drain waits for work to stop once it was told to, and for results to be acknowledged. */
const patience = { graceMs: 8_000, stopMs: 4_000, ackMs: 2_000 } as const;

/** Takes tasks from the dispatcher, has them worked on, and reports; see the frames of the contract for the protocol. */
export class Worker {
  /** Resolves at the first registration. */
  readonly ready: Promise<void>;
  readonly #options: WorkerOptions;
  readonly #link: Link;
  readonly #outbox: Outbox;
  readonly #logs: LogBuffer;
  readonly #pulse: Pulse;
  readonly #runs: Runs;
  #becomeReady: () => void = () => undefined;
  #leaseMs = 0;
  /** Tasks assigned on the connection that is up, as heartbeats tell. */
  #received = 0;
  #draining = false;
  #drained: Promise<void> = Promise.resolve();

  constructor(options: WorkerOptions) {
    this.#options = options;
    const { clock, log } = options;
    this.ready = new Promise((resolve) => (this.#becomeReady = resolve));
    this.#outbox = new Outbox(clock, (results) => this.#link.send({ kind: 'results', results }));
    this.#logs = new LogBuffer(clock, (lines) => this.#link.writable && this.#link.send({ kind: 'logs', lines }));
    this.#pulse = new Pulse({
      clock,
      beat: () =>
        this.#link.send({
          kind: 'heartbeat',
          leases: [...this.#runs.held, ...this.#outbox.leases],
          received: this.#received,
        }),
      onSilence: () => this.#link.abandon('the dispatcher answers no heartbeat'),
    });
    this.#runs = new Runs({
      clock,
      slots: options.identity.slots,
      attempt: options.attempt,
      onResult: (lease, result) => {
        this.#logs.flush();
        this.#outbox.add(lease, result);
      },
      onReleased: (lease) => {
        this.#logs.flush();
        this.#release([lease], 'the agent is shutting down');
      },
      onLog: (lease, stream, text) => this.#logs.add(lease, stream, text),
      onFenced: (lease) => {
        log.warn({ task_id: lease.id, epoch: lease.epoch }, 'the lease was not renewed in time: work stopped');
        this.#logs.drop(lease);
      },
      onFree: () => this.#credits(),
    });
    this.#link = new Link({
      open: options.open,
      clock,
      random: options.random,
      log,
      registration: () => ({
        kind: 'register',
        ...options.identity,
        held: [...this.#runs.held.map(refOf), ...this.#outbox.leases],
      }),
      onRegistered: (frame) => this.#registered(frame),
      onFrame: (frame) => this.#frame(frame),
      onWritable: () => this.#logs.flush(),
      onDown: () => this.#down(),
    });
  }

  /** Whether tasks can come: the dispatcher knows the agent, and it is not leaving. */
  get registered(): boolean {
    return this.#link.up && !this.#draining;
  }

  /** Starts to connect. Can be called twice. */
  start(): void {
    this.#link.start();
  }

  /** Takes no more work, finishes what it holds within the grace, hands the rest back, and ends the stream. Can be called twice. */
  drain(): Promise<void> {
    if (!this.#draining) {
      this.#draining = true;
      this.#drained = this.#leave();
    }
    return this.#drained;
  }

  /** Drops all work at once and ends the stream. Can be called twice. */
  async stop(): Promise<void> {
    this.#runs.stop();
    await this.#runs.settled(patience.stopMs);
    await this.#close();
  }

  async #leave(): Promise<void> {
    this.#link.send({ kind: 'drain' });
    await this.#handOver();
    await this.#close();
  }

  async #close(): Promise<void> {
    this.#pulse.stop();
    await this.#link.stop();
    this.#outbox.stop();
    this.#logs.stop();
    this.#runs.stop();
  }

  async #handOver(): Promise<void> {
    this.#credits();
    await this.#runs.settled(this.#options.graceMs ?? patience.graceMs);
    this.#runs.releaseAll();
    await this.#runs.settled(patience.stopMs);
    this.#logs.flush();
    await this.#outbox.emptied(patience.ackMs);
  }

  #registered(frame: RegisteredFrame): void {
    this.#options.tokens.replace(frame.token);
    this.#leaseMs = frame.lease_ms;
    this.#received = 0;
    this.#options.log.info({ lease_ms: frame.lease_ms, held: this.#runs.held.length }, 'registered');
    this.#logs.flush();
    this.#outbox.flush();
    this.#pulse.start(frame.heartbeat_ms);
    if (this.#draining) this.#link.send({ kind: 'drain' });
    this.#credits();
    this.#becomeReady();
  }

  #frame(frame: Exclude<DispatcherFrame, RegisteredFrame>): void {
    switch (frame.kind) {
      case 'token':
        return this.#options.tokens.replace(frame.token);
      case 'assignments':
        this.#received += frame.tasks.length;
        return frame.tasks.forEach((task) => this.#assigned(task));
      case 'cancels':
        return frame.leases.forEach((lease) => this.#runs.cancel(lease, frame.reason));
      case 'renewed':
        return this.#renewed(frame.leases);
      case 'lost':
        return frame.leases.forEach((lease) => this.#lost(lease));
      case 'acks':
        return this.#acknowledged(frame.acks);
    }
  }

  #assigned(task: Assignment): void {
    if (this.#runs.has(task) || this.#outbox.has(task)) return;
    if (this.#draining || this.#runs.free === 0) {
      this.#release([refOf(task)], this.#draining ? 'the agent is draining' : 'the agent has no free slot');
      return;
    }
    this.#options.log.info({ task_id: task.id, attempt: task.attempt, epoch: task.epoch }, 'task started');
    this.#runs.start(task);
  }

  #renewed(leases: readonly LeaseRef[]): void {
    const sentAt = this.#pulse.answered();
    if (sentAt === undefined) return;
    for (const lease of leases) this.#runs.renew(lease, sentAt + this.#leaseMs);
  }

  #lost(lease: LeaseRef): void {
    this.#options.log.warn({ task_id: lease.id, epoch: lease.epoch }, 'lease lost');
    this.#runs.lose(lease);
    this.#outbox.drop(lease);
    this.#logs.drop(lease);
    this.#credits();
  }

  #acknowledged(acks: Extract<DispatcherFrame, { kind: 'acks' }>['acks']): void {
    const wasFull = this.#outbox.full;
    for (const ack of acks) {
      if (this.#outbox.acknowledge(ack) && !ack.accepted)
        this.#options.log.warn({ task_id: ack.id, epoch: ack.epoch, code: ack.code }, 'result refused');
    }
    if (wasFull) this.#credits();
  }

  #down(): void {
    this.#pulse.stop();
    this.#outbox.disconnected();
  }

  #release(leases: LeaseRef[], reason: string): void {
    // Lost with the stream? Then the dispatcher releases what the agent does not name when it registers again.
    this.#link.send({ kind: 'releases', leases, reason });
  }

  #credits(): void {
    this.#link.send({ kind: 'credits', free: this.#draining || this.#outbox.full ? 0 : this.#runs.free });
  }
}
