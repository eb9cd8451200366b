import type { Fault } from '@agent-factory/contract';
import { podFaults, type NodeRoom } from '../../components/manifests/fit';
import { clusterMaintenance } from '../../components/settings/maintenance';
import type { AgentPlan } from '../../components/types';
import { allocatable, machineOf, type Machine } from '../capacity/machines';
import { isPriceKey, priceKeys } from '../capacity/prices';
import { overlap, parseCidr } from './cidr';
import { tiers } from './pools';
import type { StackConfig } from './schema';

/** What holds between parts of a configuration. Each rule answers every fault that it finds, with its path and what to write instead. */
type Rule = (config: StackConfig, agents: readonly AgentPlan[]) => Fault[];

const boundsAreInOrder: Rule = (config, agents) => [
  ...agents
    .filter(({ replicas }) => replicas.min > replicas.max)
    .map(({ name, replicas }) =>
      fault(
        `agents.${name}.min`,
        `is ${replicas.min}, above the maximum of ${replicas.max}; raise agents.${name}.max too`,
      ),
    ),
  ...poolsOf(config)
    .filter(([, pool]) => pool.min > pool.max)
    .map(([tier, pool]) => fault(`pools.${tier}.min`, `is ${pool.min}, above the maximum of ${pool.max}`)),
];

const rangesAreApart: Rule = ({ network, cluster }) => {
  if (cluster.kind !== 'gke') return [];
  const { flowLogs: _, natAddresses: __, reserved, ...named } = network;
  const ranges = [
    ...Object.entries(named).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ...reserved.map((text, index) => [`reserved[${index}]`, text] as const),
  ].flatMap(([name, text]) => {
    const parsed = parseCidr(text);
    return typeof parsed === 'string' ? [] : [{ name, text, parsed }];
  });
  const pairs = ranges.flatMap((a, index) => ranges.slice(index + 1).map((b) => [a, b] as const));
  return [
    ...pairs
      .filter(([a, b]) => overlap(a.parsed, b.parsed))
      .map(([a, b]) => fault(`network.${b.name}`, `${b.text} overlaps network.${a.name}, ${a.text}`)),
    ...ranges
      .filter(({ name, parsed }) => name === 'controlPlane' && parsed.prefix !== 28)
      .map(({ text }) => fault('network.controlPlane', `${text} is not a /28, which GKE asks for`)),
  ];
};

const everyAgentHasAPool: Rule = (config, agents) => {
  const ofPod = (agent: AgentPlan, room?: NodeRoom): Fault[] =>
    podFaults(agent, room).map(({ path, message }) => fault(`agents.${agent.name}.${path}`, message));
  if (config.cluster.kind !== 'gke') return agents.flatMap((agent) => ofPod(agent));
  return agents.flatMap((agent) => {
    const { name, pool: tier } = agent;
    const pool = config.pools[tier];
    if (pool.max === 0)
      return [
        fault(
          `agents.${name}.pool`,
          `no pool serves tier ${tier}; raise pools.${tier}.max or set agents.${name}.pool to ${offered(config)}`,
        ),
      ];
    const machine = machineOf(pool.machineType);
    return ofPod(agent, machine === undefined ? undefined : roomOn(machine));
  });
};

const machinesAreKnown: Rule = (config) =>
  config.cluster.kind !== 'gke'
    ? []
    : poolsOf(config)
        .filter(([, pool]) => machineOf(pool.machineType) === undefined)
        .map(([tier, pool]) =>
          fault(
            `pools.${tier}.machineType`,
            `"${pool.machineType}" is not a machine type that the program knows, such as n2d-standard-8`,
          ),
        );

const highAvailabilityHasTwoZones: Rule = (config) =>
  config.cluster.kind === 'gke' && config.cluster.regional && config.pools.system.max < 3
    ? [fault('pools.system.max', `is ${config.pools.system.max}; a regional cluster needs one node a zone, at least 3`)]
    : [];

const oneMetricBackEnd: Rule = ({ queueMetric, cluster }, agents) => [
  ...(queueMetric.keda !== undefined && queueMetric.backend !== 'keda'
    ? [
        fault(
          'queueMetric.keda',
          `goes with backend keda; the backend is ${queueMetric.backend}, and only one may own external.metrics.k8s.io`,
        ),
      ]
    : []),
  ...(queueMetric.backend === 'keda' && queueMetric.keda === undefined
    ? [fault('queueMetric.keda', 'is needed with backend keda: { prometheusUrl: … }')]
    : []),
  ...(queueMetric.backend === 'gke' && (cluster.kind !== 'gke' || minor(cluster.version) < 37)
    ? [fault('queueMetric.backend', 'gke needs cluster.kind gke and cluster.version 1.37 or later; use dispatcher')]
    : []),
  ...(queueMetric.backend !== 'keda' && minor(cluster.version) < 37
    ? agents
        .filter(({ replicas }) => replicas.min === 0)
        .map(({ name }) =>
          fault(
            `agents.${name}.min`,
            'is 0: scaling from nothing needs queueMetric.backend keda or cluster.version 1.37; use 1',
          ),
        )
    : []),
];

