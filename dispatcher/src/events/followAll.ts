import type { AgentTypeName, FactoryEvent } from '@agent-factory/contract';
import type { Redis } from 'ioredis';
import { merged, pastEntries } from './catchUp';
import { readAllCursor, writeAllCursor } from './cursor';
import { parseEntry } from './entry';
import { Follower } from './follower';
import { gapsAfter } from './gaps';
import type { AllItem, EventHub } from './hub';
import { comparePositions, origin, type Position } from './position';
import { readAt } from './streams';

export interface FollowContext {
  redis: Redis;
  hub: EventHub;
  streams: readonly { type: AgentTypeName; key: string }[];
  /** Most events buffered for one follower. */
  bufferLimit: number;
}

/** See EventLog.followAll. */
export async function* followAll(
  { redis, hub, streams, bufferLimit }: FollowContext,
  cursor: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<FactoryEvent> {
  const from = cursor === undefined ? undefined : readAllCursor(cursor);
  const follower = new Follower<AllItem>(signal, bufferLimit);
  hub.followers.add(follower);
  const seen = new Map<AgentTypeName, Position>();
  try {
    if (from !== undefined) {
      // What comes from now on is buffered; what came until now is read.
      const until = new Map(hub.positions);
      for (const [type, place] of from.positions) seen.set(type, place);
      const named = streams.filter(({ type }) => seen.has(type));
      for (const gap of await gapsAfter(redis, named, seen)) yield gap;
      for (const { type } of streams) if (!seen.has(type)) seen.set(type, { ms: from.since, seq: 0 });
      const current = streams.find(({ type }) => type === from.current);
      const place = current === undefined ? undefined : seen.get(current.type);
      if (current !== undefined && place !== undefined) {
        const raw = await readAt(redis, current.key, place);
        const events = raw === undefined ? [] : parseEntry(current.type, raw.id, raw.fields).events;
        const id = writeAllCursor(seen, current.type);
        for (let index = from.seen; index < events.length && !follower.ended; index += 1) {
          const event = events[index];
          if (event !== undefined) yield { id: id(index + 1), ...event };
        }
      }
      const sources = streams.map((stream) =>
        pastEntries(redis, stream, seen.get(stream.type) ?? origin, until.get(stream.type) ?? origin),
      );
      for await (const entry of merged(sources, (a, b) => comparePositions(a.position, b.position))) {
        seen.set(entry.type, entry.position);
        const id = writeAllCursor(seen, entry.type);
        for (const [index, event] of entry.events.entries()) {
          if (follower.ended) break;
          yield { id: id(index + 1), ...event };
        }
        if (follower.ended) break;
      }
    }
    for (let item = await follower.next(); item !== undefined; item = await follower.next()) {
      if (comparePositions(item.position, seen.get(item.type) ?? origin) <= 0) continue;
      for (const event of item.events) {
        if (follower.ended) break;
        yield event;
      }
    }
    follower.throwIfCut();
  } finally {
    hub.followers.delete(follower);
    follower.end();
  }
}
