import { z } from 'zod';
import { agentTypeNameSchema } from './agents';
import { agentTypeSchema } from './agents/agentType';
import { problemSchema } from './problem';
import { agentSchema } from './registry';
import { agentStateSchema, taskStateSchema } from './states';
import { digestSchema, taskSchema, taskSpecSchema } from './task';

/** Requests and answers of the HTTP API; the gRPC client service has the same. */

export const idempotencyKeySchema = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[\x21-\x7e]+$/, 'holds other than printable ASCII');

export const batchItemSchema = taskSpecSchema
  .safeExtend({ idempotency_key: idempotencyKeySchema.optional() })
  .meta({ id: 'BatchItem' });

/** The envelope of a batch; items are checked one by one, so that a bad one fails alone. */
export const batchRequestSchema = z.strictObject({ tasks: z.array(z.unknown()) }).meta({ id: 'BatchRequest' });

export const batchResultSchema = z
  .strictObject({
    results: z
      .array(
        z.union([
          z.strictObject({ status: z.literal('accepted'), task: taskSchema, duplicate: z.boolean() }),
          z.strictObject({ status: z.literal('refused'), problem: problemSchema }),
        ]),
      )
      .describe('One an item, in order; tasks without spec and result'),
    accepted: z.int(),
    refused: z.int(),
  })
  .meta({ id: 'BatchResult' });

export const taskListQuerySchema = z.strictObject({
  type: agentTypeNameSchema.optional(),
  state: taskStateSchema.optional(),
  crew: z.string().max(63).optional(),
  label: z.string().max(200).optional().describe('key=value'),
  limit: z.coerce.number().int().min(1).max(500).default(50),
  cursor: z.string().max(2_000).optional(),
});
export type TaskListQuery = z.output<typeof taskListQuerySchema>;

export const taskListSchema = z
  .strictObject({
    tasks: z.array(taskSchema),
    next_cursor: z
      .string()
      .optional()
      .describe('Absent on the last page. A page may hold fewer than limit, even none, and still have a next'),
  })
  .meta({ id: 'TaskList' });

export const deadListQuerySchema = z.strictObject({ limit: z.coerce.number().int().min(1).max(500).default(50) });

export const agentListQuerySchema = z.strictObject({
  type: agentTypeNameSchema.optional(),
  tool: z.string().min(1).max(120).optional().describe('Agents that can use it'),
  state: agentStateSchema.optional(),
});
export type AgentListQuery = z.output<typeof agentListQuerySchema>;

/** A type and its queue. */
export const typeStatusSchema = z
  .strictObject({
    type: agentTypeSchema,
    queue: z.strictObject({
      waiting: z.int(),
      delayed: z.int(),
      running: z.int(),
      dead: z.int(),
      paused: z.boolean(),
      oldest_start_by: z.iso.datetime({ precision: 3 }).optional(),
    }),
    agents: z.int32().describe('Those that are alive: who is UNHEALTHY does not count'),
  })
  .meta({ id: 'TypeStatus' });
export type TypeStatus = z.infer<typeof typeStatusSchema>;

export const typeListSchema = z.strictObject({ types: z.array(typeStatusSchema) }).meta({ id: 'TypeList' });
export const agentListSchema = z.strictObject({ agents: z.array(agentSchema) }).meta({ id: 'AgentList' });
export const redriveResultSchema = z.strictObject({ redriven: z.int32() }).meta({ id: 'RedriveResult' });
export const recycleResultSchema = z
  .strictObject({
    namespace: z.string(),
    pod: z.string(),
    uid: z.string(),
    duplicate: z.boolean().describe('It was released before, and is not deleted yet'),
  })
  .describe('A pod that the recycler is to delete')
  .meta({ id: 'RecycleResult' });
export const artifactSchema = z.strictObject({ digest: digestSchema, size: z.int().min(0) }).meta({ id: 'Artifact' });

/** A model that the gateway offers; never its key. */
export const modelSchema = z
  .strictObject({
    id: z.string(),
    provider: z.enum(['openai-compatible', 'anthropic', 'google-vertex']),
    tiers: z.array(z.enum(['small', 'standard', 'large'])),
    prices: z
      .strictObject({
        input: z.number().min(0),
        cached_input: z.number().min(0),
        cache_write: z.number().min(0),
        output: z.number().min(0),
      })
      .optional()
      .describe(
        'US dollars a million tokens. Without it a call counts as costing nothing, so max_cost_usd does not bind',
      ),
  })
  .meta({ id: 'Model' });
export const modelListSchema = z
  .strictObject({ object: z.literal('list'), data: z.array(modelSchema) })
  .meta({ id: 'ModelList' });

export const healthSchema = z
  .strictObject({
    status: z.enum(['ok', 'unavailable']),
    version: z.string(),
    checks: z.record(z.string(), z.string()),
  })
  .meta({ id: 'Health' });

export type Health = z.output<typeof healthSchema>;
export type BatchItem = z.output<typeof batchItemSchema>;
export type BatchResult = z.output<typeof batchResultSchema>;
export type TaskList = z.output<typeof taskListSchema>;
export type ModelList = z.output<typeof modelListSchema>;
export type RecycleResult = z.output<typeof recycleResultSchema>;
export type Artifact = z.output<typeof artifactSchema>;
