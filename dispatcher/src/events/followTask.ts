import {
  isTerminal,
  type AgentTypeName,
  type EventKind,
  type FactoryEvent,
  type TaskState,
} from '@agent-factory/contract';
import type { Redis } from 'ioredis';
import { taskNotFound, taskPlace } from '../queue/context';
import { queueKeys } from '../queue/keys';
import { headerBytes, readHeader, type Header } from '../queue/record';
import { storeError } from '../redis';
import { merged, pastEntries, pastLogLines } from './catchUp';
import { readTaskCursor, writeTaskCursor, type TaskCursor } from './cursor';
import { parseEntry, type BareEvent, type Entry } from './entry';
import type { FollowContext } from './followAll';
import { Follower } from './follower';
import type { TaskItem } from './hub';
import type { LogTails } from './logTails';
import { comparePositions, origin, type Position } from './position';
import { lastPosition, readAt } from './streams';

export interface TaskFollowContext extends FollowContext {
  tails: LogTails;
  /** Whether the times of tasks are those of Redis; where a test sets them, streams are read from their beginning. */
  realTime: boolean;
}

/** Milliseconds by which the clocks of two Redis servers (before and after a failover) may differ. */
const clockSkewMs = 5_000;

/** How a state is told when the event that led to it is not kept any more. */
const kindOf: Record<TaskState, EventKind> = {
  delayed: 'delayed',
  queued: 'queued',
  running: 'claimed',
  succeeded: 'succeeded',
  failed: 'failed',
  cancelled: 'cancelled',
};

