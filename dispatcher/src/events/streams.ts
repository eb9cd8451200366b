import type { AgentTypeName } from '@agent-factory/contract';
import type { Redis } from 'ioredis';
import { storeError } from '../redis';
import { replyArray, replyText } from '../redisReply';
import { formatPosition, origin, parsePosition, type Position } from './position';

/** An entry as Redis answers it. */
export interface RawEntry {
  id: string;
  fields: string[];
}

/** Entries after `after`, up to and including `until` ('+' for the newest), at most `count`. */
export async function readRange(
  redis: Redis,
  key: string,
  after: Position,
  until: Position | '+',
  count: number,
): Promise<RawEntry[]> {
  try {
    const end = until === '+' ? '+' : formatPosition(until);
    const reply = await redis.call('XRANGE', [key, `(${formatPosition(after)}`, end, 'COUNT', count]);
    return rawEntries(reply);
  } catch (error) {
    throw storeError(error);
  }
}

/** The one entry at a place, unless it has been trimmed. */
export async function readAt(redis: Redis, key: string, position: Position): Promise<RawEntry | undefined> {
  try {
    return rawEntries(await redis.call('XRANGE', [key, formatPosition(position), formatPosition(position)]))[0];
  } catch (error) {
    throw storeError(error);
  }
}

/** Where a stream ends now. */
export async function lastPosition(redis: Redis, key: string): Promise<Position> {
  try {
    const last = rawEntries(await redis.call('XREVRANGE', [key, '+', '-', 'COUNT', 1]))[0];
    return last === undefined ? origin : parsePosition(last.id);
  } catch (error) {
    throw storeError(error);
  }
}

/** Waits up to `blockMs` for entries after the places given; empty when there are none. */
export async function readBlocking(
  redis: Redis,
  streams: readonly { type: AgentTypeName; key: string; after: Position }[],
  count: number,
  blockMs: number,
): Promise<{ type: AgentTypeName; entries: RawEntry[] }[]> {
  const keys = streams.map(({ key }) => key);
  const ids = streams.map(({ after }) => formatPosition(after));
  const reply = await redis.call('XREAD', ['COUNT', count, 'BLOCK', blockMs, 'STREAMS', ...keys, ...ids]);
  if (reply === null) return [];
  return replyArray(reply).flatMap((pair) => {
    const [key, entries] = replyArray(pair);
    const stream = streams.find((candidate) => candidate.key === replyText(key));
    return stream === undefined ? [] : [{ type: stream.type, entries: rawEntries(entries) }];
  });
}

function rawEntries(reply: unknown): RawEntry[] {
  return replyArray(reply).map((entry) => {
    const [id, fields] = replyArray(entry);
    return { id: replyText(id), fields: replyArray(fields).map(replyText) };
  });
}
