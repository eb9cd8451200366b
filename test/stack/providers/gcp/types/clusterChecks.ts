import { at, UNKNOWN, type ValueObject } from '../../shared/values';
import { cidr } from '../addresses';
import {
  lacks,
  atLeastOne,
  type Check,
  conflicts,
  exactlyOne,
  fail,
  has,
  labels,
  list,
  matches,
  on,
  requires,
  text,
  within,
} from '../checks';
import { isRegion, isZone, regionOfPlace, regionOrZone } from '../places';
import { maintenance } from './maintenance';
import { nodeConfigChecks } from './nodeConfig';

const autopilotConflicts: readonly string[] = [
  'addonsConfig.networkPolicyConfig',
  'addonsConfig.dnsCacheConfig',
  'addonsConfig.statefulHaConfig',
  'clusterAutoscaling.enabled',
  'clusterAutoscaling.resourceLimits',
  'defaultMaxPodsPerNode',
  'enableIntranodeVisibility',
  'enableShieldedNodes',
  'networkPolicy',
  'nodePools',
  'removeDefaultNodePool',
];

/** What GKE and its provider refuse of a cluster. */
export const clusterChecks: readonly Check[] = [
  matches(
    'name',
    /^[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?$/,
    '1 to 40 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen',
  ),
  regionOrZone('location'),
  labels('resourceLabels'),
  nodeLocations,
  defaultPool,
  conflicts('ipAllocationPolicy', 'clusterIpv4Cidr'),
  // Range names are of the subnetwork, CIDR blocks are made by GKE: one way or the other.
  conflicts('ipAllocationPolicy.clusterSecondaryRangeName', 'ipAllocationPolicy.clusterIpv4CidrBlock'),
  conflicts('ipAllocationPolicy.servicesSecondaryRangeName', 'ipAllocationPolicy.servicesIpv4CidrBlock'),
  requires('ipAllocationPolicy.clusterSecondaryRangeName', 'ipAllocationPolicy.servicesSecondaryRangeName'),
  (inputs) =>
    text(inputs, 'networkingMode') === 'ROUTES' && has(inputs, 'ipAllocationPolicy')
      ? fail('ipAllocationPolicy', 'needs networkingMode VPC_NATIVE')
      : [],
  privateCluster,
  cidr('privateClusterConfig.masterIpv4CidrBlock', 28, 28),
  (inputs) =>
    has(inputs, 'privateClusterConfig')
      ? atLeastOne(
          ...[
            'enablePrivateEndpoint',
            'enablePrivateNodes',
            'masterIpv4CidrBlock',
            'privateEndpointSubnetwork',
            'masterGlobalAccessConfig',
          ].map((name) => `privateClusterConfig.${name}`),
        )(inputs)
      : [],
  cidr('masterAuthorizedNetworksConfig.cidrBlocks[*].cidrBlock', 0, 32),
  datapath,
  (inputs) =>
    has(inputs, 'maintenancePolicy')
      ? exactlyOne('maintenancePolicy.dailyMaintenanceWindow', 'maintenancePolicy.recurringWindow')(inputs)
      : [],
  maintenance,
  databaseEncryption,
  workloadPool,
  matches(
    'authenticatorGroupsConfig.securityGroup',
    /^gke-security-groups@[a-z0-9.-]+\.[a-z]+$/,
    'a group gke-security-groups@<your domain>',
  ),
  (inputs) =>
    has(inputs, 'notificationConfig') &&
    on(inputs, 'notificationConfig.pubsub.enabled') &&
    lacks(inputs, 'notificationConfig.pubsub.topic')
      ? fail('notificationConfig.pubsub.topic', 'is required when notifications are enabled')
      : [],
  matches('notificationConfig.pubsub.topic', /^projects\/[^/]+\/topics\/[^/]+$/, 'projects/{project}/topics/{topic}'),
  within('defaultMaxPodsPerNode', 8, 256),
  (inputs) =>
    on(inputs, 'enableAutopilot')
      ? autopilotConflicts.flatMap((path) =>
          has(inputs, path) && at(inputs, path) !== false ? fail(path, 'conflicts with enableAutopilot') : [],
        )
      : [],
  conflicts('clusterTelemetry', 'loggingService'),
  conflicts('clusterTelemetry', 'monitoringService'),
  (inputs) =>
    has(inputs, 'nodePools') && has(inputs, 'nodeConfig')
      ? fail('nodeConfig', 'conflicts with nodePools: give each pool its own')
      : [],
  ...nodeConfigChecks('nodeConfig'),
  sandboxOnDefaultPool,
];

function nodeLocations(inputs: ValueObject) {
  const place = text(inputs, 'location');
  if (place === undefined) return [];
  return list(inputs, 'nodeLocations').flatMap((zone, index) => {
    if (typeof zone !== 'string') return [];
    const path = `nodeLocations[${index}]`;
    if (!isZone(zone)) return fail(path, `unknown zone "${zone}"`);
    if (regionOfPlace(zone) !== regionOfPlace(place))
      return fail(path, `${zone} is not in the cluster's location ${place}`);
    return zone === place && isZone(place) ? fail(path, `is the cluster's own zone; name only additional ones`) : [];
  });
}

// "Must be set if node_pool is not set", and at least 1 where the default pool is removed.
function defaultPool(inputs: ValueObject) {
  if (on(inputs, 'enableAutopilot')) return [];
  const initial = at(inputs, 'initialNodeCount');
  const pools = has(inputs, 'nodePools');
  if (initial === UNKNOWN) return [];
  if (initial === undefined && !pools) return fail('initialNodeCount', 'is required when there are no nodePools');
  if (on(inputs, 'removeDefaultNodePool') && pools)
    return fail('removeDefaultNodePool', 'conflicts with nodePools: the default pool exists only without them');
  if (typeof initial === 'number' && initial < 1 && !pools)
    return fail(
      'initialNodeCount',
      `must be at least 1, got ${initial}; the default pool is removed after it was made`,
    );
  return pools && initial !== undefined ? fail('initialNodeCount', 'conflicts with nodePools') : [];
}

// https://cloud.google.com/kubernetes-engine/docs/how-to/private-clusters: private nodes need a VPC-native cluster.
function privateCluster(inputs: ValueObject) {
  if (
    !on(inputs, 'privateClusterConfig.enablePrivateNodes') &&
    !on(inputs, 'privateClusterConfig.enablePrivateEndpoint')
  )
    return [];
  return [
    ...(lacks(inputs, 'ipAllocationPolicy')
      ? fail('ipAllocationPolicy', 'is required with private nodes: a private cluster is VPC-native')
      : []),
    ...(on(inputs, 'privateClusterConfig.enablePrivateEndpoint') &&
    at(inputs, 'privateClusterConfig.enablePrivateNodes') === false
      ? fail('privateClusterConfig.enablePrivateEndpoint', 'needs enablePrivateNodes')
      : []),
    ...conflicts('privateClusterConfig.masterIpv4CidrBlock', 'privateClusterConfig.privateEndpointSubnetwork')(inputs),
  ];
}

function datapath(inputs: ValueObject) {
  const provider = text(inputs, 'datapathProvider');
  const advanced = provider === 'ADVANCED_DATAPATH';
  return [
    ...(advanced && on(inputs, 'networkPolicy.enabled')
      ? fail(
          'networkPolicy.enabled',
          'conflicts with datapathProvider ADVANCED_DATAPATH: Dataplane V2 enforces network policies itself',
        )
      : []),
    ...(advanced && at(inputs, 'addonsConfig.networkPolicyConfig.disabled') === false
      ? fail('addonsConfig.networkPolicyConfig', 'conflicts with datapathProvider ADVANCED_DATAPATH')
      : []),
    ...(advanced && text(inputs, 'networkingMode') === 'ROUTES'
      ? fail('networkingMode', 'Dataplane V2 needs VPC_NATIVE')
      : []),
    ...(
      [
        'enableFqdnNetworkPolicy',
        'enableCiliumClusterwideNetworkPolicy',
        'inTransitEncryptionConfig',
        'monitoringConfig.advancedDatapathObservabilityConfig',
      ] as const
    ).flatMap((path) => {
      const value = at(inputs, path);
      const asked =
        path === 'inTransitEncryptionConfig'
          ? /INTER_NODE/.test(text(inputs, path) ?? '')
          : value !== undefined && value !== false && value !== null;
      return asked && provider !== undefined && !advanced
        ? fail(path, 'needs datapathProvider ADVANCED_DATAPATH')
        : asked &&
            provider === undefined &&
            at(inputs, 'datapathProvider') === undefined &&
            !on(inputs, 'enableAutopilot')
          ? fail(path, 'needs datapathProvider ADVANCED_DATAPATH')
          : [];
    }),
  ];
}

function databaseEncryption(inputs: ValueObject) {
  const state = text(inputs, 'databaseEncryption.state');
  const key = has(inputs, 'databaseEncryption.keyName');
  if (state === 'ENCRYPTED' && !key) return fail('databaseEncryption.keyName', 'is required with state ENCRYPTED');
  const shape = matches(
    'databaseEncryption.keyName',
    /^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/,
    'projects/P/locations/L/keyRings/R/cryptoKeys/K',
  )(inputs);
  const place = text(inputs, 'location');
  const keyPlace = /\/locations\/([^/]+)\//.exec(text(inputs, 'databaseEncryption.keyName') ?? '')?.[1];
  if (place !== undefined && keyPlace !== undefined && isRegion(keyPlace) && keyPlace !== regionOfPlace(place)) {
    return [
      ...shape,
      ...fail(
        'databaseEncryption.keyName',
        `the key is in ${keyPlace}, the cluster in ${place}: they must be in the same region`,
      ),
    ];
  }
  return shape;
}

function workloadPool(inputs: ValueObject) {
  const pool = text(inputs, 'workloadIdentityConfig.workloadPool');
  const project = text(inputs, 'project');
  if (pool === undefined) return [];
  if (!/^[a-z][a-z0-9:.-]*\.svc\.id\.goog$/.test(pool))
    return fail('workloadIdentityConfig.workloadPool', `"${pool}" is not valid: PROJECT_ID.svc.id.goog`);
  return project !== undefined && pool !== `${project}.svc.id.goog`
    ? fail(
        'workloadIdentityConfig.workloadPool',
        `must be ${project}.svc.id.goog, the pool of the cluster's own project`,
      )
    : [];
}

function sandboxOnDefaultPool(inputs: ValueObject) {
  return has(inputs, 'nodeConfig.sandboxConfig') && lacks(inputs, 'nodePools')
    ? fail(
        'nodeConfig.sandboxConfig',
        'the default node pool cannot be sandboxed: GKE needs at least one pool without GKE Sandbox for its system pods',
      )
    : [];
}
