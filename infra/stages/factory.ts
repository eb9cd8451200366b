import { operatorScopes } from '@agent-factory/contract';
import type * as pulumi from '@pulumi/pulumi';
import { AgentWorkload } from '../../components/agentWorkload';
import { Dispatcher } from '../../components/dispatcher';
import { Edge } from '../../components/edge';
import type { Images } from '../../components/images';
import { InClusterRedis } from '../../components/inClusterRedis';
import { endpoints } from '../../components/manifests/endpoints';
import type { Names } from '../../components/names';
import { Namespaces } from '../../components/namespaces';
import { QueueMetric, type QueueMetricArgs } from '../../components/queueMetric';
import { RuntimeClass } from '../../components/runtimeClass';
import type { RedisConnection } from '../../components/redisConnection';
import type { Configuration } from '../config/parse';
import type { Ground } from './ground';

/** The factory itself. */
export interface Factory {
  namespaces: Namespaces;
  apiUrl: pulumi.Output<string> | string;
  grpcAddress: string;
  tokens: pulumi.Output<Record<string, string>>;
}

/** Who may use the API at first: a person with every right of a person. Others are added as tokens of the dispatcher. */
const tokens = [{ subject: 'operator', scopes: operatorScopes }];

/** Everything above the cluster: namespaces, Redis where the cluster runs it, the dispatcher, the metric, the agents, the edge. */
export function createFactory(config: Configuration, ground: Ground, images: Images, names: Names): Factory {
  const { platform, kubernetes: provider } = ground;
  const { plans, dispatcher: roles } = config;
  const gpus = gpusByType(config);
  const storageClass = config.cluster.kind === 'existing' ? config.cluster.storageClass : undefined;
  const runtime = createRuntimeClass(config, provider);
  const namespaces = new Namespaces(
    'namespaces',
    {
      names,
      platform,
      plans,
      gpus,
      access: config.access,
      requireDigests: true,
      agentsLabels: config.namespaceLabels,
    },
    { provider },
  );
  const opts = { provider, dependsOn: [namespaces, ...(runtime === undefined ? [] : [runtime])] };
  const redis = ground.redis ?? createRedis(config, ground, names, opts);
  const base = {
    names,
    platform,
    image: images.dispatcher,
    logLevel: roles.logLevel,
    antiAffinity: roles.antiAffinity,
  };
  const dispatcher = new Dispatcher(
    'dispatcher',
    {
      ...base,
      plans,
      redis,
      serve: roles.serve,
      modelGateway: roles.modelGateway,
      ...(roles.recycler.enabled && { recycler: roles.recycler }),
      ...(ground.issuer !== undefined && { issuer: ground.issuer }),
      models: config.models.gateway,
      ...(ground.modelKeys !== undefined && { modelKeys: ground.modelKeys }),
      artifacts: ground.artifacts,
      ...(ground.database !== undefined && { database: ground.database }),
      ...(ground.edge !== undefined && { edge: ground.edge }),
      tokens,
    },
    opts,
  );
  const adapter = { ...base, ...roles.metricsAdapter, redis: dispatcher.redis, redisNetwork: redis.network };
  const models = ground.createModels?.(namespaces.agents, opts);
  const metric = new QueueMetric('queue-metric', { plans, source: metricSource(config, adapter) }, opts);
  for (const plan of plans) {
    const image = images.agents[plan.name];
    if (image === undefined) throw new Error(`[images] has none for ${plan.name}`);
    new AgentWorkload(
      `agent-${plan.name}`,
      {
        plan,
        names,
        platform,
        image,
        metric: metric.source,
        logLevel: roles.logLevel,
        gpus: gpus[plan.name] ?? 0,
        ...(storageClass !== undefined && { storageClass }),
        ...(models !== undefined && { models }),
        ...(config.pools[plan.pool].spot && { drainSeconds: 8 }),
      },
      opts,
    );
  }
  const { exposure, host } = config.edge;
  const edge =
    exposure === 'none' || host === undefined
      ? undefined
      : new Edge(
          'edge',
          { names, platform, ...config.edge, exposure, host },
          { ...opts, dependsOn: [namespaces, dispatcher] },
        );
  return {
    namespaces,
    apiUrl: edge?.url ?? dispatcher.url,
    grpcAddress: `${endpoints.grpc.host}:${endpoints.grpc.port}`,
    tokens: dispatcher.tokens,
  };
}

/** Accelerators of a pod by type: those of its node, where its pool has them and the type takes one. */
function gpusByType({ plans, pools, cluster }: Configuration): Record<string, number> {
  if (cluster.kind !== 'gke' || pools.gpu.accelerator === null) return {};
  const { count } = pools.gpu.accelerator;
  return Object.fromEntries(
    plans
      .filter(({ pool, resources }) => pool === 'gpu' && resources.gpu === 'optional')
      .map(({ name }) => [name, count]),
  );
}

function createRuntimeClass({ cluster }: Configuration, provider: pulumi.ProviderResource): RuntimeClass | undefined {
  if (cluster.kind !== 'existing' || !cluster.runtimeClass.create) return undefined;
  const { name: className, handler } = cluster.runtimeClass;
  return new RuntimeClass('runtime-class', { className, handler }, { provider });
}

function createRedis(
  { queue, cluster }: Configuration,
  { platform }: Ground,
  names: Names,
  opts: pulumi.ComponentResourceOptions,
): RedisConnection {
  if (queue.kind !== 'inCluster') throw new Error(`[queue.kind] ${queue.kind} was not made`);
  const { image, cpu, memoryGb, diskGb } = queue;
  const storageClass = cluster.kind === 'existing' ? cluster.storageClass : undefined;
  return new InClusterRedis(
    'redis',
    {
      names,
      platform,
      image,
      cpu,
      memoryGiB: memoryGb,
      diskGiB: diskGb,
      ...(storageClass !== undefined && { storageClass }),
    },
    opts,
  ).connection;
}

function metricSource({ queueMetric, cluster }: Configuration, adapter: MetricsAdapter): QueueMetricArgs['source'] {
  const { backend, keda } = queueMetric;
  if (backend === 'keda' && keda !== undefined) return { backend, ...keda };
  if (backend === 'gke') return { backend };
  const clientCa = cluster.kind === 'existing' ? cluster.requestHeaderCa : undefined;
  return {
    backend: 'dispatcher',
    adapter: { ...adapter, ...(clientCa !== undefined && { requestHeader: { clientCa, allowedNames: [] } }) },
  };
}

type MetricsAdapter = Extract<QueueMetricArgs['source'], { backend: 'dispatcher' }>['adapter'];
