import { ACCOUNT, CLUSTER, NETWORK, PROJECT, RING, SUBNETWORK, type Entry } from './places';

export const clusterEntries: readonly Entry[] = [
  [
    'gcp:container/cluster:Cluster',
    {
      name: 'factory',
      location: 'europe-west4',
      network: NETWORK,
      subnetwork: SUBNETWORK,
      initialNodeCount: 1,
      removeDefaultNodePool: true,
      deletionProtection: false,
      datapathProvider: 'ADVANCED_DATAPATH',
      enableFqdnNetworkPolicy: true,
      networkingMode: 'VPC_NATIVE',
      ipAllocationPolicy: { clusterSecondaryRangeName: 'pods', servicesSecondaryRangeName: 'services' },
      privateClusterConfig: {
        enablePrivateNodes: true,
        enablePrivateEndpoint: false,
        masterIpv4CidrBlock: '172.16.0.0/28',
      },
      masterAuthorizedNetworksConfig: { cidrBlocks: [{ cidrBlock: '203.0.113.0/24', displayName: 'office' }] },
      releaseChannel: { channel: 'REGULAR' },
      workloadIdentityConfig: { workloadPool: `${PROJECT}.svc.id.goog` },
      databaseEncryption: { state: 'ENCRYPTED', keyName: `${RING}/cryptoKeys/cluster` },
      maintenancePolicy: {
        recurringWindow: {
          startTime: '2026-01-03T02:00:00Z',
          endTime: '2026-01-03T08:00:00Z',
          recurrence: 'FREQ=WEEKLY;BYDAY=SA,SU',
        },
        maintenanceExclusions: [
          {
            exclusionName: 'quiet',
            startTime: '2026-12-20T00:00:00Z',
            endTime: '2027-01-05T00:00:00Z',
            exclusionOptions: { scope: 'NO_MINOR_UPGRADES' },
          },
        ],
      },
      notificationConfig: { pubsub: { enabled: true, topic: `projects/${PROJECT}/topics/upgrades` } },
      loggingConfig: { enableComponents: ['SYSTEM_COMPONENTS', 'WORKLOADS', 'APISERVER'] },
      monitoringConfig: {
        enableComponents: ['SYSTEM_COMPONENTS'],
        managedPrometheus: { enabled: true },
        advancedDatapathObservabilityConfig: { enableMetrics: true, enableRelay: false },
      },
      gatewayApiConfig: { channel: 'CHANNEL_STANDARD' },
      podAutoscaling: { hpaProfile: 'PERFORMANCE' },
      resourceLabels: { environment: 'dev' },
    },
  ],
  [
    'gcp:container/nodePool:NodePool',
    {
      name: 'system',
      cluster: CLUSTER,
      initialNodeCount: 1,
      autoscaling: { totalMinNodeCount: 1, totalMaxNodeCount: 4, locationPolicy: 'BALANCED' },
      management: { autoRepair: true, autoUpgrade: true },
      nodeConfig: {
        machineType: 'e2-standard-4',
        diskType: 'pd-balanced',
        diskSizeGb: 50,
        imageType: 'COS_CONTAINERD',
        serviceAccount: ACCOUNT,
        metadata: { 'disable-legacy-endpoints': 'true' },
        shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
        workloadMetadataConfig: { mode: 'GKE_METADATA' },
        kubeletConfig: { insecureKubeletReadonlyPortEnabled: 'FALSE', podPidsLimit: 4096 },
      },
    },
  ],
  [
    'gcp:container/nodePool:NodePool',
    {
      name: 'small',
      cluster: CLUSTER,
      initialNodeCount: 0,
      autoscaling: { minNodeCount: 0, maxNodeCount: 10 },
      maxPodsPerNode: 64,
      nodeConfig: {
        machineType: 'n2-standard-8',
        imageType: 'COS_CONTAINERD',
        spot: true,
        sandboxConfig: { type: 'GVISOR' },
        taints: [{ key: 'tier', value: 'small', effect: 'NO_SCHEDULE' }],
        labels: { tier: 'small' },
      },
    },
  ],
];
