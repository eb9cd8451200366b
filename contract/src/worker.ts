import { z } from 'zod';
import { errorCodes } from './errors';
import { logStreamSchema } from './events';
import { agentSchema } from './registry';
import { assignmentSchema, progressSchema, taskIdSchema, taskResultSchema, usageSchema } from './task';

/** Names one lease: who holds an older epoch holds nothing. */
export const leaseRefSchema = z.strictObject({ id: taskIdSchema, epoch: z.int().min(1) });
export type LeaseRef = z.infer<typeof leaseRefSchema>;

const leases = z.array(leaseRefSchema).max(1_000);

/** What an agent says on its stream. The first frame is `register`. */
export const workerFrameSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('register'),
    ...agentSchema.pick({ id: true, type: true, version: true, slots: true, tools: true, confinement: true }).shape,
    held: leases.describe('Leases it kept over a lost stream'),
  }),
  z.strictObject({
    kind: z.literal('credits'),
    free: z.int().min(0).max(1_000).describe('Tasks it can take now: replaces the number before'),
  }),
  z.strictObject({
    kind: z.literal('heartbeat'),
    leases: z
      .array(
        leaseRefSchema.extend({
          progress: progressSchema.optional(),
          usage: usageSchema
            .optional()
            .describe(
              'Of this attempt so far. The tool calls count although it be lost; tokens and money count as the gateway meters them',
            ),
        }),
      )
      .max(1_000),
    received: z
      .int()
      .min(0)
      .describe('Tasks it was assigned on this stream so far: a lease on one of them that it does not name is over'),
  }),
  z.strictObject({
    kind: z.literal('logs'),
    lines: z
      .array(
        leaseRefSchema.extend({
          at: z.iso.datetime({ precision: 3 }),
          stream: logStreamSchema,
          text: z.string().max(16_384),
        }),
      )
      .max(1_000),
  }),
  z.strictObject({
    kind: z.literal('results'),
    results: z.array(leaseRefSchema.extend({ result: taskResultSchema })).max(1_000),
  }),
  z.strictObject({ kind: z.literal('releases'), leases, reason: z.string().max(200) }),
  z
    .strictObject({ kind: z.literal('drain') })
    .describe('It takes no more tasks, and ends the stream when it holds none'),
]);
export type WorkerFrame = z.infer<typeof workerFrameSchema>;

/** What the dispatcher says on the stream. The first frame is `registered`. */
export const dispatcherFrameSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('registered'),
    lease_ms: z.int().min(1),
    heartbeat_ms: z.int().min(1),
    token: z.string().describe('Short-lived; for artifacts and model calls'),
    token_expires_at: z.iso.datetime({ precision: 3 }),
  }),
  z.strictObject({ kind: z.literal('token'), token: z.string(), token_expires_at: z.iso.datetime({ precision: 3 }) }),
  z.strictObject({ kind: z.literal('assignments'), tasks: z.array(assignmentSchema).max(1_000) }),
  z.strictObject({ kind: z.literal('cancels'), leases, reason: z.string().max(200) }),
  z
    .strictObject({ kind: z.literal('renewed'), leases })
    .describe(
      'Answers each heartbeat, in order: the leases it renewed, for lease_ms from when it was sent at the earliest. An agent that hears none for lease_ms stops the work',
    ),
  z.strictObject({ kind: z.literal('lost'), leases }).describe('Leases that are over: drop the work, report nothing'),
  z.strictObject({
    kind: z.literal('acks'),
    acks: z.array(leaseRefSchema.extend({ accepted: z.boolean(), code: z.enum(errorCodes).optional() })).max(1_000),
  }),
]);
export type DispatcherFrame = z.infer<typeof dispatcherFrameSchema>;
