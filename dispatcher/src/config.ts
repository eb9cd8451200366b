import { readFileSync } from 'node:fs';
import {
  agentTypeNameSchema,
  defaultRoutingRules,
  env as names,
  FactoryError,
  routingRulesSchema,
  scopeSchema,
  toFaults,
  type Fault,
  modelsConfigSchema,
} from '@agent-factory/contract';
import { z } from 'zod';

/** What a dispatcher process does: `serve` is the API, the queue and the agents' streams; `model-gateway` is /model/v1. */
export const roleSchema = z.enum(['serve', 'model-gateway']);

/** A static token, known by its SHA-256 only. */
export const tokenSchema = z.strictObject({
  subject: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9@._-]{0,62}$/, 'is not a name of 1 to 63 letters, digits, @ . _ -'),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'is not 64 lower-case hexadecimal digits'),
  scopes: z.array(scopeSchema).min(1),
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
  artifact_total_bytes: z.int().min(1).default(21_474_836_480).describe('Oldest use goes first; 20 GiB'),
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

/** The file that DISPATCHER_CONFIG names. */
export const dispatcherFileSchema = z
  .strictObject({
    tokens: z.array(tokenSchema).min(1).max(10_000),
    signing_key: z
      .base64('is not base64')
      .refine((text) => Buffer.from(text, 'base64').length >= 32, 'holds fewer than 32 bytes')
      .describe('Signs the tokens of agents'),
    models: modelsConfigSchema,
    limits: limitsSchema.prefault({}),
    grpc: grpcSchema.prefault({}),
    routing: routingRulesSchema.default(defaultRoutingRules),
    lease_ms: z.int().min(100).max(3_600_000).default(10_000),
    heartbeat_ms: z.int().min(20).max(600_000).default(2_500),
    roles: z
      .array(roleSchema)
      .min(1)
      .default(() => roleSchema.options.slice()),
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
  });
export type DispatcherFile = z.output<typeof dispatcherFileSchema>;
export type DispatcherFileInput = z.input<typeof dispatcherFileSchema>;

const port = z.coerce.number().int().min(0).max(65_535);
const levels = z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']);

const given = z.string({ error: 'is not set' }).min(1, 'is empty');

const environmentSchema = z.object({
  [names.redisUrl]: z.url({ protocol: /^rediss?$/, error: 'is not a redis:// or rediss:// URL' }),
  [names.listenHost]: z.string().min(1).default('127.0.0.1'),
  [names.httpPort]: port.default(7070),
  [names.grpcPort]: port.default(7071),
  [names.artifactDir]: given,
  [names.logLevel]: levels.default('info'),
  [names.dispatcherConfig]: given,
});

/** All that a dispatcher is told. */
export interface DispatcherConfig {
  redisUrl: string;
  listenHost: string;
  /** 0 takes a free one. */
  httpPort: number;
  /** 0 takes a free one. */
  grpcPort: number;
  artifactDir: string;
  logLevel: z.output<typeof levels>;
  file: DispatcherFile;
}

/** Reads the environment and its file once. Throws INVALID_ARGUMENT with every fault of both; no value is quoted, since some are secret. */
export function loadConfig(
  environment: Record<string, string | undefined>,
  readFile: (path: string) => string = (path) => readFileSync(path, 'utf8'),
): DispatcherConfig {
  const outer = environmentSchema.safeParse(environment);
  const path = environment[names.dispatcherConfig];
  const file = path === undefined || path === '' ? undefined : parseFile(path, readFile);
  const faults = [...(outer.success ? [] : toFaults(outer.error)), ...(file?.faults ?? [])];
  if (!outer.success || file?.value === undefined) throw configError(faults);
  const { data } = outer;
  return {
    redisUrl: data[names.redisUrl],
    listenHost: data[names.listenHost],
    httpPort: data[names.httpPort],
    grpcPort: data[names.grpcPort],
    artifactDir: data[names.artifactDir],
    logLevel: data[names.logLevel],
    file: file.value,
  };
}

function parseFile(path: string, readFile: (path: string) => string): { value?: DispatcherFile; faults: Fault[] } {
  let json: unknown;
  try {
    json = JSON.parse(readFile(path));
  } catch (error) {
    // A parser quotes the text around the fault, which may be a secret; a missing file is named by its code.
    const why = error instanceof SyntaxError ? 'is not JSON' : `cannot be read${codeOf(error)}`;
    return { faults: [{ path: names.dispatcherConfig, message: why }] };
  }
  const parsed = dispatcherFileSchema.safeParse(json);
  return parsed.success ? { value: parsed.data, faults: [] } : { faults: toFaults(parsed.error) };
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? ` (${String(error.code)})` : '';
}

function configError(faults: Fault[]): FactoryError {
  const lines = faults.map((fault) => `${fault.path}: ${fault.message}`);
  return new FactoryError(
    'INVALID_ARGUMENT',
    `the configuration has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}\n${lines.join('\n')}`,
    {
      faults,
    },
  );
}
