import { FactoryError, type ModelList } from '@agent-factory/contract';
import packageJson from '../package.json';
import { createAuthenticator, createStaticAuthenticator } from './auth/authenticator';
import { createRegistrar } from './auth/registrar';
import type { DispatcherConfig } from './config';
import { GrpcServer } from './grpc';
import { createHttpSide, type HttpSide } from './http/side';
import type { SseOptions } from './http/sse';
import type { Logger } from './log';
import { modelObserver, type Metrics } from './metrics';
import { listModels } from './models/catalogue';
import { modelGateway } from './models/gateway';
import type { RoleParts } from './parts';
import type { Stores } from './stores';
import { collectGauges } from './tasks/gauges';

/** What every process has. */
export interface PlainSideOptions {
  config: DispatcherConfig;
  logger: Logger;
  metrics: Metrics;
  /** What its roles run besides. Defaults to nothing. */
  parts?: Pick<RoleParts, 'checks' | 'collectors'>;
}

export interface SidesOptions extends PlainSideOptions {
  stores: Stores;
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

/** The HTTP side of a process that neither serves nor is a gateway: health, metrics and documents. It does not listen yet. */
export function createPlainSide({ config, logger, metrics, parts }: PlainSideOptions): HttpSide {
  return createHttpSide({
    config,
    logger,
    metrics,
    authenticator: createStaticAuthenticator(config.file),
    version: packageJson.version,
    checks: parts?.checks ?? {},
    collectors: parts?.collectors ?? [],
  });
}

/** The two sides that others reach a dispatcher by, over its stores; neither listens yet. */
export function createSides(options: SidesOptions): { grpc: GrpcServer; http: HttpSide } {
  const { config, stores, logger, metrics, parts } = options;
  const { file } = config;
  const { redis, queue, registry, sandboxes, events, artifacts, service } = stores;
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
      authenticator: createRegistrar({ base: authenticator, identity: file.identity, sandboxes, log: logger }),
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
      ...parts?.checks,
      redis: () => redis.ping(),
      ...(serves
        ? {
            grpc: async () => requireServing(grpc),
            events: async () => requireFollowed(events),
            artifacts: () => artifacts.check(),
          }
        : {}),
    },
    collectors: [...(serves ? [() => collectGauges(queue, metrics)] : []), ...(parts?.collectors ?? [])],
    ...(serves ? { serve } : {}),
    ...(file.roles.includes('model-gateway') ? { gateway } : {}),
  });
  return { grpc, http };
}
