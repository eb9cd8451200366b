import type { Change } from '../change';
import { long, of, type Row } from './rows';

export const clusterRows: readonly Row[] = [
  ...of(
    'gcp:container/cluster:Cluster',
    [{ name: 'factory-' }, 'name', /1 to 40/],
    [{ name: long(41) }, 'name', /1 to 40/],
    [{ location: 'europe-west4-z' }, 'location', /unknown region or zone/],
    [{ nodeLocations: ['us-central1-a'] }, 'nodeLocations[0]', /not in the cluster's location/],
    [{ initialNodeCount: undefined }, 'initialNodeCount', /is required when there are no nodePools/],
    [{ initialNodeCount: 0 }, 'initialNodeCount', /at least 1/],
    [{ nodePools: [{ name: 'a', nodeCount: 1 }] }, 'removeDefaultNodePool', /conflicts with nodePools/],
    [
      { removeDefaultNodePool: undefined, nodePools: [{ name: 'a', nodeCount: 1 }] },
      'initialNodeCount',
      /conflicts with nodePools/,
    ],
    [
      {
        removeDefaultNodePool: undefined,
        initialNodeCount: undefined,
        nodePools: [{ name: 'a', nodeCount: 1, nodeConfig: { sandboxConfig: { type: 'GVISOR' } } }],
      },
      'nodePools',
      /at least one must not/,
    ],
    [{ ipAllocationPolicy: undefined }, 'ipAllocationPolicy', /a private cluster is VPC-native/],
    [{ clusterIpv4Cidr: '10.0.0.0/14' }, 'ipAllocationPolicy', /conflicts with clusterIpv4Cidr/],
    [{ 'ipAllocationPolicy.clusterIpv4CidrBlock': '/14' }, 'ipAllocationPolicy.clusterSecondaryRangeName', /conflicts/],
    [
      { 'ipAllocationPolicy.servicesSecondaryRangeName': undefined },
      'ipAllocationPolicy.servicesSecondaryRangeName',
      /is required with/,
    ],
    [{ 'ipAllocationPolicy.stackType': 'IPV6' }, 'ipAllocationPolicy.stackType', /IPV4_IPV6/],
    [{ networkingMode: 'ROUTES' }, 'ipAllocationPolicy', /VPC_NATIVE/],
    [
      { 'privateClusterConfig.masterIpv4CidrBlock': '172.16.0.0/27' },
      'privateClusterConfig.masterIpv4CidrBlock',
      /\/28/,
    ],
    [
      { 'privateClusterConfig.privateEndpointSubnetwork': 'x' },
      'privateClusterConfig.masterIpv4CidrBlock',
      /conflicts/,
    ],
    [{ privateClusterConfig: {} }, 'privateClusterConfig.enablePrivateEndpoint', /one of/],
    [{ datapathProvider: 'ADVANCED' }, 'datapathProvider', /ADVANCED_DATAPATH/],
    [
      { networkPolicy: { enabled: true } },
      'networkPolicy.enabled',
      /conflicts with datapathProvider ADVANCED_DATAPATH/,
    ],
    [
      { addonsConfig: { networkPolicyConfig: { disabled: false } } },
      'addonsConfig.networkPolicyConfig',
      /conflicts with datapathProvider/,
    ],
    [{ datapathProvider: 'LEGACY_DATAPATH' }, 'enableFqdnNetworkPolicy', /needs datapathProvider ADVANCED_DATAPATH/],
    [{ datapathProvider: undefined }, 'monitoringConfig.advancedDatapathObservabilityConfig', /needs datapathProvider/],
    [{ 'releaseChannel.channel': 'FAST' }, 'releaseChannel.channel', /RAPID/],
    [{ 'workloadIdentityConfig.workloadPool': 'my-project' }, 'workloadIdentityConfig.workloadPool', /svc\.id\.goog/],
    [
      { project: 'my-project', 'workloadIdentityConfig.workloadPool': 'other.svc.id.goog' },
      'workloadIdentityConfig.workloadPool',
      /own project/,
    ],
    [{ 'databaseEncryption.keyName': undefined }, 'databaseEncryption.keyName', /required with state ENCRYPTED/],
    [
      { 'databaseEncryption.keyName': 'projects/p/locations/us-east1/keyRings/r/cryptoKeys/k' },
      'databaseEncryption.keyName',
      /same region/,
    ],
    [
      { 'maintenancePolicy.dailyMaintenanceWindow': { startTime: '03:00' } },
      'maintenancePolicy.dailyMaintenanceWindow',
      /conflicts/,
    ],
    [
      { 'maintenancePolicy.recurringWindow.endTime': '2026-01-03T04:00:00Z' },
      'maintenancePolicy.recurringWindow.endTime',
      /4 hours/,
    ],
    [
      { 'maintenancePolicy.recurringWindow.recurrence': 'weekly' },
      'maintenancePolicy.recurringWindow.recurrence',
      /RRULE/,
    ],
    [
      {
        'maintenancePolicy.maintenanceExclusions[0].exclusionOptions.scope': 'NO_UPGRADES',
        'maintenancePolicy.maintenanceExclusions[0].endTime': '2027-03-01T00:00:00Z',
      },
      'maintenancePolicy.maintenanceExclusions[0].endTime',
      /30 days/,
    ],
    [{ 'notificationConfig.pubsub.topic': undefined }, 'notificationConfig.pubsub.topic', /is required/],
    [{ 'notificationConfig.pubsub.topic': 'upgrades' }, 'notificationConfig.pubsub.topic', /projects\/\{project\}/],
    [
      { 'loggingConfig.enableComponents[1]': 'WORKLOAD' },
      'loggingConfig.enableComponents[1]',
      /did you mean WORKLOADS/,
    ],
    [
      { 'authenticatorGroupsConfig.securityGroup': 'admins@example.com' },
      'authenticatorGroupsConfig.securityGroup',
      /gke-security-groups/,
    ],
    [
      { 'masterAuthorizedNetworksConfig.cidrBlocks[0].cidrBlock': 'office' },
      'masterAuthorizedNetworksConfig.cidrBlocks[0].cidrBlock',
      /not an IPv4 network/,
    ],
    [{ 'resourceLabels.Env': 'dev' }, 'resourceLabels.Env', /label key/],
    [{ defaultMaxPodsPerNode: 300 }, 'defaultMaxPodsPerNode', /8 to 256/],
    [
      { 'nodeConfig.sandboxConfig.type': 'GVISOR' },
      'nodeConfig.sandboxConfig',
      /default node pool cannot be sandboxed/,
    ],
    [{ enableAutopilot: true }, 'removeDefaultNodePool', /conflicts with enableAutopilot/],
    [{ 'gatewayApiConfig.channel': 'STANDARD' }, 'gatewayApiConfig.channel', /CHANNEL_STANDARD/],
    [{ 'podAutoscaling.hpaProfile': 'FAST' }, 'podAutoscaling.hpaProfile', /PERFORMANCE/],
    [
      { 'privateClusterConfig.enablePrivteNodes': true },
      'privateClusterConfig.enablePrivteNodes',
      /did you mean "enablePrivateNodes"/,
    ],
  ),
  ...of(
    'gcp:container/nodePool:NodePool',
    [{ cluster: undefined }, 'cluster', /is required/],
    [{ namePrefix: 'x' }, 'name', /conflicts with namePrefix/],
    [{ 'nodeConfig.machineType': 'e2-standart-4' }, 'nodeConfig.machineType', /did you mean e2-standard-4/],
    [{ 'nodeConfig.machineType': 'n2-standard-7' }, 'nodeConfig.machineType', /unknown machine type/],
    [{ nodeCount: 3 }, 'nodeCount', /conflicts with autoscaling/],
    [
      { initialNodeCount: undefined, autoscaling: undefined },
      'initialNodeCount',
      /one of nodeCount, initialNodeCount or autoscaling/,
    ],
    [{ 'autoscaling.totalMinNodeCount': 5 }, 'autoscaling.totalMinNodeCount', /5 is more than/],
    [{ autoscaling: { minNodeCount: 4, maxNodeCount: 2 } }, 'autoscaling.minNodeCount', /4 is more than/],
    [{ 'autoscaling.maxNodeCount': 3 }, 'autoscaling.totalMinNodeCount', /conflicts with minNodeCount/],
    [{ autoscaling: { locationPolicy: 'ANY' } }, 'autoscaling.maxNodeCount', /must be given/],
    [{ 'autoscaling.locationPolicy': 'SPREAD' }, 'autoscaling.locationPolicy', /BALANCED, ANY/],
    [{ maxPodsPerNode: 4 }, 'maxPodsPerNode', /8 to 256/],
    [
      { 'nodeConfig.spot': true, 'nodeConfig.preemptible': true },
      'nodeConfig.spot',
      /conflicts with nodeConfig.preemptible/,
    ],
    [{ 'nodeConfig.diskSizeGb': 5 }, 'nodeConfig.diskSizeGb', /10 to/],
    [{ 'nodeConfig.diskType': 'ssd' }, 'nodeConfig.diskType', /pd-ssd/],
    [{ 'nodeConfig.machineType': 'c4-standard-8' }, 'nodeConfig.diskType', /use hyperdisk-balanced/],
    [{ 'nodeConfig.diskType': 'hyperdisk-balanced' }, 'nodeConfig.diskType', /use pd-balanced/],
    [{ 'nodeConfig.kubeletConfig.podPidsLimit': 100 }, 'nodeConfig.kubeletConfig.podPidsLimit', /1024 to/],
    [
      { 'nodeConfig.kubeletConfig.insecureKubeletReadonlyPortEnabled': false },
      'nodeConfig.kubeletConfig.insecureKubeletReadonlyPortEnabled',
      /expected a string, got boolean/,
    ],
    [{ 'nodeConfig.workloadMetadataConfig.mode': 'GKE' }, 'nodeConfig.workloadMetadataConfig.mode', /GKE_METADATA/],
    [{ 'nodeConfig.sandboxConfig.type': 'gvisor' }, 'nodeConfig.sandboxConfig.type', /did you mean GVISOR/],
    [{ 'nodeConfig.sandboxConfig': {} }, 'nodeConfig.sandboxConfig.type', /is required/],
    [
      { 'nodeConfig.sandboxConfig': { type: 'GVISOR', sandboxType: 'gvisor' } },
      'nodeConfig.sandboxConfig.sandboxType',
      /give type/,
    ],
    [
      { 'nodeConfig.sandboxConfig.type': 'GVISOR', 'nodeConfig.imageType': 'UBUNTU_CONTAINERD' },
      'nodeConfig.imageType',
      /needs COS_CONTAINERD/,
    ],
    [
      { 'nodeConfig.sandboxConfig.type': 'GVISOR', 'nodeConfig.machineType': 'e2-medium' },
      'nodeConfig.machineType',
      /shared-core/,
    ],
    [
      {
        'nodeConfig.sandboxConfig.type': 'GVISOR',
        'nodeConfig.taints': [{ key: 'sandbox.gke.io/runtime', value: 'gvisor', effect: 'NO_SCHEDULE' }],
      },
      'nodeConfig.taints[0].key',
      /GKE Sandbox sets it itself/,
    ],
    [
      { 'nodeConfig.taints': [{ key: 'a', value: 'b', effect: 'NoSchedule' }] },
      'nodeConfig.taints[0].effect',
      /did you mean NO_SCHEDULE/,
    ],
    [
      { 'nodeConfig.guestAccelerators': [{ type: 'nvidia-l4', count: 1 }] },
      'nodeConfig.guestAccelerators',
      /cannot have accelerators/,
    ],
    [
      { 'nodeConfig.secondaryBootDisks': [{ diskImage: 'x', mode: 'CONTAINER_IMAGE_CACHE' }] },
      'nodeConfig.gcfsConfig.enabled',
      /must be true/,
    ],
    [{ upgradeSettings: { maxSurge: 0, maxUnavailable: 0 } }, 'upgradeSettings.maxSurge', /cannot both be 0/],
    [
      { upgradeSettings: { strategy: 'BLUE_GREEN', maxSurge: 1 } },
      'upgradeSettings.maxSurge',
      /conflicts with strategy BLUE_GREEN/,
    ],
    [
      { upgradeSettings: { blueGreenSettings: { nodePoolSoakDuration: '1s', standardRolloutPolicy: {} } } },
      'upgradeSettings.blueGreenSettings',
      /needs strategy BLUE_GREEN/,
    ],
  ),
  ...of(
    'gcp:container/cluster:Cluster',
    [
      { 'ipAllocationPolicy.servicesIpv4CidrBlock': '/20' },
      'ipAllocationPolicy.servicesSecondaryRangeName',
      /conflicts/,
    ],
    [
      { clusterTelemetry: { type: 'ENABLED' }, loggingService: 'none' },
      'clusterTelemetry',
      /conflicts with loggingService/,
    ],
    [
      { clusterTelemetry: { type: 'ENABLED' }, monitoringService: 'none' },
      'clusterTelemetry',
      /conflicts with monitoringService/,
    ],
    [
      {
        initialNodeCount: undefined,
        removeDefaultNodePool: undefined,
        nodePools: [{ name: 'a', nodeCount: 1 }],
        nodeConfig: {},
      },
      'nodeConfig',
      /conflicts with nodePools/,
    ],
    [
      {
        initialNodeCount: undefined,
        removeDefaultNodePool: undefined,
        nodePools: [{ name: 'a', nodeCount: 1, maxPodsPerNode: 4 }],
      },
      'nodePools[0].maxPodsPerNode',
      /8 to 256/,
    ],
    [{ 'nodeConfig.machineType': 'big' }, 'nodeConfig.machineType', /unknown machine type/],
    ...nodeConfigRows('nodeConfig'),
    [{ 'nodeConfig.diskSizeGb': 5 }, 'nodeConfig.diskSizeGb', /10 to/],
    [{ 'nodeConfig.kubeletConfig.podPidsLimit': 1 }, 'nodeConfig.kubeletConfig.podPidsLimit', /1024 to/],
    [{ 'nodeConfig.spot': true, 'nodeConfig.preemptible': true }, 'nodeConfig.spot', /conflicts/],
    [
      { 'nodeConfig.labels': { 'sandbox.gke.io/runtime': 'gvisor' }, 'nodeConfig.sandboxConfig.type': 'GVISOR' },
      'nodeConfig.labels["sandbox.gke.io/runtime"]',
      /GKE Sandbox sets it itself/,
    ],
    [
      { 'nodeConfig.machineType': 'e2-standard-4', 'nodeConfig.guestAccelerators': [{ type: 'nvidia-l4', count: 1 }] },
      'nodeConfig.guestAccelerators',
      /cannot have accelerators/,
    ],
    [
      { 'nodeConfig.machineType': 'c4-standard-8', 'nodeConfig.diskType': 'pd-ssd' },
      'nodeConfig.diskType',
      /use hyperdisk-balanced/,
    ],
    [
      { 'nodeConfig.secondaryBootDisks': [{ diskImage: 'x', mode: 'CONTAINER_IMAGE_CACHE' }] },
      'nodeConfig.gcfsConfig.enabled',
      /must be true/,
    ],
  ),
  ...of('gcp:container/nodePool:NodePool', ...nodeConfigRows('nodeConfig')),
];

/** What a node's configuration refuses wherever it stands. */
function nodeConfigRows(path: string): (readonly [change: Change, property: string, words: RegExp])[] {
  const bounds: readonly (readonly [property: string, value: number, words: RegExp])[] = [
    ['kubeletConfig.maxParallelImagePulls', 6, /2 to 5/],
    ['kubeletConfig.containerLogMaxFiles', 11, /2 to 10/],
    ['kubeletConfig.imageGcLowThresholdPercent', 5, /10 to 85/],
    ['kubeletConfig.imageGcHighThresholdPercent', 90, /10 to 85/],
    ['localSsdCount', 33, /0 to 32/],
  ];
  return [
    ...bounds.map(
      ([property, value, words]) => [{ [`${path}.${property}`]: value }, `${path}.${property}`, words] as const,
    ),
    [{ [`${path}.tags`]: ['Web'] }, `${path}.tags[0]`, /RFC 1035/],
  ];
}
