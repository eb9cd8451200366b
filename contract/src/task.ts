import { z } from 'zod';
import { agentTypeNameSchema } from './agents';
import { errorCodes } from './errors';
import { jsonObjectSchema, jsonSchema } from './json';
import { prioritySchema } from './priority';
import { taskStateSchema } from './states';
import { isToolName, mcpToolPattern } from './tools';

/** Limits that every part keeps; in bytes of JSON unless named otherwise. */
export const limits = {
  /** A task as submitted. */
  taskBytes: 1_048_576,
  /** A result as reported. */
  resultBytes: 1_048_576,
  /** A batch as submitted. */
  batchBytes: 16_777_216,
  batchTasks: 1_000,
  artifactBytes: 536_870_912,
  planSteps: 200,
  attemptsKept: 20,
  toolCallsKept: 500,
} as const;

const timestamp = z.iso.datetime({ precision: 3 });

export const taskIdSchema = z.string().regex(/^[a-z][a-z0-9]{0,30}-[0-9a-hjkmnp-tv-z]{26}$/);
export const digestSchema = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/)
  .describe('sha256:{hex} of the bytes');
export const toolCallNameSchema = z
  .string()
  .max(120)
  .refine(
    (name) => isToolName(name) || mcpToolPattern.test(name),
    'is not a tool of the catalogue, nor mcp/{server}/{tool}',
  );

/** One tool call of a plan. `{"$ref": "#/steps/{id}/output/…"}` anywhere in `input` stands for (a part of) the output of an earlier step. */
export const planStepSchema = z
  .strictObject({
    id: z.string().regex(/^[a-z][a-z0-9_]{0,39}$/),
    tool: toolCallNameSchema,
    input: jsonObjectSchema.default({}),
    on_error: z
      .enum(['fail', 'continue'])
      .default('fail')
      .describe('continue: the step’s output is {"error": …} and the plan goes on'),
  })
  .meta({ id: 'PlanStep' });

const planSchema = z
  .strictObject({
    kind: z.literal('plan'),
    steps: z.array(planStepSchema).min(1).max(limits.planSteps),
    output: jsonSchema
      .optional()
      .describe('What the task answers; may hold $ref. Without it: the output of the last step'),
  })
  .superRefine((plan, context) => {
    const seen = new Set<string>();
    plan.steps.forEach((step, index) => {
      if (seen.has(step.id))
        context.addIssue({ code: 'custom', path: ['steps', index, 'id'], message: 'is used by an earlier step' });
      seen.add(step.id);
    });
  })
  .meta({ id: 'PlanBrain' });

const modelBrainSchema = z
  .strictObject({
    kind: z.literal('model'),
    prompt: z.string().min(1).max(200_000),
    model: z
      .string()
      .max(80)
      .optional()
      .describe('A configured model; without it, the one of the tier of the agent type'),
    max_steps: z
      .int()
      .min(1)
      .max(200)
      .default(30)
      .describe('Rounds of the loop: one model call and the tool calls it asks for'),
    max_output_tokens: z.int().min(1).max(200_000).default(8_000).describe('A model call'),
  })
  .meta({ id: 'ModelBrain' });

export const brainSchema = z.discriminatedUnion('kind', [planSchema, modelBrainSchema]);

/** An artifact laid into the workspace before the brain starts. */
export const taskInputSchema = z
  .strictObject({
    artifact: digestSchema,
    path: z
      .string()
      .regex(/^(?!\.{1,2}(\/|$))[A-Za-z0-9._-]+(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._-]+)*$/)
      .max(255)
      .describe('Where in the workspace'),
    unpack: z
      .enum(['none', 'tar', 'git'])
      .default('none')
      .describe('git: a tar of a bare repository, checked out at path'),
  })
  .meta({ id: 'InputArtifact' });

/** A task as submitted. Exactly one of `type` and `task_type`. */
export const taskSpecSchema = z
  .strictObject({
    type: agentTypeNameSchema.optional(),
    task_type: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,62}$/)
      .optional()
      .describe('Routed to a type by versioned rules; see GET /v1/routes'),
    brain: brainSchema,
    inputs: z.array(taskInputSchema).max(20).default([]),
    priority: prioritySchema.default('P2'),
    crew: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,62}$/)
      .optional()
      .describe("Without it, the submitter's implicit crew"),
    labels: z
      .record(z.string().regex(/^[a-z0-9A-Z][a-z0-9A-Z._/-]{0,62}$/), z.string().max(128))
      .default({})
      .refine((labels) => Object.keys(labels).length <= 20, 'holds more than 20 labels'),
    delay_ms: z.int().min(0).max(31_536_000_000).default(0).describe('Waits at least so long before it can start'),
    timeout_ms: z.int().min(1_000).max(86_400_000).optional().describe('Of one attempt; without it, that of the type'),
    max_attempts: z.int().min(1).max(20).optional().describe('Without it, that of the type'),
    limits: z
      .strictObject({
        max_tokens: z.int().min(1).max(1_000_000_000).optional().describe('Input and output tokens of all model calls'),
        max_cost_usd: z.number().positive().max(1_000_000).optional(),
        max_tool_calls: z.int().min(1).max(10_000).default(1_000),
      })
      .prefault({}),
  })
  .refine((spec) => (spec.type === undefined) !== (spec.task_type === undefined), {
    path: ['type'],
    message: 'give exactly one of type and task_type',
  })
  .meta({ id: 'TaskSpec' });

