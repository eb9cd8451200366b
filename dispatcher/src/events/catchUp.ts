import type { AgentTypeName } from '@agent-factory/contract';
import type { Redis } from 'ioredis';
import { parseEntry, parseLogEntry, type BareEvent, type Entry } from './entry';
import { comparePositions, parsePosition, type Position } from './position';
import { readRange } from './streams';

/** Entries read at once. */
const pageSize = 500;

/** Entries of a type's stream after `after`, up to `until`. `contains` leaves out entries without that text before they are parsed. */
export async function* pastEntries(
  redis: Redis,
  stream: { type: AgentTypeName; key: string },
  after: Position,
  until: Position,
  contains?: string,
): AsyncGenerator<Entry> {
  for (let place = after; comparePositions(place, until) < 0;) {
    const page = await readRange(redis, stream.key, place, until, pageSize);
    for (const { id, fields } of page) {
      if (contains === undefined || fields.some((field) => field.includes(contains))) {
        yield parseEntry(stream.type, id, fields);
      }
    }
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
    place = parsePosition(last.id);
  }
}

/** Lines of a task's log after `after`, up to `until`. */
export async function* pastLogLines(
  redis: Redis,
  stream: { type: AgentTypeName; key: string; taskId: string },
  after: Position,
  until: Position | '+',
): AsyncGenerator<{ position: Position; event: BareEvent }> {
  for (let place = after; ;) {
    const page = await readRange(redis, stream.key, place, until, pageSize);
    for (const { id, fields } of page) yield parseLogEntry(stream.type, stream.taskId, id, fields);
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
    place = parsePosition(last.id);
  }
}

/** Merges sources that are each in order into one that is; `compare` answers below 0 when the first comes first. */
export async function* merged<T>(
  sources: readonly AsyncGenerator<T>[],
  compare: (a: T, b: T) => number,
): AsyncGenerator<T> {
  const heads = await Promise.all(sources.map(async (source) => ({ source, head: await source.next() })));
  for (;;) {
    let first: { source: AsyncGenerator<T>; head: IteratorResult<T> } | undefined;
    let item: T | undefined;
    for (const candidate of heads) {
      if (candidate.head.done === true) continue;
      if (item === undefined || compare(candidate.head.value, item) < 0) {
        first = candidate;
        item = candidate.head.value;
      }
    }
    if (first === undefined || item === undefined) return;
    yield item;
    first.head = await first.source.next();
  }
}
