import { FactoryError, type ModelList } from '@agent-factory/contract';
import packageJson from '../package.json';
import { createAuthenticator } from './auth/authenticator';
import type { DispatcherConfig } from './config';
import { GrpcServer } from './grpc';
import { createHttpSide, type HttpSide } from './http/side';
import type { SseOptions } from './http/sse';
import type { Logger } from './log';
import { modelObserver, type Metrics } from './metrics';
import { listModels } from './models/catalogue';
import { modelGateway } from './models/gateway';
import type { Stores } from './stores';

export interface SidesOptions {
  config: DispatcherConfig;
  stores: Stores;
  logger: Logger;
  metrics: Metrics;
  sse?: SseOptions;
  listModels?: () => ModelList;
}

function requireServing({ serving }: GrpcServer): void {
  if (!serving) throw new FactoryError('SHUTTING_DOWN', 'gRPC does not serve');
}

function requireFollowed(events: Stores['events']): void {
  const found = events.checkHealth();
  if (found !== 'ok') throw new FactoryError('STORE_UNAVAILABLE', found);
}

/** The two sides that others reach a dispatcher by, over its stores; neither listens yet. */
export function createSides(options: SidesOptions): { grpc: GrpcServer; http: HttpSide } {
  const { config, stores, logger, metrics } = options;
  const { file } = config;
  const { redis, queue, registry, events, artifacts, service } = stores;
  const serves = file.roles.includes('serve');
  const authenticator = createAuthenticator(file);

  const grpc = new GrpcServer({
    host: config.listenHost,
    port: config.grpcPort,
    maxConnectionAgeMs: file.grpc.max_connection_age_ms,
    maxConnectionGraceMs: file.grpc.max_connection_grace_ms,
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
    tasks: { calls: service, authenticator, log: logger, maxWatches: file.limits.event_streams },
  });
  const serve = {
    service,
    artifacts,
    queue,
    listModels: options.listModels ?? (() => listModels(file.models)),
    ...(options.sse === undefined ? {} : { sse: options.sse }),
  };
  const gateway = modelGateway({
    config: file.models,
    queue,
    authenticator,
    log: logger,
    observe: modelObserver(metrics),
    drainMs: 0, // calls in flight have had the drain already
  });
  const http = createHttpSide({
    config,
    logger,
    metrics,
    authenticator,
    version: packageJson.version,
    checks: {
      redis: () => redis.ping(),
      ...(serves ? { grpc: async () => requireServing(grpc), events: async () => requireFollowed(events) } : {}),
    },
    ...(serves ? { serve } : {}),
    ...(file.roles.includes('model-gateway') ? { gateway } : {}),
  });
  return { grpc, http };
}
