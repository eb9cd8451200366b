import {
  agentTypeNameSchema,
  defaultRoutingRules,
  modelsConfigSchema,
  routingRulesSchema,
  scopeSchema,
} from '@agent-factory/contract';
import { z } from 'zod';
import { artifactsConfigSchema } from './artifacts/config';
import { identityConfigSchema } from './auth/identityConfig';
import { metricsAdapterConfigSchema } from './metricsAdapter/config';
import { recyclerConfigSchema } from './recycler/config';

/**
 * What a dispatcher process does: `serve` is the API, the queue and the agents' streams; `model-gateway` is /model/v1; `metrics-adapter` tells
 * Kubernetes what the types lack; `recycler` deletes the pods of released sandboxes. Whatever its roles, a process has /healthz, /readyz and /metrics.
 */
export const roleSchema = z.enum(['serve', 'model-gateway', 'metrics-adapter', 'recycler']);
export type Role = z.output<typeof roleSchema>;

/** A static token, known by its SHA-256 only. */
export const tokenSchema = z.strictObject({
  subject: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9@._-]{0,62}$/, 'is not a name of 1 to 63 letters, digits, @ . _ -')
    .describe('Who holds it: submitter, and crew without another, of the tasks that it submits'),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'is not 64 lower-case hexadecimal digits')
    .describe('Its SHA-256; the token itself is nowhere'),
  scopes: z.array(scopeSchema).min(1).describe('What it may do'),
  agent_type: agentTypeNameSchema.optional().describe('The only type that may register with it'),
});

const limitsSchema = z.strictObject({
  result_age_ms: z
    .int()
    .min(60_000)
    .default(604_800_000)
    .describe('Succeeded and cancelled tasks are dropped after it; a week'),
  result_count: z.int().min(1).max(10_000_000).default(10_000).describe('Succeeded and cancelled tasks kept, a type'),
  dead_age_ms: z.int().min(60_000).default(2_592_000_000).describe('Failed tasks are dropped after it; 30 days'),
  dead_count: z.int().min(1).max(10_000_000).default(10_000).describe('Failed tasks kept, a type'),
  queue_limit: z
    .partialRecord(agentTypeNameSchema, z.int().min(1).max(10_000_000))
    .default({})
    .describe('Instead of that of the catalogue'),
  event_streams: z.int().min(1).max(100_000).default(1_000).describe('Open server-sent event streams, a replica'),
  artifact_age_ms: z.int().min(60_000).default(2_592_000_000).describe('Since last use; 30 days'),
  artifact_total_bytes: z
    .int()
    .min(1)
    .default(21_474_836_480)
    .describe('Oldest use goes first; 20 GiB. In a bucket replicas may be above it for a while'),
});

const grpcSchema = z.strictObject({
  max_connection_age_ms: z
    .int()
    .min(1_000)
    .max(86_400_000)
    .default(1_800_000)
    .describe('Connections are asked to go at this age, 10 % more or less, so that replicas share the load; 30 min'),
  max_connection_grace_ms: z
    .int()
    .min(1)
    .max(3_600_000)
    .default(60_000)
    .describe('What their calls get to end after that; agents work on and connect anew'),
});

/** A key that signs the tokens of agents. */
export const signingKeySchema = z
  .base64('is not base64')
  .refine((text) => Buffer.from(text, 'base64').length >= 32, 'holds fewer than 32 bytes');

const metricsSchema = z.strictObject({
  access: z
    .enum(['token', 'open'])
    .default('token')
    .describe(
      'Who may read /metrics. token: with the scope agent:read; open: whoever reaches the port, for a network that admits the collector alone',
    ),
});