const noMeshInSandboxes: Rule = ({ namespaceLabels }) =>
  Object.entries(namespaceLabels)
    .filter(
      ([key, value]) =>
        (key === 'istio-injection' && value !== 'disabled') ||
        key === 'istio.io/rev' ||
        key === 'istio.io/dataplane-mode',
    )
    .map(([key]) =>
      fault(
        `namespaceLabels["${key}"]`,
        'Istio does not work in gVisor pods; remove it. Weights between versions are set in the dispatcher',
      ),
    );

const externalIsEncrypted: Rule = ({ cluster, edge }) =>
  cluster.kind === 'gke' && edge.exposure === 'external' && edge.certificateMap === undefined
    ? [fault('edge.certificateMap', 'is needed with exposure external: traffic is HTTPS only')]
    : [];

const cloudPartsNeedTheCloud: Rule = ({
  cluster,
  queue,
  images,
  modelStore,
  pipeline,
  budget,
  dispatcher,
  database,
}) => {
  if (cluster.kind === 'gke') return [];
  const faults: Fault[] = [];
  if (queue.kind === 'redis' || queue.kind === 'valkey')
    faults.push(
      fault(
        'queue.kind',
        `${queue.kind} is made on Google Cloud; with cluster.kind existing use inCluster or external`,
      ),
    );
  if (images.registry === undefined) faults.push(fault('images.registry', 'is needed with cluster.kind existing'));
  if (images.source === 'none') faults.push(fault('images.source', 'none needs cluster.kind gke; use build or digest'));
  if (modelStore.enabled) faults.push(fault('modelStore.enabled', 'needs cluster.kind gke'));
  if (pipeline !== undefined) faults.push(fault('pipeline', 'needs cluster.kind gke'));
  if (budget !== undefined) faults.push(fault('budget', 'needs cluster.kind gke'));
  if (dispatcher.artifacts.backend === 'bucket')
    faults.push(fault('dispatcher.artifacts.backend', 'bucket needs cluster.kind gke; use volume'));
  if (database.enabled) faults.push(fault('database.enabled', 'needs cluster.kind gke; set it to false'));
  return faults;
};

const artifactsAreShared: Rule = ({ cluster, dispatcher }) => {
  if (dispatcher.artifacts.backend !== 'volume') return [];
  return [
    ...(cluster.kind === 'gke'
      ? [fault('dispatcher.artifacts.backend', 'volume needs cluster.kind existing; use bucket')]
      : []),
    ...(dispatcher.serve.maxReplicas > 1
      ? [
          fault(
            'dispatcher.serve.maxReplicas',
            'is above 1, but a volume serves one replica; use dispatcher.artifacts.backend bucket',
          ),
        ]
      : []),
  ];
};

const maintenanceIsLongEnough: Rule = ({ cluster, maintenance }) => {
  if (cluster.kind !== 'gke') return [];
  try {
    clusterMaintenance(maintenance);
    return [];
  } catch (error) {
    return [fault('maintenance', error instanceof Error ? error.message.replace(/^\[[^\]]*\] ?/, '') : String(error))];
  }
};

const replicasHaveNodes: Rule = ({ cluster, dispatcher, pools }) => {
  const most = Math.max(
    dispatcher.serve.maxReplicas,
    dispatcher.modelGateway.maxReplicas,
    dispatcher.metricsAdapter.replicas,
  );
  return cluster.kind === 'gke' && dispatcher.antiAffinity === 'required' && most > pools.system.max
    ? [
        fault(
          'pools.system.max',
          `is ${pools.system.max}, but ${most} replicas of a role may not share a node; raise it, lower their number, or set dispatcher.antiAffinity to preferred`,
        ),
      ]
    : [];
};

const modelsHaveAPlace: Rule = ({ modelStore, network }) => [
  ...(modelStore.enabled && modelStore.backend === 'hyperdisk-ml' && modelStore.snapshot === undefined
    ? [
        fault(
          'modelStore.snapshot',
          'is needed with backend hyperdisk-ml: nobody can write to the disk, so it starts from a snapshot that holds the models',
        ),
      ]
    : []),
  ...(modelStore.enabled && modelStore.backend === 'filestore' && network.privateServices === undefined
    ? [
        fault(
          'network.privateServices',
          'is needed with modelStore.backend filestore: a free /24, for example 10.40.0.0/24',
        ),
      ]
    : []),
];

