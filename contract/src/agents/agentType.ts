import { z } from 'zod';
import { toolNameSchema } from '../tools';

/** The environments a factory is built for. `local` is one machine. */
export const environmentSchema = z.enum(['local', 'dev', 'staging', 'prod']);
export type Environment = z.infer<typeof environmentSchema>;

const cores = z.number().positive().max(96).describe('Cores');
const gibibytes = z.number().positive().max(768).describe('GiB');
const replicas = z.strictObject({ min: z.int().min(0).max(500), max: z.int().min(1).max(500) });

/** One record of the catalogue: all that the factory knows of an agent type. */
export const agentTypeSchema = z
  .strictObject({
    name: z.string().regex(/^[a-z][a-z0-9]{0,30}$/),
    title: z.string().min(1).max(60),
    role: z.string().min(1).max(300).describe('One sentence: what it is for'),
    prompt: z.string().min(1).max(8_000).describe('System prompt of the model brain'),
    task_types: z.array(z.string().regex(/^[a-z][a-z0-9-]{0,62}$/)).describe('Task types routed to it by default'),
    tools: z.array(toolNameSchema).min(1).describe('Tools it may use'),
    programs: z.array(z.string()).describe('Debian packages that its image needs'),
    model_tier: z.enum(['small', 'standard', 'large']),
    pool: z.enum(['small', 'large', 'gpu']).describe('Node pool tier it runs on'),
    resources: z.strictObject({
      cpu: z.strictObject({ request: cores, limit: cores }),
      memory: z.strictObject({ request: gibibytes, limit: gibibytes }),
      gpu: z.enum(['none', 'optional']).default('none'),
    }),
    scaling: z.strictObject({
      queue_target: z.int32().min(1).describe('task_queue_depth an agent, above which the type scales out'),
      cpu_target_percent: z.int().min(1).max(100).default(70),
      environments: z.record(environmentSchema, replicas),
    }),
    egress: z.array(z.string().regex(/^(\*\.)?[a-z0-9.-]+(:\d{1,5})?$/)).describe('Hosts that http_fetch may reach'),
    state: z.enum(['stateless', 'stateful']).describe('stateful: a StatefulSet with a volume'),
    slots: z.int().min(1).max(64).default(1).describe('Tasks that one agent works on at a time'),
    queue_limit: z
      .int()
      .min(1)
      .max(10_000_000)
      .default(100_000)
      .describe('Waiting and delayed tasks, past which a submit gets 429'),
    timeout_ms: z.int().min(1_000).max(86_400_000).default(1_800_000).describe('Of a task that names none'),
    retry: z
      .strictObject({
        max_attempts: z.int().min(1).max(20).default(3),
        base_ms: z
          .int()
          .min(10)
          .max(600_000)
          .default(1_000)
          .describe('Delay before the first retry; doubles each time'),
        max_ms: z.int().min(10).max(3_600_000).default(60_000),
        jitter: z.number().min(0).max(1).default(0.5).describe('Share of the delay that is random'),
      })
      .prefault({}),
  })
  .superRefine((type, context) => {
    for (const resource of ['cpu', 'memory'] as const) {
      if (type.resources[resource].request > type.resources[resource].limit) {
        context.addIssue({ code: 'custom', path: ['resources', resource], message: 'request is above limit' });
      }
    }
    for (const [environment, { min, max }] of Object.entries(type.scaling.environments)) {
      if (min > max)
        context.addIssue({
          code: 'custom',
          path: ['scaling', 'environments', environment],
          message: 'min is above max',
        });
    }
  })
  .meta({ id: 'AgentType' });

export type AgentType = z.output<typeof agentTypeSchema>;

const { role, prompt, tools, model_tier, egress } = agentTypeSchema.shape;

/** What an environment may change of the record that an agent works by: the file of AGENT_RECORD. What a later version adds is passed over. */
export const agentRecordSchema = z.object({ role, prompt, tools, model_tier, egress }).partial();
export type AgentRecord = z.output<typeof agentRecordSchema>;

/**
 * Replicas per environment from the range of the catalogue table: prod takes it whole, staging scales to half of it, dev and one machine hold one.
 */
export function replicasFor(min: number, max: number): Record<Environment, { min: number; max: number }> {
  return {
    local: { min: 1, max: 1 },
    dev: { min: 1, max: 1 },
    staging: { min: 1, max: Math.max(1, Math.ceil(max / 2)) },
    prod: { min, max },
  };
}

/** A record with its defaults filled in; keeps the literal name. Throws a ZodError on a bad record, at load. */
export function defineAgentType<const N extends string>(
  record: z.input<typeof agentTypeSchema> & { name: N },
): AgentType & { name: N } {
  return { ...agentTypeSchema.parse(record), name: record.name };
}
