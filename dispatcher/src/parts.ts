import { FactoryError } from '@agent-factory/contract';
import type { Redis } from 'ioredis';
import packageJson from '../package.json';
import type { DispatcherConfig } from './config';
import { readiness, type Check } from './http/readiness';
import { createKubernetes } from './kubernetes/client';
import type { Logger } from './log';
import type { Metrics } from './metrics';
import type { MetricsAdapterConfig } from './metricsAdapter/config';
import { collectDepths } from './metricsAdapter/gauges';
import { createDepthReader, type DepthReader } from './metricsAdapter/reader';
import { createMetricsAdapter } from './metricsAdapter/server';
import type { RecyclerConfig } from './recycler/config';
import { createGonePods } from './recycler/gonePods';
import { createRecycler } from './recycler/recycler';
import { createReleaseOrders } from './recycler/redisSandboxes';

/** What some roles run besides the HTTP and gRPC sides. */
export interface RoleParts {
  /** Answers the port of the external metrics API; 0 without it. */
  start(): Promise<number>;
  /** Lets requests under way finish within `capMs`. Safe to call twice, and before start. */
  stop(capMs: number): Promise<void>;
  /** What must work for the process to be ready. */
  checks: Readonly<Record<string, Check>>;
  /** Bring gauges up to date; each bounded in time, none throws. */
  collectors: readonly (() => Promise<void>)[];
}

export interface PartsOptions {
  config: DispatcherConfig;
  redis: Redis;
  logger: Logger;
  metrics: Metrics;
}

/** The parts that the roles of the configuration ask for; none has started. */
export function createParts(options: PartsOptions): RoleParts {
  const { config, redis, metrics } = options;
  const { roles, metrics_adapter: adapter, recycler, queue_targets: targets } = config.file;
  const reader = createDepthReader({ redis, targets });
  const parts: RoleParts[] = [];
  if (roles.includes('serve') || roles.includes('metrics-adapter'))
    parts.push({ ...nothing, collectors: [() => collectDepths(reader, metrics)] });
  if (roles.includes('metrics-adapter') && adapter !== undefined) parts.push(adapterPart(options, adapter, reader));
  if (roles.includes('recycler') && recycler !== undefined) parts.push(recyclerPart(options, recycler));
  return {
    async start() {
      const ports = await Promise.all(parts.map((part) => part.start()));
      return Math.max(0, ...ports);
    },
    stop: async (capMs) => void (await Promise.all(parts.map((part) => part.stop(capMs)))),
    checks: Object.assign({}, ...parts.map(({ checks }) => checks)),
    collectors: parts.flatMap(({ collectors }) => collectors),
  };
}

const nothing: RoleParts = { start: async () => 0, stop: async () => undefined, checks: {}, collectors: [] };

function adapterPart(
  { config, redis, logger, metrics }: PartsOptions,
  adapter: MetricsAdapterConfig,
  reader: DepthReader,
): RoleParts {
  const checks = { redis: () => redis.ping(), external_metrics: async () => server.check() };
  const health = readiness(packageJson.version, checks);
  const { listenHost } = config;
  const server = createMetricsAdapter({ config: adapter, listenHost, reader, health, log: logger, metrics });
  return { ...nothing, start: () => server.start(), stop: (capMs) => server.stop(capMs), checks };
}

/** Resolves when the work is over, or after `capMs`: an order that is cut is due again when its hold is over. */
async function atMost(capMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, capMs);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}

/** Milliseconds for one call of the Kubernetes API, so that a stop need not wait long for it. */
const kubernetesMs = 4_000;

function recyclerPart({ redis, logger, metrics }: PartsOptions, config: RecyclerConfig): RoleParts {
  const { namespace, kubernetes: files } = config;
  if (files.api_url === undefined)
    throw new FactoryError('INVALID_ARGUMENT', 'recycler.kubernetes.api_url: is not known');
  const kubernetes = createKubernetes({ url: new URL(files.api_url), files, timeoutMs: kubernetesMs });
  const orders = createReleaseOrders(namespace, { redis });
  const shared = { orders, kubernetes, log: logger };
  const loops = [createRecycler({ ...shared, config, metrics }), createGonePods({ ...shared, namespace })];
  return {
    async start() {
      for (const loop of loops) loop.start();
      return 0;
    },
    stop: (capMs) => atMost(capMs, Promise.all(loops.map((loop) => loop.stop()))),
    checks: { redis: () => redis.ping(), kubernetes: () => kubernetes.ping() },
    collectors: [
      async () => {
        const waiting = await orders.count().catch(() => undefined);
        if (waiting === undefined) metrics.releasedSandboxes.reset();
        else metrics.releasedSandboxes.set(waiting);
      },
    ],
  };
}