const standbyNeedsRecovery: Rule = ({ database }) =>
  database.highAvailability && !database.pointInTimeRecovery
    ? [fault('database.pointInTimeRecovery', 'must be true with highAvailability: Cloud SQL asks for it')]
    : [];

const exposedHasAHost: Rule = ({ edge, cluster }) => [
  ...(edge.exposure !== 'none' && edge.host === undefined
    ? [fault('edge.host', `is needed with exposure ${edge.exposure}`)]
    : []),
  ...(edge.exposure !== 'none' && cluster.kind === 'existing' && edge.gatewayClass === undefined
    ? [fault('edge.gatewayClass', 'is needed with cluster.kind existing')]
    : []),
];

const firstImages = 'a release lists them in images.conf; before the first one, images.source none makes all else';

const digestsAreComplete: Rule = ({ images }, agents) =>
  images.source !== 'digest'
    ? []
    : [
        ...(images.dispatcher === undefined ? [fault('images.dispatcher', `has no digest; ${firstImages}`)] : []),
        ...agents
          .filter(({ name }) => images.agents[name] === undefined)
          .map(({ name }) => fault(`images.agents.${name}`, `has no digest; ${firstImages}`)),
      ];

const keysHaveProviders: Rule = ({ modelKeys, models }) =>
  Object.keys(modelKeys)
    .filter((name) => !models.secrets.includes(name))
    .map((name) => fault(`modelKeys.${name}`, 'no provider of that name takes a key'));

const pricesAreKnown: Rule = ({ prices }) =>
  Object.keys(prices)
    .filter((key) => !isPriceKey(key))
    .map((key) => fault(`prices["${key}"]`, `is not in the price file; its keys are ${priceKeys.join(', ')}`));

const prodIsSafe: Rule = (config) => {
  if (config.environment !== 'prod') return [];
  const { cluster, queue, database, images, protect } = config;
  const faults: Fault[] = [];
  if (!protect) faults.push(fault('protect', 'must be true in prod'));
  if (images.source === 'build')
    faults.push(fault('images.source', 'must be digest in prod: what the pipeline built, tested and signed'));
  if (cluster.kind === 'gke' && !cluster.regional) faults.push(fault('cluster.regional', 'must be true in prod'));
  if (cluster.kind === 'gke' && cluster.channel === 'RAPID')
    faults.push(fault('cluster.channel', 'cannot be RAPID in prod; use REGULAR or STABLE'));
  if (queue.kind === 'redis') {
    for (const key of ['highAvailability', 'auth', 'tls'] as const)
      if (!queue[key]) faults.push(fault(`queue.${key}`, 'must be true in prod'));
  }
  if (queue.kind === 'valkey' && queue.replicas < 1) faults.push(fault('queue.replicas', 'must be 1 or more in prod'));
  if (database.enabled && !(database.highAvailability && database.pointInTimeRecovery))
    faults.push(fault('database', 'must have highAvailability and pointInTimeRecovery in prod'));
  return faults;
};

export const rules: readonly Rule[] = [
  boundsAreInOrder,
  rangesAreApart,
  machinesAreKnown,
  everyAgentHasAPool,
  highAvailabilityHasTwoZones,
  oneMetricBackEnd,
  noMeshInSandboxes,
  externalIsEncrypted,
  cloudPartsNeedTheCloud,
  artifactsAreShared,
  maintenanceIsLongEnough,
  replicasHaveNodes,
  modelsHaveAPlace,
  standbyNeedsRecovery,
  exposedHasAHost,
  digestsAreComplete,
  keysHaveProviders,
  pricesAreKnown,
  prodIsSafe,
];

function fault(path: string, message: string): Fault {
  return { path, message };
}

function roomOn(machine: Machine): NodeRoom {
  const { cores, memoryGiB } = allocatable(machine);
  return { cpu: Math.floor(cores * 100) / 100, memoryGiB: Math.floor(memoryGiB * 10) / 10 };
}

function poolsOf({ pools }: StackConfig) {
  return tiers.map((tier) => [tier, pools[tier]] as const).filter(([, { max }]) => max > 0);
}

function offered(config: StackConfig): string {
  const names = poolsOf(config).map(([tier]) => tier);
  return names.filter((tier) => tier !== 'system').join(' or ') || 'a tier that has nodes';
}

function minor(version: string): number {
  return Number(version.split('.')[1]);
}
