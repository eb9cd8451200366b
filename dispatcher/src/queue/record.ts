import {
  parseOrThrow,
  priorities,
  FactoryError,
  taskStateSchema,
  type Priority,
  type TaskSpec,
  type TaskState,
} from '@agent-factory/contract';
import { z } from 'zod';
import type { NewTask } from './port';

/** Reads and writes the layout of scripts/lib/layout.lua. */

export const headerBytes = 120;
const flags = { cancel: 1, open: 2 } as const;

/** Numbers of the states in a header, from 1. */
export const stateNumbers = {
  delayed: 1,
  queued: 2,
  running: 3,
  succeeded: 4,
  failed: 5,
  cancelled: 6,
} as const satisfies Record<TaskState, number>;

/** What transitions change. Times are milliseconds since 1970, 0 for never. */
export interface Header {
  state: TaskState;
  cancelRequested: boolean;
  /** The latest attempt is not in the list of attempts. */
  open: boolean;
  priority: Priority;
  epoch: number;
  failures: number;
  maxAttempts: number;
  timeoutMs: number;
  /** Of all attempts; of one that runs, those that its agent has told of. */
  toolCalls: number;
  created: number;
  startBy: number;
  started: number;
  /** When a delayed task can start, and when a finished one ended; else of no meaning. */
  at: number;
  agentId: string;
}

/** What never changes, without the spec: what lists and the model gateway need. Stored under short names: it is there once a task. */
export interface Description {
  submitter: string;
  crew: string;
  labels: TaskSpec['labels'];
  limits: TaskSpec['limits'];
}

const storedDescriptionSchema = z.strictObject({
  s: z.string(),
  c: z.string(),
  l: z.record(z.string(), z.string()).default({}),
  /** max_tool_calls, max_tokens, max_cost_usd; null without, and nothing after the last one given. */
  m: z.tuple([z.number(), z.number().nullable().optional(), z.number().nullable().optional()]),
});

/** The part of a spec that is stored apart from its description. */
type StoredSpec = Omit<TaskSpec, 'labels' | 'limits'>;

const states = new Map<number, TaskState>(taskStateSchema.options.map((state) => [stateNumbers[state], state]));

/** Throws INTERNAL on a record of another layout. */
export function readHeader(raw: Buffer): Header {
  const state = states.get(raw.length < headerBytes ? 0 : raw.readUInt8(1));
  const priority = priorities[raw.length < headerBytes ? -1 : raw.readUInt8(3)];
  if (state === undefined || priority === undefined || raw.readUInt8(0) !== 1) {
    throw new FactoryError('INTERNAL', 'a stored task has an unknown layout');
  }
  const bits = raw.readUInt8(2);
  const agent = raw.subarray(56, headerBytes);
  const end = agent.indexOf(0);
  return {
    state,
    cancelRequested: (bits & flags.cancel) !== 0,
    open: (bits & flags.open) !== 0,
    priority,
    epoch: raw.readUInt32BE(4),
    failures: raw.readUInt16BE(8),
    maxAttempts: raw.readUInt16BE(10),
    timeoutMs: raw.readUInt32BE(12),
    toolCalls: raw.readUInt32BE(16) + (state === 'running' ? raw.readDoubleBE(48) : 0),
    created: raw.readDoubleBE(24),
    startBy: raw.readDoubleBE(32),
    started: raw.readDoubleBE(40),
    at: raw.readDoubleBE(48),
    agentId: agent.subarray(0, end === -1 ? agent.length : end).toString(),
  };
}

export function readDescription(raw: Buffer): Description {
  const [start, end] = descriptionRange(raw);
  const stored = parseOrThrow(storedDescriptionSchema, JSON.parse(raw.subarray(start, end).toString()), 'INTERNAL');
  const [toolCalls, tokens, cost] = stored.m;
  return {
    submitter: stored.s,
    crew: stored.c,
    labels: stored.l,
    limits: {
      max_tool_calls: toolCalls,
      ...(typeof tokens === 'number' ? { max_tokens: tokens } : {}),
      ...(typeof cost === 'number' ? { max_cost_usd: cost } : {}),
    },
  };
}

/** The spec as it was submitted. It passed its schema before it was stored, and is not checked again. */
export function readSpec(raw: Buffer, description: Description): TaskSpec {
  const [, end] = descriptionRange(raw);
  const stored = JSON.parse(raw.subarray(end).toString()) as StoredSpec; // written by writeSpec from a parsed TaskSpec
  return { ...stored, labels: description.labels, limits: description.limits };
}

/** The record of a new task; its times are set as it is stored. */
export function writeRecord({ spec, submitter, crew, timeoutMs, maxAttempts }: NewTask): Buffer {
  const description = Buffer.from(writeDescription(submitter, crew, spec));
  const header = Buffer.alloc(headerBytes);
  header.writeUInt8(1, 0);
  header.writeUInt8(stateNumbers[spec.delay_ms > 0 ? 'delayed' : 'queued'], 1);
  header.writeUInt8(priorities.indexOf(spec.priority), 3);
  header.writeUInt16BE(maxAttempts, 10);
  header.writeUInt32BE(timeoutMs, 12);
  header.writeUInt32BE(description.length, 20);
  return Buffer.concat([header, description, Buffer.from(writeSpec(spec))]);
}

function writeDescription(submitter: string, crew: string, { labels, limits }: TaskSpec): string {
  const m: (number | null)[] = [limits.max_tool_calls, limits.max_tokens ?? null, limits.max_cost_usd ?? null];
  while (m.at(-1) === null) m.pop();
  return JSON.stringify({ s: submitter, c: crew, m, ...(Object.keys(labels).length === 0 ? {} : { l: labels }) });
}

function writeSpec({ labels: _labels, limits: _limits, ...stored }: TaskSpec): string {
  return JSON.stringify(stored);
}

function descriptionRange(raw: Buffer): [number, number] {
  return [headerBytes, headerBytes + raw.readUInt32BE(20)];
}
