import { agentType, startByMs, type ErrorCode, type Priority, type TaskState } from '@agent-factory/contract';

/** What the property test expects of a queue: simple, slow and in memory. */

export interface ModelTask {
  id: string;
  state: TaskState;
  priority: Priority;
  startBy: number;
  epoch: number;
  failures: number;
  maxAttempts: number;
  timeoutMs: number;
  agent: string;
  cancel: boolean;
  started: number;
  expiry: number;
  runAt: number;
  /** No heartbeat has named its lease. */
  offered: boolean;
  /** How often it came back for free. */
  returns: number;
  /** The last report that ended an attempt without another claim since: the same one again is accepted. */
  report: string;
}

export interface ModelLease {
  id: string;
  epoch: number;
  agent: string;
}

/** A delay must lie in this range; the model then takes over what the queue chose. */
export interface ExpectedDelay {
  id: string;
  least: number;
  most: number;
}

const { base_ms: base, max_ms: cap, jitter } = agentType('python').retry;

export class QueueModel {
  readonly tasks = new Map<string, ModelTask>();
  readonly leases: ModelLease[] = [];
  paused = false;
  /** By agent: the leases of its latest claim, and whether a claim of it went unheard. */
  readonly #latest = new Map<string, ModelLease[]>();
  readonly #unheard = new Map<string, ModelLease[]>();
  /** Filled by operations that put tasks off. */
  delays: ExpectedDelay[] = [];

  constructor(
    private readonly now: () => number,
    private readonly leaseMs: number,
  ) {}

  submit(id: string, priority: Priority, delayMs: number, maxAttempts: number, timeoutMs: number): void {
    const now = this.now();
    this.tasks.set(id, {
      id,
      state: delayMs > 0 ? 'delayed' : 'queued',
      priority,
      startBy: now + delayMs + startByMs[priority],
      epoch: 0,
      failures: 0,
      maxAttempts,
      timeoutMs,
      agent: '',
      cancel: false,
      started: 0,
      expiry: 0,
      runAt: now + delayMs,
      offered: false,
      returns: 0,
      report: '',
    });
  }

  /** Unless `heard`, nobody knows of it, but the next claim of the agent gives what is left of it. */
  claim(agent: string, max: number, heard: boolean): ModelLease[] {
    const before = this.#unheard.get(agent) ?? [];
    const left = before.flatMap((lease) => this.#offeredBy(lease));
    for (const task of left) Object.assign(task, { started: this.now(), expiry: this.now() + this.leaseMs });
    const again = left.map(({ id, epoch }) => ({ id, epoch, agent }));
    if (heard) {
      this.#unheard.delete(agent);
      return again.length > 0 ? again : this.#claimAnew(agent, max);
    }
    // Asked for again, it only tells what it leased, if it did.
    if (before.length === 0) this.#unheard.set(agent, this.#claimAnew(agent, max));
    return again;
  }

  #claimAnew(agent: string, max: number): ModelLease[] {
    const first = this.paused ? [] : this.inState('queued').sort(order).slice(0, max);
    const claimed = first.map((task) => {
      const expiry = this.now() + this.leaseMs;
      Object.assign(task, { state: 'running', agent, started: this.now(), expiry, offered: true });
      task.epoch += 1;
      return { id: task.id, epoch: task.epoch, agent };
    });
    this.leases.push(...claimed);
    if (claimed.length > 0) this.#latest.set(agent, claimed);
    return claimed;
  }

