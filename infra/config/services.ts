import { z } from 'zod';
import { cores, email, gibibytes, sha256 } from './fields';

/** PostgreSQL on Cloud SQL. */
export const databaseSchema = z.strictObject({
  enabled: z.boolean().default(true),
  tier: z
    .string()
    .regex(/^db-(f1-micro|g1-small|custom-\d+-\d+|perf-optimized-N-\d+)$/, 'is not a tier such as db-custom-2-7680')
    .default('db-custom-1-3840'),
  version: z.enum(['POSTGRES_15', 'POSTGRES_16', 'POSTGRES_17']).default('POSTGRES_17'),
  highAvailability: z.boolean().default(false).describe('A standby in another zone'),
  pointInTimeRecovery: z.boolean().default(false),
  diskGb: z.int().min(10).max(65_536).default(20).describe('Grows by itself'),
  backups: z.int().min(1).max(365).default(7).describe('Daily backups kept'),
});

/** When Google may upgrade and restart what it manages. */
export const maintenanceSchema = z.strictObject({
  start: z.iso.datetime().default('2026-01-03T02:00:00Z').describe('Beginning of the first window'),
  end: z.iso.datetime().default('2026-01-03T08:00:00Z').describe('End of the first window, 4 to 24 hours later'),
  recurrence: z
    .string()
    .startsWith('FREQ=')
    .default('FREQ=WEEKLY;BYDAY=SA,SU')
    .describe('RFC 5545; GKE wants 48 hours in 32 days'),
});

/** Keys of your own (Cloud KMS) for what is kept. */
export const encryptionSchema = z.strictObject({
  customerKeys: z
    .boolean()
    .default(false)
    .describe('Everything that is kept is encrypted with keys of this stack; it cannot be changed later'),
  rotationDays: z.int().min(1).max(365).default(90),
  generation: z
    .int()
    .min(1)
    .max(1_000)
    .default(1)
    .describe('Raise it to build a destroyed environment anew: names of keys are never free again'),
});

/** Where images come from. */
export const imagesSchema = z.strictObject({
  source: z
    .enum(['build', 'digest', 'none'])
    .default('build')
    .describe(
      'build: this machine builds them; digest: what the pipeline pushed; none: nothing runs yet, all else is made, so that the pipeline can push the first ones',
    ),
  registry: z
    .string()
    .min(1)
    .optional()
    .describe('Host and path to push to and pull from. Defaults to the one that the stack makes'),
  platform: z.enum(['linux/amd64', 'linux/arm64']).default('linux/amd64').describe('Of images that are built here'),
  baseImage: z.string().min(1).default('docker.io/library/node:24-bookworm-slim'),
  dispatcher: sha256.optional(),
  agents: z.record(z.string(), sha256).default({}).describe('Digest by agent type'),
  immutableTags: z.boolean().default(false),
});

/** The dispatcher's roles. */
export const dispatcherSchema = z.strictObject({
  serve: role(3, 0.5, 0.5, 6),
  modelGateway: role(2, 0.25, 0.5, 6),
  metricsAdapter: z
    .strictObject({
      replicas: z.int().min(1).max(10).default(2),
      cpu: cores.default(0.1),
      memory: gibibytes.default(0.25),
    })
    .prefault({}),
  recycler: z
    .strictObject({ enabled: z.boolean().default(true), cpu: cores.default(0.05), memory: gibibytes.default(0.25) })
    .prefault({}),
  antiAffinity: z
    .enum(['required', 'preferred'])
    .default('preferred')
    .describe('Whether two replicas may share a node'),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  artifacts: z
    .strictObject({
      backend: z.enum(['bucket', 'volume']).default('bucket'),
      volumeGb: z.int().min(1).max(10_000).default(20),
    })
    .prefault({}),
});

function role(replicas: number, cpu: number, memory: number, max: number) {
  return z
    .strictObject({
      replicas: z.int().min(1).max(50).default(replicas),
      maxReplicas: z.int().min(1).max(50).default(max).describe('Scaled up to by CPU'),
      cpu: cores.default(cpu),
      memory: gibibytes.default(memory),
    })
    .refine((value) => value.replicas <= value.maxReplicas, { path: ['replicas'], message: 'is above maxReplicas' })
    .prefault({});
}

/** How people and programs outside the cluster reach the API. */
export const edgeSchema = z.strictObject({
  exposure: z.enum(['none', 'internal', 'external']).default('none').describe('none: kubectl port-forward only'),
  host: z
    .string()
    .regex(/^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/, 'is not a host name')
    .optional(),
  certificateMap: z.string().min(1).optional().describe('Of Certificate Manager; for external'),
  certificates: z.array(z.string().min(1)).max(10).default([]).describe('Names of SSL certificates; for internal'),
  gatewayClass: z.string().min(1).optional().describe('Of a cluster that is there'),
  streamTimeoutSeconds: z.int().min(30).max(86_400).default(3_600).describe('Longest life of one event stream'),
});

/** One metric back end: only one may own external.metrics.k8s.io. */
export const queueMetricSchema = z.strictObject({
  backend: z.enum(['dispatcher', 'gke', 'keda']).default('dispatcher'),
  keda: z.strictObject({ prometheusUrl: z.url(), pollingSeconds: z.int().min(1).max(300).default(5) }).optional(),
});

/** Models on one shared read-only volume. */
export const modelStoreSchema = z.strictObject({
  enabled: z.boolean().default(false),
  backend: z.enum(['filestore', 'hyperdisk-ml']).default('filestore'),
  sizeGb: z.int().min(1).max(65_536).default(1_024),
  snapshot: z.string().min(1).optional().describe('For hyperdisk-ml: the snapshot that holds the models'),
});

/** Who may see and operate the factory's namespaces (Kubernetes RBAC). */
export const accessSchema = z.strictObject({
  viewers: z.array(email).max(50).default([]).describe('Groups that may look'),
  operators: z.array(email).max(50).default([]).describe('Groups that may restart and scale'),
  admins: z.array(email).max(50).default([]).describe('Groups that may do everything in the namespaces'),
});

/** Alerts and the budget. */
export const observabilitySchema = z.strictObject({
  enabled: z.boolean().default(true),
  emails: z.array(email).max(20).default([]),
});
export const budgetSchema = z.strictObject({
  monthlyUsd: z.number().min(1).max(10_000_000),
  billingAccount: z
    .string()
    .regex(/^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$/, 'is not a billing account such as 012345-6789AB-CDEF01'),
  emails: z.array(email).max(5).default([]),
});

/** Cloud Build. */
export const pipelineSchema = z.strictObject({
  owner: z.string().regex(/^[A-Za-z0-9-]{1,39}$/, 'is not an owner on GitHub'),
  repository: z.string().regex(/^[A-Za-z0-9._-]{1,100}$/, 'is not a repository'),
  connection: z.string().min(1).describe('Name of the Cloud Build connection to GitHub that bootstrap made'),
  branch: z.string().min(1).max(100).default('main'),
  stateBucket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/, 'is not the name of a bucket')
    .describe('Where Pulumi keeps this stack; bootstrap made it'),
  secretsKey: z
    .string()
    .regex(
      /^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/,
      'is not projects/…/locations/…/keyRings/…/cryptoKeys/…',
    )
    .describe('KMS key of the stack’s secrets; bootstrap made it'),
  approval: z.boolean().default(false).describe('A person approves each deployment'),
});