/** See EventLog.followTask. */
export async function* followTask(
  context: TaskFollowContext,
  id: string,
  cursor: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<FactoryEvent> {
  const { redis, hub, tails } = context;
  const { type, ulid } = taskPlace(id);
  const from = cursor === undefined ? undefined : readTaskCursor(cursor);
  const keys = queueKeys(type);
  const readState = async (): Promise<Header> => {
    const raw = await redis.getrangeBuffer(keys.task + ulid, 0, headerBytes - 1).catch((error: unknown) => {
      throw storeError(error);
    });
    if (raw.length === 0) throw taskNotFound(id);
    return readHeader(raw);
  };

  const follower = new Follower<TaskItem>(signal, context.bufferLimit);
  const detach = hub.addTaskFollower(id, follower);
  let closeTail = (): void => undefined;
  try {
    // Whatever led to this state is in the stream up to `until`, or not kept any more; the rest comes live.
    const header = await readState();
    const tail = await tails.open(type, ulid, follower);
    closeTail = tail.close;
    const until = await lastPosition(redis, keys.events);
    const place: TaskCursor = from ?? { events: startOf(context, header), seen: 0, log: origin };
    const given = (item: TaskItem): FactoryEvent => {
      if (item.source === 'log') place.log = item.position;
      else Object.assign(place, { events: item.position, seen: item.index + 1 });
      return { id: writeTaskCursor(place), ...item.event };
    };

    /** Lines that were written before the end come before it, whatever the clocks of two streams say. */
    const ending = async function* (last: TaskItem): AsyncGenerator<FactoryEvent> {
      await tail.flush();
      for (let line = follower.take(); line !== undefined; line = follower.take()) {
        if (line.source === 'log') yield given(line);
      }
      yield given(last);
    };

    let begun = from !== undefined;
    let end: TaskItem | undefined;
    const events = pastTaskEvents(redis, { type, key: keys.events }, { id, ulid }, { ...place }, until);
    const lines = pastLines(redis, { type, key: keys.log + ulid, taskId: id }, place.log, tail.from);
    for await (const item of merged<TaskItem>([events, lines], byTime)) {
      if (follower.ended) {
        follower.throwIfCut();
        return;
      }
      if (!begun && item.source === 'events') {
        begun = true;
        if (!isFirst(item.event) && !isTerminal(header.state)) {
          yield { id: writeTaskCursor(place), ...stateEvent(id, type, header) };
        }
      }
      if (item.source === 'events' && ends(item.event) && leadsTo(item.event, await readState())) end = item;
      else yield given(item);
    }
    if (end !== undefined) {
      yield* ending(end);
      return;
    }
    if (isTerminal(header.state)) {
      // Its last event is behind the cursor, or not kept any more: told again unless the client has seen it.
      const unseen = from === undefined || from.events.ms < header.at;
      const told = { ms: Math.max(until.ms, header.at), seq: 0 };
      if (unseen) yield { id: writeTaskCursor({ ...place, events: told, seen: 0 }), ...stateEvent(id, type, header) };
      return;
    }
    if (!begun) yield { id: writeTaskCursor(place), ...stateEvent(id, type, header) };

    for (let item = await follower.next(); item !== undefined; item = await follower.next()) {
      if (item.source === 'log') {
        yield given(item);
        continue;
      }
      if (comparePositions(item.position, until) <= 0) continue;
      if (ends(item.event)) {
        yield* ending(item);
        return;
      }
      yield given(item);
    }
    follower.throwIfCut();
  } finally {
    detach();
    closeTail();
    follower.end();
  }
}

/** Events of one task after the cursor; an entry may hold several of them. */
async function* pastTaskEvents(
  redis: Redis,
  stream: { type: AgentTypeName; key: string },
  task: { id: string; ulid: string },
  { events: after, seen }: TaskCursor,
  until: Position,
): AsyncGenerator<TaskItem> {
  const partly = seen > 0 ? await readAt(redis, stream.key, after) : undefined;
  if (partly !== undefined) yield* itemsOf(parseEntry(stream.type, partly.id, partly.fields), task.id, seen);
  for await (const entry of pastEntries(redis, stream, after, until, task.ulid)) yield* itemsOf(entry, task.id, 0);
}

function itemsOf({ position, events }: Entry, taskId: string, from: number): TaskItem[] {
  return events
    .map((event, index): TaskItem => ({ source: 'events', position, index, event }))
    .filter(({ event }, index) => index >= from && event.task_id === taskId);
}

async function* pastLines(
  redis: Redis,
  stream: { type: AgentTypeName; key: string; taskId: string },
  after: Position,
  until: Position,
): AsyncGenerator<TaskItem> {
  if (comparePositions(after, until) >= 0) return;
  for await (const line of pastLogLines(redis, stream, after, until)) yield { source: 'log', ...line };
}

/** Two streams count on their own within a millisecond: there, events come first. */
function byTime(a: TaskItem, b: TaskItem): number {
  if (a.source === b.source) return comparePositions(a.position, b.position);
  return a.position.ms - b.position.ms || (a.source === 'events' ? -1 : 1);
}

function startOf({ realTime }: TaskFollowContext, { created }: Header): Position {
  return realTime ? { ms: Math.max(0, created - clockSkewMs), seq: 0 } : origin;
}

function isFirst({ kind, attempt }: BareEvent): boolean {
  return attempt === 0 && (kind === 'queued' || kind === 'delayed');
}

function ends({ kind }: BareEvent): boolean {
  return kind === 'succeeded' || kind === 'failed' || kind === 'cancelled';
}

/** Whether this was the task's last event so far: not a failure that was redriven since. */
function leadsTo({ kind, attempt }: BareEvent, { state, epoch }: Header): boolean {
  return kind === state && attempt === epoch;
}

function stateEvent(
  id: string,
  type: AgentTypeName,
  { state, epoch, agentId, created, started, at }: Header,
): BareEvent {
  const time = isTerminal(state) ? at : state === 'running' ? started : created;
  return {
    at: new Date(time).toISOString(),
    kind: kindOf[state],
    type,
    task_id: id,
    attempt: epoch,
    ...(state === 'running' && agentId !== '' ? { agent_id: agentId } : {}),
  };
}