  #offeredBy(lease: ModelLease): ModelTask[] {
    const found = this.held(lease);
    return 'task' in found && found.task.offered ? [found.task] : [];
  }

  /** The task, or why its lease is not held. */
  held(lease: ModelLease): { task: ModelTask } | { code: ErrorCode } {
    const task = this.tasks.get(lease.id);
    if (task === undefined) return { code: 'TASK_NOT_FOUND' };
    if (lease.epoch < task.epoch) return { code: 'LEASE_EXPIRED' };
    if (lease.epoch > task.epoch || lease.agent !== task.agent) return { code: 'LEASE_NOT_HELD' };
    return task.state === 'running' ? { task } : { code: 'LEASE_EXPIRED' };
  }

  heartbeat(lease: ModelLease): 'held' | 'cancel' | 'lost' {
    const found = this.held(lease);
    if (!('task' in found)) return 'lost';
    const { task } = found;
    const last = task.started + task.timeoutMs + this.leaseMs;
    if (this.now() >= last) return 'lost';
    task.expiry = Math.min(this.now() + this.leaseMs, last);
    task.offered = false;
    return task.cancel ? 'cancel' : 'held';
  }

  complete(
    lease: ModelLease,
    outcome: 'succeeded' | 'failed' | 'cancelled',
    retryable: boolean,
  ): ErrorCode | undefined {
    return this.#report(lease, outcome === 'failed' ? `failed ${retryable}` : outcome, (task) => {
      if (outcome === 'failed') task.failures += 1;
      if (outcome === 'succeeded') task.state = 'succeeded';
      else if (outcome === 'cancelled' || task.cancel) task.state = 'cancelled';
      else if (retryable && task.failures < task.maxAttempts) this.#putOff(task);
      else task.state = 'failed';
    });
  }

  release(lease: ModelLease): ErrorCode | undefined {
    return this.#report(lease, 'released', (task) => {
      task.state = task.cancel ? 'cancelled' : 'queued';
    });
  }

  lose(lease: ModelLease): ErrorCode | undefined {
    return this.#report(lease, 'lost', (task) => {
      task.offered = false;
      this.#lost(task, false);
    });
  }

  recover(lease: ModelLease, latestClaim: boolean): number {
    const asked = [...(latestClaim ? (this.#latest.get(lease.agent) ?? []) : []), lease];
    let count = 0;
    for (const one of asked) {
      for (const task of this.#offeredBy(one)) {
        this.#lost(task, false);
        count += 1;
      }
    }
    return count;
  }

  sweep(): { promoted: number; reclaimed: { requeued: number; failed: number; cancelled: number } } {
    const due = this.inState('delayed').filter((task) => task.runAt <= this.now());
    const over = this.inState('running').filter((task) => task.expiry <= this.now());
    for (const task of due) task.state = 'queued';
    for (const task of over) this.#lost(task, this.now() >= task.started + task.timeoutMs);
    const ended = (state: TaskState): number => over.filter((task) => task.state === state).length;
    const [failed, cancelled] = [ended('failed'), ended('cancelled')];
    return { promoted: due.length, reclaimed: { requeued: over.length - failed - cancelled, failed, cancelled } };
  }

  cancel(id: string): ErrorCode | undefined {
    const task = this.tasks.get(id);
    if (task === undefined) return 'TASK_NOT_FOUND';
    if (task.state === 'succeeded' || task.state === 'failed') return 'TASK_FINISHED';
    if (task.state === 'cancelled') return undefined;
    task.cancel = true;
    if (task.state !== 'running') task.state = 'cancelled';
    return undefined;
  }

  redrive(id: string): ErrorCode | undefined {
    const task = this.tasks.get(id);
    if (task === undefined) return 'TASK_NOT_FOUND';
    if (task.state !== 'failed') return 'TASK_NOT_DEAD';
    Object.assign(task, { state: 'queued', failures: 0, returns: 0, startBy: this.now() + startByMs[task.priority] });
    return undefined;
  }

  inState(state: TaskState): ModelTask[] {
    return [...this.tasks.values()].filter((task) => task.state === state);
  }

  #report(lease: ModelLease, report: string, end: (task: ModelTask) => void): ErrorCode | undefined {
    const found = this.held(lease);
    const task = this.tasks.get(lease.id);
    if (!('task' in found)) {
      const same = report !== '' && task?.report === report && task.epoch === lease.epoch && task.agent === lease.agent;
      return same && task.state !== 'running' ? undefined : found.code;
    }
    end(found.task);
    found.task.report = report;
    return undefined;
  }

  #lost(task: ModelTask, timedOut: boolean): void {
    const free = task.offered && task.returns < 3;
    task.offered = false;
    task.report = '';
    if (free) task.returns += 1;
    else task.failures += 1;
    if (task.cancel) task.state = 'cancelled';
    else if (task.failures >= task.maxAttempts) task.state = 'failed';
    else if (timedOut && !free) this.#putOff(task);
    else task.state = 'queued';
  }

  #putOff(task: ModelTask): void {
    task.state = 'delayed';
    const delay = Math.min(cap, base * 2 ** (task.failures - 1));
    this.delays.push({ id: task.id, least: Math.floor(delay * (1 - jitter)), most: delay });
  }
}

function order(a: ModelTask, b: ModelTask): number {
  const rank = (task: ModelTask): number => (task.priority === 'P0' ? task.startBy - 1e13 : task.startBy);
  return rank(a) - rank(b) || (a.id < b.id ? -1 : 1);
}
