import type { AgentType } from '@agent-factory/contract';
import { z } from 'zod';
import type { AgentPlan, StackEnvironment } from '../../components/types';
import { cores, gibibytes } from './fields';

const size = <T extends z.ZodNumber>(amount: T) =>
  z.strictObject({ request: amount.optional(), limit: amount.optional() });

const override = z.strictObject({
  enabled: z.boolean().default(true).describe('false leaves the type out of this environment'),
  min: z.int().min(0).max(500).optional().describe('Replicas at rest'),
  max: z.int().min(1).max(500).optional().describe('Replicas at most'),
  queueTarget: z.int().min(1).max(1_000_000).optional().describe('task_queue_depth an agent'),
  cpuTargetPercent: z.int().min(1).max(100).optional(),
  cpu: size(cores).optional(),
  memory: size(gibibytes).optional(),
  pool: z.enum(['small', 'large', 'gpu']).optional(),
  gpu: z.enum(['none', 'optional']).optional(),
  slots: z.int().min(1).max(64).optional(),
  egress: z
    .array(z.string().regex(/^(\*\.)?[a-z0-9.-]+(:\d{1,5})?$/, 'is not a host, *.host or host:port'))
    .max(100)
    .optional(),
});

/** Overrides of the catalogue by agent type; what is not named stays as the record says. */
export function agentsSchema(catalogue: readonly AgentType[]) {
  const names = catalogue.map(({ name }) => name);
  return z
    .record(z.string(), override)
    .superRefine((agents, context) => {
      for (const name of Object.keys(agents))
        if (!names.includes(name))
          context.addIssue({
            code: 'custom',
            path: [name],
            message: `is not an agent type; the catalogue has ${names.join(', ')}`,
          });
    })
    .default({});
}
export type AgentsConfig = Readonly<Record<string, z.output<typeof override>>>;

/** The enabled types as one environment runs them. */
export function resolveAgents(
  catalogue: readonly AgentType[],
  agents: AgentsConfig,
  environment: StackEnvironment,
): AgentPlan[] {
  return catalogue
    .filter(({ name }) => agents[name]?.enabled !== false)
    .map((type) => plan(type, agents[type.name] ?? { enabled: true }, environment));
}

function plan(type: AgentType, given: AgentsConfig[string], environment: StackEnvironment): AgentPlan {
  const { scaling, ...record } = type;
  const replicas = scaling.environments[environment];
  return {
    ...record,
    pool: given.pool ?? type.pool,
    slots: given.slots ?? type.slots,
    egress: given.egress ?? type.egress,
    resources: {
      cpu: merge(type.resources.cpu, given.cpu),
      memory: merge(type.resources.memory, given.memory),
      gpu: given.gpu ?? type.resources.gpu,
    },
    replicas: { min: given.min ?? replicas.min, max: given.max ?? replicas.max },
    queueTarget: given.queueTarget ?? scaling.queue_target,
    cpuTargetPercent: given.cpuTargetPercent ?? scaling.cpu_target_percent,
  };
}

/** A limit that is not named never falls below a request that is. */
function merge(
  record: { request: number; limit: number },
  given: { request?: number | undefined; limit?: number | undefined } = {},
): { request: number; limit: number } {
  const request = given.request ?? Math.min(record.request, given.limit ?? record.request);
  return { request, limit: given.limit ?? Math.max(record.limit, request) };
}
