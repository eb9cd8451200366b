import {
  eventKindSchema,
  jsonSchema,
  logStreamSchema,
  taskIdFor,
  type AgentTypeName,
  type EventKind,
  type FactoryEvent,
} from '@agent-factory/contract';
import { z } from 'zod';
import { parsePosition, type Position } from './position';

/** What an entry of a stream says; ids are given later, by whoever follows. */
export type BareEvent = Omit<FactoryEvent, 'id'>;

/** One entry of a type's events stream: everything that one call changed. */
export interface Entry {
  type: AgentTypeName;
  position: Position;
  events: BareEvent[];
}

const kinds: ReadonlySet<string> = new Set(eventKindSchema.options);
const linePattern = /^(\S+) (\d+)(?: (.*))?$/s;
const extraSchema = z.object({
  agent_id: z.string().optional(),
  message: z.string().optional(),
  data: jsonSchema.optional(),
});

/** Reads what scripts/lib/events.lua writes. Kinds that a newer version writes are left out. */
export function parseEntry(type: AgentTypeName, id: string, fields: readonly string[]): Entry {
  const position = parsePosition(id);
  let at = position.ms;
  let agent: string | undefined;
  const events: BareEvent[] = [];
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const name = fields[index] ?? '';
    const value = fields[index + 1] ?? '';
    if (name === 't') at = Number(value);
    else if (name === 'g') agent = value;
    else if (kinds.has(name)) {
      for (const line of value.split('\n')) {
        const event = parseLine(type, name as EventKind, line, at, agent); // kinds.has says so
        if (event !== undefined) events.push(event);
      }
    }
  }
  return { type, position, events };
}

function parseLine(
  type: AgentTypeName,
  kind: EventKind,
  line: string,
  at: number,
  agent: string | undefined,
): BareEvent | undefined {
  const [, ulid, epoch, json] = linePattern.exec(line) ?? [];
  if (ulid === undefined) return undefined;
  const extra = json === undefined ? {} : extraSchema.parse(JSON.parse(json));
  const agentId = extra.agent_id ?? agent;
  return {
    at: new Date(at).toISOString(),
    kind,
    type,
    ...(ulid === '-' ? {} : { task_id: taskIdFor(type, ulid), attempt: Number(epoch) }),
    ...(agentId === undefined ? {} : { agent_id: agentId }),
    ...(extra.message === undefined ? {} : { message: extra.message }),
    ...(extra.data === undefined ? {} : { data: extra.data }),
  };
}

const logLineSchema = z.object({ at: z.string(), stream: logStreamSchema, text: z.string() });

/** One line of a task's log. */
export function parseLogEntry(
  type: AgentTypeName,
  taskId: string,
  id: string,
  fields: readonly string[],
): { position: Position; event: BareEvent } {
  const { at, stream, text } = logLineSchema.parse(JSON.parse(fields[1] ?? '{}'));
  return {
    position: parsePosition(id),
    event: { at, kind: 'log', type, task_id: taskId, message: text, data: { stream } },
  };
}
