import * as gcp from '@pulumi/gcp/provider';
import type * as pulumi from '@pulumi/pulumi';
import { AuditLogs } from '../../components/auditLogs';
import { Encryption } from '../../components/encryption';
import { GkeCluster, type GkeClusterArgs } from '../../components/gkeCluster';
import { Identity } from '../../components/identity';
import type { Names } from '../../components/names';
import { Network } from '../../components/network';
import { NodePools } from '../../components/nodePools';
import { ProjectServices } from '../../components/projectServices';
import type { KeyUse } from '../../components/settings/keys';
import type { PoolPlan } from '../../components/types';
import { namespaces } from '../../components/types';
import { tiers } from '../config/pools';
import type { Configuration } from '../config/parse';
import type { GkeConfig } from '../config/cluster';

/** The cloud half that everything else of a stack on Google Cloud stands on. */
export interface Cloud {
  project: string;
  region: string;
  zones: string[];
  projectNumber: pulumi.Output<string>;
  provider: gcp.Provider;
  /** What to pass to a component of the cloud half. */
  opts: pulumi.ComponentResourceOptions;
  labels: Record<string, string>;
  keys: Encryption['keys'];
  network: Network;
  cluster: GkeCluster;
  nodeServiceAccount: pulumi.Output<string>;
}

/** Labels of every resource: the environment, and what the configuration adds. */
function cloudLabels(config: Configuration): Record<string, string> {
  return { ...config.labels, environment: config.environment, 'managed-by': 'pulumi', 'part-of': 'agent-factory' };
}

/** Project, network, keys, cluster and node pools. */
export function createCloud(
  config: Configuration,
  { project, region, zones }: NonNullable<Configuration['cloud']>,
  cluster: GkeConfig,
  names: Names,
): Cloud {
  const labels = cloudLabels(config);
  const provider = new gcp.Provider('gcp', { project, region, defaultLabels: labels });
  const services = new ProjectServices('services', { project }, { provider });
  const opts = { provider, dependsOn: [services] };
  const { projectNumber } = services;

  new AuditLogs('audit-logs', { project }, opts);
  const { protect, encryption } = config;
  const keys: Encryption['keys'] = encryption.customerKeys
    ? new Encryption(
        'encryption',
        {
          names,
          project,
          projectNumber,
          location: region,
          protect,
          uses: keyUses(config),
          generation: encryption.generation,
          rotationDays: encryption.rotationDays,
        },
        opts,
      ).keys
    : {};
  const network = new Network(
    'network',
    {
      names,
      region,
      cidrs: {
        nodes: config.network.nodes,
        pods: config.network.pods,
        services: config.network.services,
        psc: config.network.serviceConnect,
        ...(config.edge.exposure === 'internal' && { proxies: config.network.proxies }),
      },
      flowLogSampling: config.network.flowLogs,
      natAddresses: config.network.natAddresses,
    },
    opts,
  );
  const { nodeServiceAccount } = new Identity('identity', { names, project }, opts);
  const gke = new GkeCluster(
    'cluster',
    {
      names,
      project,
      region,
      zones,
      network,
      nodeServiceAccount,
      channel: cluster.channel,
      controlPlane: {
        endpoint: cluster.endpoint,
        ...(config.network.controlPlane !== undefined && { cidr: config.network.controlPlane }),
        authorizedNetworks: cluster.authorizedNetworks,
      },
      ...(cluster.securityGroup !== undefined && { securityGroup: cluster.securityGroup }),
      binaryAuthorization: cluster.binaryAuthorization,
      interNodeEncryption: cluster.interNodeEncryption,
      posture: cluster.posture,
      maintenance: config.maintenance,
      keys,
      ...(cluster.backup && {
        backup: { schedule: '0 3 * * *', retainDays: 14, namespaces: [namespaces.system, namespaces.agents] },
      }),
      volumeDrivers: volumeDrivers(config),
      protect,
    },
    opts,
  );
  new NodePools(
    'pools',
    {
      names,
      project,
      cluster: gke.id,
      location: gke.location,
      zones,
      pools: poolPlans(config),
      nodeServiceAccount,
      ...(keys.disks !== undefined && { diskKey: keys.disks }),
      labels,
    },
    opts,
  );
  return {
    project,
    region,
    zones,
    projectNumber,
    provider,
    opts,
    labels,
    keys,
    network,
    cluster: gke,
    nodeServiceAccount,
  };
}

/** Pools that have nodes. */
function poolPlans({ pools }: Configuration): PoolPlan[] {
  return tiers
    .filter((tier) => pools[tier].max > 0)
    .map((tier) => {
      const { machineType, min, max, diskType, diskGb, spot, maxPods } = pools[tier];
      const accelerator = tier === 'gpu' ? pools.gpu.accelerator : null;
      return {
        tier,
        machineType,
        nodes: { min, max },
        disk: { type: diskType, sizeGb: diskGb },
        spot,
        maxPods,
        ...(accelerator !== null && { accelerator }),
      };
    });
}

/** Drivers that the cluster runs for the volumes of this stack. */
function volumeDrivers({ modelStore }: Configuration): NonNullable<GkeClusterArgs['volumeDrivers']> {
  return modelStore.enabled && modelStore.backend === 'filestore' ? ['filestore'] : [];
}

function keyUses({ cluster, database, queue }: Configuration): KeyUse[] {
  return [
    'cluster',
    'disks',
    'storage',
    'registry',
    'secrets',
    'topics',
    ...(database.enabled ? (['database'] as const) : []),
    ...(queue.kind === 'redis' || queue.kind === 'valkey' ? (['queue'] as const) : []),
    ...(cluster.kind === 'gke' && cluster.backup ? (['backups'] as const) : []),
  ];
}
