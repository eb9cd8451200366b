import { createHash } from 'node:crypto';
import { FactoryError } from '@agent-factory/contract';
import { replyArray, replyNumber, replyText } from '../redisReply';
import type { QueueContext } from './context';
import type { NewTask } from './port';

/** What an idempotency key came to. */
export type Reservation =
  /** The task may be submitted by the id that it has here: its own, or the one that the key named before. */
  | { task: NewTask }
  /** The key names a task of another type, which is there. */
  | { named: string }
  | { error: FactoryError };

/** Milliseconds within which a submission that reserved its key has ended, whatever the network did. */
const settledMs = 60_000;

interface Taken {
  id: string;
  same: boolean;
  ageMs: number;
}

/**
 * Has the idempotency keys of new tasks name them, in one call for all that have one. The key comes first and the task second: when the
 * first step was done and the second was not, a retry gets the id that was reserved. `exists` tells whether a task is there.
 */
export async function reserveKeys(
  { reserve, clock }: Pick<QueueContext, 'reserve' | 'clock'>,
  keptMs: number,
  tasks: readonly NewTask[],
  exists: (id: string) => Promise<boolean>,
): Promise<Reservation[]> {
  const ask = async (asked: readonly { task: NewTask; inPlaceOf: string }[]): Promise<(Taken | undefined)[]> => {
    if (asked.length === 0) return [];
    const args = asked.flatMap(({ task: { id, submitter, idempotency }, inPlaceOf }) => [
      digest(`${submitter}\0${idempotency?.key ?? ''}`),
      id,
      digest(idempotency?.fingerprint ?? ''),
      inPlaceOf,
    ]);
    return replyArray(await reserve([clock(), keptMs, ...args])).map(taken);
  };

  const keyed = tasks.filter(({ idempotency }) => idempotency !== undefined);
  const answers = await ask(keyed.map((task) => ({ task, inPlaceOf: '' })));
  const found = new Map(keyed.map((task, index) => [task, answers[index]]));
  const settle = async (task: NewTask): Promise<Reservation> => {
    const before = found.get(task);
    if (before === undefined) return { task };
    const { id, same, ageMs } = before;
    const sameType = typeOf(id) === typeOf(task.id);
    if (same && sameType) return { task: { ...task, id } };
    const there = await exists(id);
    if (same && there) return { named: id };
    if (!same && (there || ageMs < settledMs)) return { error: conflict() };
    // Nothing came of that task, or it is not kept any more: the key is free for this one.
    const [other] = await ask([{ task, inPlaceOf: id }]);
    return other === undefined ? { task } : { error: conflict() };
  };
  return Promise.all(tasks.map(settle));
}

function taken(reply: unknown): Taken | undefined {
  if (!Array.isArray(reply)) return undefined;
  const [id, same, ageMs] = replyArray(reply);
  return { id: replyText(id), same: replyNumber(same) === 1, ageMs: replyNumber(ageMs) };
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
