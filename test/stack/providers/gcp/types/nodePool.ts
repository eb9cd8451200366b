import type { ValueObject } from '../../shared/values';
import { amount, list, on, text } from '../checks';
import { isZone, regionOfPlace, regionOrZone, zonesOf } from '../places';
import { idOf, lastOf, partAfter, relative } from '../references';
import type { Need, Rules, Scope } from '../rules';
import { CLUSTER } from './tokens';
import { isSandboxed } from './nodeConfig';
import { mutableNodeConfig, nodeConfigEnums } from './nodeConfigFacts';
import { poolChecks } from './poolChecks';

const NODE_POOL = 'gcp:container/nodePool:NodePool';

const rules: Rules = {
  source: [
    'terraform-provider-google services/container/resource_container_node_pool.go and node_config.go (v7)',
    'https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters.nodePools',
    'https://cloud.google.com/kubernetes-engine/docs/how-to/sandbox-pods',
  ],
  id: (inputs, scope) => `${clusterOf(inputs, scope)}/nodePools/${text(inputs, 'name') ?? ''}`,
  immutable: [
    'name',
    'namePrefix',
    'project',
    'location',
    'cluster',
    'initialNodeCount',
    'maxPodsPerNode',
    'nodeConfig',
    'placementPolicy',
    'queuedProvisioning',
    'networkConfig',
  ],
  mutable: [
    ...mutableNodeConfig('nodeConfig'),
    'networkConfig.enablePrivateNodes',
    'networkConfig.networkPerformanceConfig',
  ],
  sets: ['nodeLocations'],
  enums: {
    ...nodeConfigEnums('nodeConfig'),
    'autoscaling.locationPolicy': ['BALANCED', 'ANY'],
    'upgradeSettings.strategy': ['SURGE', 'BLUE_GREEN', 'SHORT_LIVED', 'NODE_POOL_UPDATE_STRATEGY_UNSPECIFIED'],
    'placementPolicy.type': ['COMPACT', 'TYPE_UNSPECIFIED'],
  },
  checks: [...poolChecks(''), regionOrZone('location')],
  needs: (inputs, scope): Need[] => [{ type: CLUSTER, id: clusterOf(inputs, scope), path: 'cluster' }],
  // How-to sandbox-pods: "at least one node pool must not have GKE Sandbox", which the system pods need.
  refusesCreate: (inputs, scope) => {
    const cluster = clusterOf(inputs, scope);
    if (!isSandboxed(inputs, 'nodeConfig')) return undefined;
    const pools = scope.store.list(NODE_POOL).filter((pool) => pool.id.startsWith(`${cluster}/`));
    const plain = pools.some((pool) => !isSandboxed(pool.properties, 'nodeConfig'));
    const hasDefault = list(scope.store.get(CLUSTER, cluster)?.properties ?? {}, 'nodePools').length > 0;
    return plain || hasDefault
      ? undefined
      : `googleapi: Error 400: Cluster ${lastOf(cluster)} has no node pool without GKE Sandbox for its system pods: make that pool first, badRequest`;
  },
  computed: (inputs, scope) => {
    const cluster = clusterOf(inputs, scope);
    const place = partAfter(cluster, 'locations') ?? '';
    const zones = isZone(place) ? [place] : zonesOf(regionOfPlace(place)).slice(0, 3);
    const name = text(inputs, 'name') ?? '';
    const groups = zones.map(
      (zone) =>
        `https://www.googleapis.com/compute/v1/projects/${scope.project(inputs)}/zones/${zone}/instanceGroupManagers/gke-${lastOf(cluster)}-${name}-grp`,
    );
    const live = scope.store.get(CLUSTER, cluster)?.properties ?? {};
    return {
      location: place,
      nodeLocations: zones,
      instanceGroupUrls: groups,
      managedInstanceGroupUrls: groups.map((url) => url.replace('instanceGroupManagers', 'instanceGroups')),
      nodeCount: amount(inputs, 'initialNodeCount') ?? amount(inputs, 'autoscaling.minNodeCount') ?? 0,
      initialNodeCount: amount(inputs, 'nodeCount') ?? 0,
      version: text(live, 'masterVersion') ?? '',
      maxPodsPerNode: amount(live, 'defaultMaxPodsPerNode') ?? 110,
      management: { autoRepair: true, autoUpgrade: true },
      networkConfig: { enablePrivateNodes: on(live, 'privateClusterConfig.enablePrivateNodes') },
      nodeConfig: {
        machineType: 'e2-medium',
        diskSizeGb: 100,
        diskType: 'pd-balanced',
        imageType: 'COS_CONTAINERD',
        serviceAccount: 'default',
        loggingVariant: 'DEFAULT',
        localSsdCount: 0,
        oauthScopes: [
          'https://www.googleapis.com/auth/devstorage.read_only',
          'https://www.googleapis.com/auth/logging.write',
          'https://www.googleapis.com/auth/monitoring',
        ],
        metadata: { 'disable-legacy-endpoints': 'true' },
        // GKE marks sandboxed nodes itself.
        ...(isSandboxed(inputs, 'nodeConfig') && {
          labels: { 'sandbox.gke.io/runtime': 'gvisor' },
          effectiveTaints: [{ key: 'sandbox.gke.io/runtime', value: 'gvisor', effect: 'NO_SCHEDULE' }],
        }),
      },
      upgradeSettings: { strategy: 'SURGE', maxSurge: 1, maxUnavailable: 0 },
    };
  },
};

/** Node pools, by token. */
export const nodePoolRules: Readonly<Record<string, Rules>> = { [NODE_POOL]: rules };

function clusterOf(inputs: ValueObject, scope: Scope): string {
  const reference = relative(text(inputs, 'cluster') ?? '');
  return idOf(CLUSTER, reference, inputs, scope);
}
