import type { ModelList } from '@agent-factory/contract';
import type { ArtifactStore } from './artifacts/port';
import type { DispatcherConfig } from './config';
import { createHousekeeping } from './housekeeping';
import type { SseOptions } from './http/sse';
import { createLogger, type Logger } from './log';
import { createMetrics, type Metrics } from './metrics';
import { createSides } from './sides';
import { openStores } from './stores';
import { createSweeper } from './tasks/sweeper';
import type { TaskService } from './tasks/taskService';

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
  const { logger = createLogger(config.logLevel), metrics = createMetrics(), service, ...others } = overrides;
  const common = { config, logger, metrics, ...others };
  const opened = await openStores({ ...common, onOpen: (close) => closers.push(close) });
  const stores = { ...opened, service: service?.(opened.service) ?? opened.service };
  const { grpc, http } = createSides({ ...common, stores });

  if (!config.file.roles.includes('serve')) {
    closers.push(() => http.close(drainMs));
    return { http: await http.listen(), grpc: 0 };
  }
  const sweeper = createSweeper(stores.queue, logger);
  const housekeeping = createHousekeeping(stores.artifacts, logger);
  closers.push(() => stores.events.stop());
  await stores.events.start();
  // All sides end together: requests finish, agents keep what they hold and connect anew.
  closers.push(async () => {
    grpc.setServing(false);
    await Promise.all([http.close(drainMs), grpc.stop(), sweeper.stop(), housekeeping.stop()]);
  });
  const ports = { grpc: await grpc.start(), http: await http.listen() };
  sweeper.start();
  housekeeping.start();
  return ports;
}
