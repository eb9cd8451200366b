import { z } from 'zod';
import { agentTypeNameSchema } from './agents';
import { jsonSchema } from './json';
import { taskIdSchema } from './task';

/**
 * What can happen. Task kinds carry task_id; agent kinds carry agent_id only; type kinds carry neither. After `released` and `lost` the task
 * waits again at its old place, unless `retrying`, `failed` or `cancelled` follows at once. `gap` stands first where a stream resumes: events
 * of the type between its cursor and the next event are not kept any more.
 */
export const eventKindSchema = z
  .enum([
    'queued',
    'delayed',
    'claimed',
    'progress',
    'log',
    'retrying',
    'released',
    'lost',
    'cancel_requested',
    'succeeded',
    'failed',
    'cancelled',
    'redriven',
    'paused',
    'resumed',
    'agent_registered',
    'agent_gone',
    'gap',
  ])
  .meta({ id: 'EventKind' });
export type EventKind = z.infer<typeof eventKindSchema>;

/** One event; `id` is a cursor: sent back as Last-Event-ID it continues after this event. */
export const eventSchema = z
  .strictObject({
    id: z.string(),
    at: z.iso.datetime({ precision: 3 }),
    kind: eventKindSchema,
    type: agentTypeNameSchema,
    task_id: taskIdSchema.optional(),
    agent_id: z.string().optional(),
    attempt: z.int32().min(0).optional(),
    message: z.string().optional(),
    data: jsonSchema.optional(),
  })
  .meta({ id: 'Event' });
export type FactoryEvent = z.infer<typeof eventSchema>;

/** A line of a log: what the agent says (`agent`) or what a tool printed. */
export const logStreamSchema = z.enum(['agent', 'stdout', 'stderr']);
