import { z } from 'zod';
import { agentTypeNameSchema } from './agents';
import { agentTypeSchema } from './agents/agentType';
import * as api from './api';
import { eventKindSchema, eventSchema } from './events';
import { prioritySchema } from './priority';
import { problemSchema } from './problem';
import { agentSchema } from './registry';
import { routingRulesSchema } from './routing';
import { scopeSchema } from './scopes';
import { aspectSchema, sectionSchema } from './section';
import { agentStateSchema, taskStateSchema } from './states';
import * as task from './task';
import { toolNameSchema } from './tools';

/** Every schema of the contract that has a name of its own, and so a file in `contract/schema`. */
export const namedSchemas: readonly z.ZodType[] = [
  agentTypeNameSchema,
  agentTypeSchema,
  api.batchItemSchema,
  api.batchRequestSchema,
  api.batchResultSchema,
  api.taskListSchema,
  api.typeStatusSchema,
  api.typeListSchema,
  api.agentListSchema,
  api.redriveResultSchema,
  api.recycleResultSchema,
  api.artifactSchema,
  api.modelSchema,
  api.modelListSchema,
  api.healthSchema,
  eventKindSchema,
  eventSchema,
  prioritySchema,
  problemSchema,
  agentSchema,
  routingRulesSchema,
  scopeSchema,
  aspectSchema,
  sectionSchema,
  agentStateSchema,
  taskStateSchema,
  task.planStepSchema,
  task.taskInputSchema,
  task.taskSpecSchema,
  task.usageSchema,
  task.taskErrorSchema,
  task.toolCallSchema,
  task.taskResultSchema,
  task.progressSchema,
  task.attemptSchema,
  task.taskSchema,
  toolNameSchema,
];

/** Exactly one of two keys: a rule that zod holds in code, where a JSON Schema cannot see it. */
const exactlyOne: Record<string, readonly string[]> = {
  TaskSpec: ['type', 'task_type'],
  BatchItem: ['type', 'task_type'],
};

/**
 * JSON Schemas (draft 2020-12) by name, each whole in itself. They describe what may be written, so that keys with a default
 * are not required; what the dispatcher answers fits them too.
 */
export function jsonSchemas(): Map<string, object> {
  return new Map(
    namedSchemas.map((schema) => {
      const name = nameOf(schema);
      if (name === undefined) throw new Error('a schema without a name has no file');
      return [name, { $id: `urn:agent-factory:v1:${name}`, ...toJsonSchema(schema) }];
    }),
  );
}

/** The name that a schema was given, if any. */
export function nameOf(schema: z.ZodType): string | undefined {
  return schema.meta()?.id;
}

function toJsonSchema(schema: z.ZodType): object {
  return z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      const id = z.globalRegistry.get(zodSchema)?.id;
      const keys = id === undefined ? undefined : exactlyOne[id];
      if (keys !== undefined) jsonSchema.oneOf = keys.map((key) => ({ required: [key] }));
    },
  });
}
