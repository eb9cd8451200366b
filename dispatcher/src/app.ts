import { agentType, ulidSource, type AgentTypeName, type ModelList } from '@agent-factory/contract';
import packageJson from '../package.json';
import { createDiskStore } from './artifacts/diskStore';
import type { ArtifactStore } from './artifacts/port';
import { createAuthenticator } from './auth/authenticator';
import type { DispatcherConfig } from './config';
import { createRedisEventLog } from './events/redisEventLog';
import { GrpcServer } from './grpc';
import { createHousekeeping } from './housekeeping';
import { createHttpSide } from './http/side';
import type { SseOptions } from './http/sse';
import { createLogger, type Logger } from './log';
import { createMetrics, modelObserver, type Metrics } from './metrics';
import { listModels } from './models/catalogue';
import { modelGateway } from './models/gateway';
import { createRedisQueue } from './queue/redisQueue';
import { createRedis, redisReady } from './redis';
import { createRedisRegistry } from './registry/redisRegistry';
import { meteredQueue } from './tasks/meteredQueue';
import { createSweeper } from './tasks/sweeper';
import { createTaskService, type TaskService } from './tasks/taskService';
import { typeTable } from './tasks/types';

/** A dispatcher in this process. */
export interface Dispatcher {
  /** Resolves once it can serve. Throws STORE_UNAVAILABLE when Redis does not answer in time. Safe to call twice. */
  start(): Promise<void>;
  /** Turns new requests away, lets those in flight finish (8 s at most), and closes everything. Safe to call twice, and before start. */
  stop(): Promise<void>;
  /** The ports taken; 0 before start, and for gRPC without the role `serve`. */
  readonly httpPort: number;
  readonly grpcPort: number;
}

/** What tests put in place of the real thing. */
export interface DispatcherOverrides {
  logger?: Logger;
  metrics?: Metrics;
  artifacts?: ArtifactStore;
  service?: (real: TaskService) => TaskService;
  sse?: SseOptions;
  listModels?: () => ModelList;
}

/** Milliseconds that requests in flight get when the dispatcher stops; with what follows it stays below the 10 s of a supervisor. */
const drainMs = 8_000;

/** Builds a dispatcher; nothing is opened before start(). */
export function createDispatcher(config: DispatcherConfig, overrides: DispatcherOverrides = {}): Dispatcher {
  let running: Promise<Running> | undefined;
  let stopped: Promise<void> | undefined;
  let ports = { http: 0, grpc: 0 };
  return {
    async start() {
      running ??= run(config, overrides);
      ports = (await running).ports;
    },
    stop() {
      stopped ??= (running ?? Promise.resolve(undefined)).then(
        (open) => open?.stop(),
        () => undefined, // what could not start has closed what it had opened
      );
      return stopped;
    },
    get httpPort() {
      return ports.http;
    },
    get grpcPort() {
      return ports.grpc;
    },
  };
}

interface Running {
  ports: { http: number; grpc: number };
  stop(): Promise<void>;
}

/** The runbook: each step opens one thing and says how to close it; they are closed in reverse, also when a later step fails. */
async function run(config: DispatcherConfig, overrides: DispatcherOverrides): Promise<Running> {
  const closers: (() => Promise<void> | void)[] = [];
  const closeAll = async (): Promise<void> => {
    for (let close = closers.pop(); close !== undefined; close = closers.pop()) await close();
  };
  try {
    return { ports: await open(config, overrides, closers), stop: closeAll };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function open(
  config: DispatcherConfig,
  overrides: DispatcherOverrides,
  closers: (() => Promise<void> | void)[],
): Promise<{ http: number; grpc: number }> {
  const { file } = config;
  const { limits } = file;
  const logger = overrides.logger ?? createLogger(config.logLevel);
  const metrics = overrides.metrics ?? createMetrics();
  const serves = file.roles.includes('serve');
  const types = typeTable(limits.queue_limit);
  const typeOf = (name: AgentTypeName) => types.get(name) ?? agentType(name);

  const redis = createRedis(config.redisUrl, {
    name: 'dispatcher',
    onError: (error) => logger.warn({ err: error }, 'Redis connection'),
  });
  closers.push(() => redis.disconnect());
  await redisReady(redis);

  const retention = { finishedMs: limits.result_age_ms, finishedTasks: limits.result_count };
  const queue = meteredQueue(
    createRedisQueue({ redis, leaseMs: file.lease_ms, agentType: typeOf, retention }),
    metrics,
  );
  const registry = createRedisRegistry({ redis });
  const events = createRedisEventLog({ redis });
  const authenticator = createAuthenticator(file);
  const store = {
    folder: config.artifactDir,
    maxAgeMs: limits.artifact_age_ms,
    maxTotalBytes: limits.artifact_total_bytes,
  };
  const artifacts = overrides.artifacts ?? createDiskStore(store);
  const real = createTaskService({
    queue,
    registry,
    events,
    artifacts,
    types,
    rules: file.routing,
    ulid: ulidSource(),
  });
  const service = overrides.service?.(real) ?? real;

  const grpc = new GrpcServer({
    host: config.listenHost,
    port: config.grpcPort,
    worker: {
      queue,
      registry,
      events,
      authenticator,
      log: logger,
      leaseMs: file.lease_ms,
      heartbeatMs: file.heartbeat_ms,
      connected: (type, agents) => metrics.agentsConnected.set({ type }, agents),
    },
    tasks: { calls: service, authenticator, log: logger, maxWatches: limits.event_streams },
  });
  const http = createHttpSide({
    config,
    logger,
    metrics,
    authenticator,
    version: packageJson.version,
    checks: { redis: () => redis.ping().then(() => 'ok'), ...(serves ? { grpc: async () => 'ok' } : {}) },
    ...(serves
      ? {
          serve: {
            service,
            artifacts,
            queue,
            listModels: overrides.listModels ?? (() => listModels(file.models)),
            ...(overrides.sse === undefined ? {} : { sse: overrides.sse }),
          },
        }
      : {}),
    ...(file.roles.includes('model-gateway')
      ? {
          gateway: modelGateway({
            config: file.models,
            queue,
            authenticator,
            log: logger,
            observe: modelObserver(metrics),
            drainMs: 0, // calls in flight have had the drain already
          }),
        }
      : {}),
  });
  const sweeper = createSweeper(queue, logger);
  const housekeeping = createHousekeeping(artifacts, logger);

  if (!serves) {
    closers.push(() => http.close(drainMs));
    return { http: await http.listen(), grpc: 0 };
  }
  closers.push(() => events.stop());
  await events.start();
  // All sides end together: agents hand back what they hold while requests finish.
  closers.push(async () => {
    grpc.setServing(false);
    await Promise.all([http.close(drainMs), grpc.stop(), sweeper.stop(), housekeeping.stop()]);
  });
  const ports = { grpc: await grpc.start(), http: await http.listen() };
  sweeper.start();
  housekeeping.start();
  return ports;
}
