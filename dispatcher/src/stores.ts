import { agentType, ulidSource, type AgentTypeName } from '@agent-factory/contract';
import type { Redis } from 'ioredis';
import { createBucketStore } from './artifacts/bucket/bucketStore';
import { googleTokens } from './artifacts/bucket/tokens';
import { createDiskStore } from './artifacts/diskStore';
import type { ArtifactStore } from './artifacts/port';
import type { DispatcherConfig } from './config';
import type { EventLog } from './events/port';
import { createRedisEventLog } from './events/redisEventLog';
import type { Logger } from './log';
import type { Metrics } from './metrics';
import type { TaskQueue } from './queue/port';
import { createRedisQueue } from './queue/redisQueue';
import { createRedis, redisReady } from './redis';
import type { Sandboxes } from './recycler/port';
import { createRedisSandboxes } from './recycler/redisSandboxes';
import type { AgentRegistry } from './registry/port';
import { createRedisRegistry } from './registry/redisRegistry';
import { meteredQueue } from './tasks/meteredQueue';
import { createTaskService, type TaskService } from './tasks/taskService';
import { typeTable } from './tasks/types';

/** What a dispatcher keeps, and the service over all of it. */
export interface Stores {
  redis: Redis;
  queue: TaskQueue;
  registry: AgentRegistry;
  sandboxes: Sandboxes;
  events: EventLog;
  artifacts: ArtifactStore;
  service: TaskService;
}

export interface StoresOptions {
  config: DispatcherConfig;
  logger: Logger;
  metrics: Metrics;
  /** In place of the store that the configuration names. */
  artifacts?: ArtifactStore;
  /** Told what closes each thing that was opened, as soon as it is. */
  onOpen: (close: () => void) => void;
}

/** Connects to Redis. Throws STORE_UNAVAILABLE when it does not answer in time. */
export async function openRedis({
  config,
  logger,
  onOpen,
}: Omit<StoresOptions, 'metrics' | 'artifacts'>): Promise<Redis> {
  const { redisUrl, redisPassword: password, redisTls: tls } = config;
  const redis = createRedis(redisUrl, {
    name: 'dispatcher',
    ...(password === undefined ? {} : { password }),
    ...(tls === undefined ? {} : { tls }),
    onError: (error) => logger.warn({ err: error }, 'Redis connection'),
  });
  onOpen(() => redis.disconnect());
  await redisReady(redis);
  return redis;
}

/** Connects to Redis and builds what stands on it. Throws STORE_UNAVAILABLE when Redis does not answer in time. */
export async function openStores({ config, logger, metrics, onOpen, ...given }: StoresOptions): Promise<Stores> {
  const { file } = config;
  const { limits } = file;
  const types = typeTable(limits.queue_limit);
  const typeOf = (name: AgentTypeName) => types.get(name) ?? agentType(name);

  const redis = await openRedis({ config, logger, onOpen });
  const retention = {
    finishedMs: limits.result_age_ms,
    finishedTasks: limits.result_count,
    deadMs: limits.dead_age_ms,
    deadTasks: limits.dead_count,
  };
  const queue = meteredQueue(
    createRedisQueue({ redis, leaseMs: file.lease_ms, agentType: typeOf, retention }),
    metrics,
  );
  const registry = createRedisRegistry({ redis });
  const sandboxes = createRedisSandboxes({ redis });
  const events = createRedisEventLog({
    redis,
    onError: (error) => logger.warn({ err: error }, 'events cannot be read'),
    onRecovered: () => logger.info({}, 'events are read again'),
  });
  const artifacts = given.artifacts ?? artifactStore({ config, logger, metrics });
  const parts = { queue, registry, sandboxes, events, artifacts };
  const artifactAgeMs = limits.artifact_age_ms;
  const service = createTaskService({ ...parts, types, rules: file.routing, artifactAgeMs, ulid: ulidSource() });
  return { redis, ...parts, service };
}

/** The store of artifacts that the configuration names. */
function artifactStore({ config, logger, metrics }: Pick<StoresOptions, 'config' | 'logger' | 'metrics'>) {
  const { artifacts, limits } = config.file;
  const retention = { maxAgeMs: limits.artifact_age_ms, maxTotalBytes: limits.artifact_total_bytes };
  if (artifacts.kind === 'disk') return createDiskStore({ folder: config.artifactDir, ...retention });
  const { bucket, endpoint } = artifacts;
  return createBucketStore({
    ...retention,
    bucket,
    endpoint,
    tokens: googleTokens(),
    observe: (operation, status, seconds) => metrics.artifactRequests.observe({ operation, status }, seconds),
    onError: (error) => logger.warn({ err: error }, 'bucket of artifacts'),
  });
}