/** The file that DISPATCHER_CONFIG names. */
export const dispatcherFileSchema = z
  .strictObject({
    roles: z
      .array(roleSchema)
      .min(1)
      .default(() => ['serve' as const, 'model-gateway' as const])
      .describe('What this process does'),
    tokens: z.array(tokenSchema).max(10_000).default([]).describe('Static tokens; role serve needs one'),
    signing_key: signingKeySchema
      .optional()
      .describe(
        'Signs the tokens of agents, in base64. Roles serve and model-gateway need it, the same for all, or signing_key_file',
      ),
    signing_key_file: z
      .string()
      .min(1)
      .max(4_096)
      .optional()
      .describe('File that holds signing_key, for secrets that are mounted'),
    identity: identityConfigSchema
      .optional()
      .describe('Role serve: whose service-account tokens let agents register, besides static tokens'),
    artifacts: artifactsConfigSchema.prefault({ kind: 'disk' }).describe('Role serve: where artifacts are kept'),
    metrics: metricsSchema.prefault({}).describe('How /metrics is read'),
    metrics_adapter: metricsAdapterConfigSchema.optional().describe('Role metrics-adapter needs it'),
    recycler: recyclerConfigSchema.optional().describe('Role recycler needs it'),
    queue_targets: z
      .partialRecord(agentTypeNameSchema, z.int().min(1).max(1_000_000))
      .default({})
      .describe(
        'task_queue_depth an agent, as the HPAs have it, where it is not that of the catalogue; roles serve and metrics-adapter',
      ),
    models: modelsConfigSchema.describe(
      'Providers of models and the models that agents may name; role model-gateway calls them',
    ),
    limits: limitsSchema.prefault({}).describe('Bounds of what is kept and open'),
    grpc: grpcSchema.prefault({}).describe("Agents' and clients' connections"),
    routing: routingRulesSchema.default(defaultRoutingRules).describe('Which agent type a task_type goes to'),
    lease_ms: z.int().min(100).max(3_600_000).default(10_000).describe('How long an agent may be silent with a task'),
    heartbeat_ms: z.int().min(20).max(600_000).default(2_500).describe('How often agents are to be heard of'),
  })
  .superRefine((file, context) => {
    if (file.heartbeat_ms * 2 > file.lease_ms)
      context.addIssue({ code: 'custom', path: ['heartbeat_ms'], message: 'is more than half of lease_ms' });
    const seen = new Map<string, number>();
    file.tokens.forEach(({ sha256 }, index) => {
      const first = seen.get(sha256);
      if (first !== undefined)
        context.addIssue({ code: 'custom', path: ['tokens', index, 'sha256'], message: `repeats tokens[${first}]` });
      else seen.set(sha256, index);
    });
  })
  .superRefine(requireParts, { when: () => true });
/** What each role cannot do without, besides Redis. */
const needs: Readonly<Record<Role, readonly ('tokens' | 'signing_key' | 'metrics_adapter' | 'recycler')[]>> = {
  serve: ['tokens', 'signing_key'],
  'model-gateway': ['signing_key'],
  'metrics-adapter': ['metrics_adapter'],
  recycler: ['recycler'],
};

/** What a configuration lacks for its roles, whatever else is wrong with it. */
function requireParts(file: unknown, context: z.core.$RefinementCtx): void {
  const parts = z.record(z.string(), z.unknown()).safeParse(file).data ?? {};
  const roles = z.array(roleSchema).safeParse(parts['roles']).data ?? [];
  const fault = (part: string, message: string): void => context.addIssue({ code: 'custom', path: [part], message });
  const keyFile = parts['signing_key_file'];
  if (keyFile !== undefined && parts['signing_key'] !== undefined)
    fault('signing_key_file', 'give one of signing_key and signing_key_file');
  const has = (part: string): boolean => {
    const value = parts[part];
    if (part === 'signing_key' && keyFile !== undefined) return true;
    return value !== undefined && !(Array.isArray(value) && value.length === 0);
  };
  for (const part of new Set(roles.flatMap((role) => needs[role]))) {
    const by = roles.filter((role) => needs[role].includes(part)).join(' and ');
    if (!has(part)) fault(part, `is needed by the role ${by}`);
  }
}
export type DispatcherFile = z.output<typeof dispatcherFileSchema>;
export type DispatcherFileInput = z.input<typeof dispatcherFileSchema>;
