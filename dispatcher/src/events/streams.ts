import type { AgentTypeName } from '@agent-factory/contract';
import type { Redis } from 'ioredis';
import { storeError } from '../redis';
import { replyArray, replyNumber, replyText } from '../redisReply';
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

/** What is kept of a stream, and where it ends: also when the entry there has been trimmed. */
export interface Extent {
  /** Of the oldest entry kept; undefined when there is none. */
  first: Position | undefined;
  last: Position;
  /** Whether entries were trimmed. */
  trimmed: boolean;
}

export async function extentOf(redis: Redis, key: string): Promise<Extent> {
  try {
    const fields = replyArray(await redis.call('XINFO', ['STREAM', key]));
    const field = (name: string): unknown => fields[fields.findIndex((each, at) => at % 2 === 0 && each === name) + 1];
    const oldest = field('first-entry');
    return {
      first: Array.isArray(oldest) ? parsePosition(replyText(oldest[0])) : undefined,
      last: parsePosition(replyText(field('last-generated-id'))),
      trimmed: replyNumber(field('entries-added')) > replyNumber(field('length')),
    };
  } catch (error) {
    if (error instanceof Error && error.message.includes('no such key'))
      return { first: undefined, last: origin, trimmed: false };
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
