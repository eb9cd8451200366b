import { agentTypeNames, FactoryError, type AgentTypeName } from '@agent-factory/contract';
import { ByteReader, ByteWriter } from './bytes';
import type { Position } from './position';

/**
 * Event ids are cursors that need nothing else to go on from: the place in every stream, and which event of the entry it is (one entry may
 * hold many). Types are named by a hash, so that a cursor outlives a change of the catalogue.
 */

/** The place in every type's stream; a type may be missing. */
export type Vector = ReadonlyMap<AgentTypeName, Position>;

export interface AllCursor {
  positions: Vector;
  /** Where types that are new since the cursor was written are followed from, in ms: about the same time. */
  since: number;
  /** The stream whose entry holds the event, and how many of its events have been seen. */
  current: AgentTypeName | undefined;
  seen: number;
}

export interface TaskCursor {
  events: Position;
  /** How many events of the entry at that place have been seen. */
  seen: number;
  log: Position;
}

const allVersion = 1;
const taskVersion = 2;
/** More events than an entry holds. */
const allSeen = 999_999;

/** FNV-1a, folded to 16 bits; a test holds that no two types share one. */
export function typeHash(type: string): number {
  let hash = 0x811c9dc5;
  for (const char of type) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193) >>> 0;
  return (hash >>> 16) ^ (hash & 0xffff);
}

const typesByHash = new Map<number, AgentTypeName>(agentTypeNames.map((type) => [typeHash(type), type]));

/** The part of the ids of one entry's events that they share. */
export function writeAllCursor(positions: Vector, current: AgentTypeName): (seen: number) => string {
  const base = Math.min(...[...positions.values()].map(({ ms }) => ms));
  const writer = new ByteWriter().byte(allVersion).number(base).number(typeHash(current)).number(positions.size);
  for (const [type, { ms, seq }] of positions)
    writer
      .number(typeHash(type))
      .number(ms - base)
      .number(seq);
  const shared = writer.toString();
  return (seen) => `${shared}.${seen}`;
}

/** The cursor of a place between entries: all before it have been seen. */
export function cursorAt(positions: Vector, current: AgentTypeName = agentTypeNames[0]): string {
  return writeAllCursor(positions, current)(allSeen);
}

export function readAllCursor(text: string): AllCursor {
  return reading(() => {
    const dot = text.lastIndexOf('.');
    const seen = Number(text.slice(dot + 1));
    const reader = new ByteReader(text.slice(0, dot));
    if (dot < 0 || !/^\d{1,6}$/.test(text.slice(dot + 1)) || reader.byte() !== allVersion)
      throw new RangeError('other version');
    const base = reader.number();
    const current = typesByHash.get(reader.number());
    const positions = new Map<AgentTypeName, Position>();
    for (let left = reader.number(); left > 0; left -= 1) {
      const type = typesByHash.get(reader.number());
      const position = { ms: base + reader.number(), seq: reader.number() };
      if (type !== undefined) positions.set(type, position);
    }
    reader.end();
    return { positions, since: base, current, seen };
  });
}

export function writeTaskCursor({ events, seen, log }: TaskCursor): string {
  const writer = new ByteWriter().byte(taskVersion).number(events.ms).number(events.seq).number(seen);
  return writer.number(log.ms).number(log.seq).toString();
}

export function readTaskCursor(text: string): TaskCursor {
  return reading(() => {
    const reader = new ByteReader(text);
    if (reader.byte() !== taskVersion) throw new RangeError('other version');
    const events = { ms: reader.number(), seq: reader.number() };
    const seen = reader.number();
    const log = { ms: reader.number(), seq: reader.number() };
    reader.end();
    return { events, seen, log };
  });
}

function reading<T>(read: () => T): T {
  try {
    return read();
  } catch {
    throw new FactoryError('CURSOR_INVALID', 'Last-Event-ID is not the id of an event of this stream');
  }
}
