import { createHash } from 'node:crypto';
import { FactoryError, type Task } from '@agent-factory/contract';
import { replyArray, replyNumber, replyText } from '../redisReply';
import type { QueueContext } from './context';
import type { NewTask } from './port';

/** A task that may be submitted by the id that it has here: its own, or (`shared`) the one under which another submission may do so, too. */
interface Admitted {
  task: NewTask;
  shared: boolean;
}

/** What an idempotency key came to: what may be submitted, the task that it named before, or why not. */
type Reservation = Admitted | { found: Task } | { error: FactoryError };

/** Milliseconds within which a submission that reserved its key has ended, whatever the network did. */
const settledMs = 60_000;

interface Taken {
  id: string;
  same: boolean;
  /** The task that the key names may be submitted yet. */
  underWay: boolean;
}

export interface Reservations {
  /**
   * Has the keys of new tasks name them, in one call for all that have one. The key comes first and the task second: when the first step was
   * done and the second was not, a retry gets the id that was reserved.
   */
  reserve(tasks: readonly NewTask[]): Promise<Reservation[]>;
  /** Is told what became of them. Calls Redis for refusals and for tasks that share their id, which are few. */
  settle(outcomes: readonly (Admitted & { refused: boolean })[]): Promise<void>;
}

/** `keptMs`: how long keys are kept; `find` reads a task. */
export function reservations(
  { reserve, settle, clock }: Pick<QueueContext, 'reserve' | 'settle' | 'clock'>,
  keptMs: number,
  find: (id: string) => Promise<Task | undefined>,
): Reservations {
  const ask = async (asked: readonly { task: NewTask; inPlaceOf: string }[]): Promise<(Taken | undefined)[]> => {
    if (asked.length === 0) return [];
    const args = asked.flatMap(({ task, inPlaceOf }) => [...named(task), inPlaceOf]);
    return replyArray(await reserve([clock(), keptMs, settledMs, ...args])).map(taken);
  };
  const takeOver = async (asked: readonly { task: NewTask; inPlaceOf: string }[]): Promise<Reservation[]> => {
    const answers = await ask(asked);
    return asked.map(({ task }, index) => {
      const before = answers[index];
      if (before === undefined) return { task, shared: false };
      // Somebody was faster, maybe in this very batch.
      return before.same && sameType(before.id, task) ? sharing(task, before.id) : { error: conflict() };
    });
  };

  return {
    async reserve(tasks) {
      const keyed = tasks.filter(({ idempotency }) => idempotency !== undefined);
      const answers = await ask(keyed.map((task) => ({ task, inPlaceOf: '' })));
      const before = new Map(keyed.map((task, index) => [task, answers[index]]));
      const looked = await Promise.all(tasks.map((task) => judge(task, before.get(task), find)));
      const stale = looked.flatMap((one) => ('inPlaceOf' in one ? [one] : []));
      const taken = await takeOver(stale);
      const byTask = new Map(stale.map((one, index) => [one, taken[index]]));
      return looked.map((one) => ('inPlaceOf' in one ? (byTask.get(one) ?? { error: conflict() }) : one));
    },
    async settle(outcomes) {
      // Who refuses a shared one cannot know what the other has made of it.
      const told = outcomes.filter(({ task, shared, refused }) => task.idempotency !== undefined && shared !== refused);
      if (told.length === 0) return;
      const args = told.flatMap(({ task, refused }) => [...named(task), refused ? 0 : 1]);
      await settle([clock(), keptMs, settledMs, ...args]);
    },
  };
}

/** What a key that named another task means for this one; `inPlaceOf` that task it may take the key over. */
async function judge(
  task: NewTask,
  before: Taken | undefined,
  find: (id: string) => Promise<Task | undefined>,
): Promise<Reservation | { task: NewTask; inPlaceOf: string }> {
  if (before === undefined) return { task, shared: false };
  const { id, same, underWay } = before;
  if (same && underWay && sameType(id, task)) return sharing(task, id);
  const found = await find(id);
  if (found !== undefined) return same ? { found } : { error: conflict() };
  if (!same && underWay) return { error: conflict() };
  // Nothing came of that task, or it is not kept any more. Never under its id again: epochs would begin anew, and old leases hold.
  return { task, inPlaceOf: id };
}

function sharing(task: NewTask, id: string): Admitted {
  return { task: { ...task, id }, shared: true };
}

/** How scripts name the reservation of a task: hash of its key, id, fingerprint. */
function named({ id, submitter, idempotency }: NewTask): string[] {
  return [digest(`${submitter}\0${idempotency?.key ?? ''}`), id, digest(idempotency?.fingerprint ?? '')];
}

function taken(reply: unknown): Taken | undefined {
  if (!Array.isArray(reply)) return undefined;
  const [id, same, underWay] = replyArray(reply);
  return { id: replyText(id), same: replyNumber(same) === 1, underWay: replyNumber(underWay) === 1 };
}

function sameType(id: string, task: NewTask): boolean {
  return typeOf(id) === typeOf(task.id);
}

function typeOf(id: string): string {
  return id.slice(0, id.lastIndexOf('-'));
}

function conflict(): FactoryError {
  return new FactoryError('IDEMPOTENCY_CONFLICT', 'the key names a task that was submitted with another content');
}

/** 22 characters: 128 bits. */
function digest(text: string): string {
  return createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url');
}
