import type { ModelList } from '@agent-factory/contract';
import type { ArtifactStore } from './artifacts/port';
import type { DispatcherConfig } from './config';
import type { GrpcServer } from './grpc';
import { createHousekeeping } from './housekeeping';
import type { HttpSide } from './http/side';
import type { SseOptions } from './http/sse';
import { createLogger, type Logger } from './log';
import { createMetrics, type Metrics } from './metrics';
import { createParts, type RoleParts } from './parts';
import { createPlainSide, createSides } from './sides';
import { openRedis, openStores, type Stores } from './stores';
import { createSweeper } from './tasks/sweeper';
import type { TaskService } from './tasks/taskService';

/** A dispatcher in this process. */
export interface Dispatcher {
  /** Resolves once it can serve. Throws STORE_UNAVAILABLE when Redis does not answer in time. Safe to call twice. */
  start(): Promise<void>;
  /** Turns new requests away, lets those in flight finish (8 s at most), and closes everything. Safe to call twice, and before start. */
  stop(): Promise<void>;
  /** The ports taken; 0 before start, for gRPC without the role `serve`, and for the adapter without the role `metrics-adapter`. */
  readonly httpPort: number;
  readonly grpcPort: number;
  readonly metricsAdapterPort: number;
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
  let ports: Ports = { http: 0, grpc: 0, metricsAdapter: 0 };
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
    get metricsAdapterPort() {
      return ports.metricsAdapter;
    },
  };
}

interface Ports {
  http: number;
  grpc: number;
  metricsAdapter: number;
}

interface Running {
  ports: Ports;
  stop(): Promise<void>;
}

/** The runbook: each step opens one thing and says how to close it; they are closed in reverse, also when a later step fails. */
async function run(config: DispatcherConfig, overrides: DispatcherOverrides): Promise<Running> {
  const closers: Closers = [];
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

type Closers = (() => Promise<void> | void)[];

async function open(config: DispatcherConfig, overrides: DispatcherOverrides, closers: Closers): Promise<Ports> {
  const { logger = createLogger(config.logLevel), metrics = createMetrics(), service, ...others } = overrides;
  const { roles } = config.file;
  const common = { config, logger, metrics, ...others };
  const onOpen = (close: () => void): void => void closers.push(close);
  if (!roles.includes('serve') && !roles.includes('model-gateway')) {
    const redis = await openRedis({ config, logger, onOpen });
    const parts = createParts({ ...common, redis });
    return listen(createPlainSide({ ...common, parts }), parts, closers);
  }
  const opened = await openStores({ ...common, onOpen });
  const stores = { ...opened, service: service?.(opened.service) ?? opened.service };
  const parts = createParts({ ...common, redis: stores.redis });
  const sides = createSides({ ...common, stores, parts });
  return roles.includes('serve')
    ? serve({ ...sides, stores, parts, logger, closers })
    : listen(sides.http, parts, closers);
}

/** A process without gRPC. */
async function listen(http: HttpSide, parts: RoleParts, closers: Closers): Promise<Ports> {
  closers.push(async () => void (await Promise.all([http.close(drainMs), parts.stop(drainMs)])));
  return { metricsAdapter: await parts.start(), http: await http.listen(), grpc: 0 };
}

interface ServeOptions {
  grpc: GrpcServer;
  http: HttpSide;
  stores: Stores;
  parts: RoleParts;
  logger: Logger;
  closers: Closers;
}

/** A process with the role `serve`. */
async function serve({ grpc, http, stores, parts, logger, closers }: ServeOptions): Promise<Ports> {
  const sweeper = createSweeper(stores.queue, logger);
  const housekeeping = createHousekeeping(stores.artifacts, logger);
  closers.push(() => stores.events.stop());
  await stores.events.start();
  // All sides end together: requests finish, agents keep what they hold and connect anew.
  closers.push(async () => {
    grpc.setServing(false);
    await Promise.all([http.close(drainMs), parts.stop(drainMs), grpc.stop(), sweeper.stop(), housekeeping.stop()]);
  });
  const ports = { metricsAdapter: await parts.start(), grpc: await grpc.start(), http: await http.listen() };
  sweeper.start();
  housekeeping.start();
  return ports;
}
