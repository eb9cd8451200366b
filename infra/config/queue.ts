import { z } from 'zod';

const gibibytes = z.int().min(1).max(300);
const managed = {
  memoryGb: gibibytes.default(1).describe('GiB'),
  highAvailability: z.boolean().default(false).describe('A replica in another zone that takes over'),
};

const redisSchema = z.strictObject({
  kind: z.literal('redis').default('redis'),
  ...managed,
  version: z.enum(['REDIS_6_X', 'REDIS_7_0', 'REDIS_7_2']).default('REDIS_7_2'),
  auth: z.boolean().default(true).describe('Clients give a password'),
  tls: z.boolean().default(true).describe('Connections are encrypted'),
});

const valkeySchema = z.strictObject({
  kind: z.literal('valkey'),
  shards: z.int().min(1).max(250).default(3),
  replicas: z.int().min(0).max(5).default(1).describe('Of each shard'),
  nodeType: z
    .enum(['SHARED_CORE_NANO', 'STANDARD_SMALL', 'HIGHMEM_MEDIUM', 'HIGHMEM_XLARGE'])
    .default('STANDARD_SMALL'),
  version: z.enum(['VALKEY_7_2', 'VALKEY_8_0', 'VALKEY_9_0']).default('VALKEY_8_0'),
});

const inClusterSchema = z.strictObject({
  kind: z.literal('inCluster'),
  image: z.string().default('docker.io/library/redis:7.2-bookworm').describe('With a digest in prod'),
  memoryGb: gibibytes.default(1),
  diskGb: z.int().min(1).max(1_000).default(8).describe('For the append-only file'),
  cpu: z.number().min(0.01).max(16).default(0.25),
});

const externalSchema = z.strictObject({
  kind: z.literal('external'),
  host: z.string().min(1),
  port: z.int().min(1).max(65_535).default(6379),
  tls: z.boolean().default(true),
  password: z.string().min(1).optional().describe('Set it with --secret'),
  caCertificate: z.string().startsWith('-----BEGIN CERTIFICATE').optional(),
});

/** Where tasks wait: Memorystore, a Redis in the cluster, or one that is there. */
export const queueSchema = z.discriminatedUnion('kind', [redisSchema, valkeySchema, inClusterSchema, externalSchema], {
  error: 'is redis, valkey, inCluster or external',
});