/** Tokens, money and calls of a task, over all attempts where it stands on a task. */
export const usageSchema = z
  .strictObject({
    input_tokens: z.int().min(0),
    output_tokens: z.int().min(0),
    cost_usd: z.number().min(0),
    model_calls: z.int().min(0),
    tool_calls: z.int().min(0),
  })
  .meta({ id: 'Usage' });

export const taskErrorSchema = z
  .strictObject({
    code: z.enum(errorCodes),
    message: z.string().max(4_000),
    retryable: z.boolean(),
  })
  .meta({ id: 'TaskError' });

/** One tool call as it was made. */
export const toolCallSchema = z
  .strictObject({
    step: z.string().max(80),
    tool: z.string().max(120),
    input: z.string().max(2_000).describe('JSON, cut'),
    started_at: timestamp,
    duration_ms: z.number().min(0),
    outcome: z.enum(['ok', 'error', 'timeout', 'refused', 'cancelled']),
    message: z.string().max(1_000).optional(),
  })
  .meta({ id: 'ToolCall' });

/** What an agent reports at the end of an attempt. */
export const taskResultSchema = z
  .strictObject({
    outcome: z.enum(['succeeded', 'failed', 'cancelled']),
    output: jsonSchema.optional(),
    error: taskErrorSchema.optional(),
    usage: usageSchema,
    tool_calls: z.array(toolCallSchema).max(limits.toolCallsKept),
  })
  .meta({ id: 'TaskResult' });

export const progressSchema = z
  .strictObject({
    step: z.string().max(80),
    done: z.int().min(0),
    total: z.int().min(0).describe('0 when unknown'),
    message: z.string().max(500).optional(),
  })
  .meta({ id: 'Progress' });

/** One attempt, as the dispatcher saw it. */
export const attemptSchema = z
  .strictObject({
    attempt: z.int32().min(1),
    epoch: z.int().min(1),
    agent_id: z.string(),
    started_at: timestamp,
    ended_at: timestamp.optional(),
    outcome: z.enum(['running', 'succeeded', 'failed', 'cancelled', 'lost', 'released']),
    error: taskErrorSchema.optional(),
  })
  .meta({ id: 'Attempt' });

/** A task as it stands. */
export const taskSchema = z
  .strictObject({
    id: taskIdSchema,
    type: agentTypeNameSchema,
    state: taskStateSchema,
    submitter: z.string(),
    crew: z.string(),
    priority: prioritySchema,
    labels: z.record(z.string(), z.string()),
    created_at: timestamp,
    start_by: timestamp.describe('When it should have started, by its priority'),
    run_at: timestamp.optional().describe('While delayed: when it can start'),
    started_at: timestamp.optional().describe('Of the latest attempt'),
    finished_at: timestamp.optional(),
    attempt: z.int32().min(0).describe('How often it was claimed'),
    failures: z.int32().min(0).describe('How many attempts failed or were lost; ends the task at max_attempts'),
    max_attempts: z.int32().min(1),
    agent_id: z.string().optional(),
    cancel_requested: z.boolean(),
    usage: usageSchema,
    progress: progressSchema.optional(),
    attempts: z.array(attemptSchema).max(limits.attemptsKept),
    spec: taskSpecSchema.optional().describe('Left out of lists'),
    result: taskResultSchema.optional().describe('Left out of lists'),
  })
  .meta({ id: 'Task' });

/** Work handed to an agent: the task as submitted and the lease on it. */
export const assignmentSchema = z.strictObject({
  id: taskIdSchema,
  epoch: z.int().min(1),
  attempt: z.int32().min(1),
  crew: z.string(),
  timeout_ms: z.int().min(1),
  lease_ms: z.int().min(1),
  spec: taskSpecSchema,
});

export type Brain = z.output<typeof brainSchema>;
export type PlanBrain = z.output<typeof planSchema>;
export type ModelBrain = z.output<typeof modelBrainSchema>;
export type PlanStep = z.output<typeof planStepSchema>;
export type TaskInput = z.output<typeof taskInputSchema>;
export type TaskSpec = z.output<typeof taskSpecSchema>;
/** What a client writes: defaults may be left out. */
export type TaskSpecInput = z.input<typeof taskSpecSchema>;
export type Usage = z.output<typeof usageSchema>;
export type TaskError = z.output<typeof taskErrorSchema>;
export type ToolCall = z.output<typeof toolCallSchema>;
export type TaskResult = z.output<typeof taskResultSchema>;
export type Progress = z.output<typeof progressSchema>;
export type Attempt = z.output<typeof attemptSchema>;
export type Task = z.output<typeof taskSchema>;
export type Assignment = z.output<typeof assignmentSchema>;

export const noUsage: Usage = { input_tokens: 0, output_tokens: 0, cost_usd: 0, model_calls: 0, tool_calls: 0 };
