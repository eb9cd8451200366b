import type { ValueObject } from '../../stack/providers/shared/values';

const PROJECT = 'my-project';
const NETWORK = `projects/${PROJECT}/global/networks/factory`;
const SUBNETWORK = `projects/${PROJECT}/regions/europe-west4/subnetworks/nodes`;
const CLUSTER = `projects/${PROJECT}/locations/europe-west4/clusters/factory`;
const RING = `projects/${PROJECT}/locations/europe-west4/keyRings/factory`;
const ACCOUNT = `factory-nodes@${PROJECT}.iam.gserviceaccount.com`;
const NOTE = `projects/${PROJECT}/notes/built`;

/** Inputs that the real provider takes, in an order in which the things can be made. */
export const CONFORMING: readonly (readonly [token: string, inputs: ValueObject])[] = [
  ['gcp:compute/network:Network', { name: 'factory', autoCreateSubnetworks: false, routingMode: 'REGIONAL' }],
  [
    'gcp:compute/subnetwork:Subnetwork',
    {
      name: 'nodes',
      network: NETWORK,
      region: 'europe-west4',
      ipCidrRange: '10.0.0.0/20',
      privateIpGoogleAccess: true,
      secondaryIpRanges: [
        { rangeName: 'pods', ipCidrRange: '10.4.0.0/14' },
        { rangeName: 'services', ipCidrRange: '10.8.0.0/20' },
      ],
      logConfig: { aggregationInterval: 'INTERVAL_5_SEC', flowSampling: 0.5, metadata: 'INCLUDE_ALL_METADATA' },
    },
  ],
  ['gcp:compute/router:Router', { name: 'out', network: NETWORK, region: 'europe-west4' }],
  [
    'gcp:compute/routerNat:RouterNat',
    {
      name: 'out',
      router: 'out',
      region: 'europe-west4',
      natIpAllocateOption: 'AUTO_ONLY',
      sourceSubnetworkIpRangesToNat: 'ALL_SUBNETWORKS_ALL_IP_RANGES',
      logConfig: { enable: true, filter: 'ERRORS_ONLY' },
    },
  ],
  [
    'gcp:compute/firewall:Firewall',
    {
      name: 'health-checks',
      network: NETWORK,
      direction: 'INGRESS',
      sourceRanges: ['35.191.0.0/16', '130.211.0.0/22'],
      allows: [{ protocol: 'tcp', ports: ['8080', '9000-9100'] }],
    },
  ],
  [
    'gcp:compute/globalAddress:GlobalAddress',
    { name: 'services', network: NETWORK, purpose: 'VPC_PEERING', addressType: 'INTERNAL', prefixLength: 16 },
  ],
  ['gcp:compute/address:Address', { name: 'edge', region: 'europe-west4', addressType: 'EXTERNAL' }],
  [
    'gcp:compute/forwardingRule:ForwardingRule',
    {
      name: 'audit',
      region: 'europe-west4',
      network: NETWORK,
      ipAddress: `projects/${PROJECT}/regions/europe-west4/addresses/edge`,
      loadBalancingScheme: '',
      target: 'projects/tenant/regions/europe-west4/serviceAttachments/a-audit',
    },
  ],
  [
    'gcp:compute/securityPolicy:SecurityPolicy',
    {
      name: 'edge',
      type: 'CLOUD_ARMOR',
      rules: [
        {
          action: 'throttle',
          priority: 1000,
          match: { versionedExpr: 'SRC_IPS_V1', config: { srcIpRanges: ['*'] } },
          rateLimitOptions: { conformAction: 'allow', exceedAction: 'deny(429)', enforceOnKey: 'IP' },
        },
        {
          action: 'allow',
          priority: 2147483647,
          match: { versionedExpr: 'SRC_IPS_V1', config: { srcIpRanges: ['*'] } },
        },
      ],
    },
  ],
  [
    'gcp:servicenetworking/connection:Connection',
    { network: NETWORK, service: 'servicenetworking.googleapis.com', reservedPeeringRanges: ['services'] },
  ],
  [
    'gcp:networkconnectivity/serviceConnectionPolicy:ServiceConnectionPolicy',
    {
      name: 'valkey',
      location: 'europe-west4',
      serviceClass: 'gcp-memorystore',
      network: NETWORK,
      pscConfig: { subnetworks: [SUBNETWORK], limit: '4' },
    },
  ],
  [
    'gcp:networkconnectivity/serviceConnectionPolicy:ServiceConnectionPolicy',
    {
      name: 'redis-cluster',
      location: 'europe-west4',
      serviceClass: 'gcp-memorystore-redis',
      network: NETWORK,
      pscConfig: { subnetworks: [SUBNETWORK] },
    },
  ],
  ['gcp:kms/keyRing:KeyRing', { name: 'factory', location: 'europe-west4' }],
  ['gcp:kms/cryptoKey:CryptoKey', { name: 'cluster', keyRing: RING, rotationPeriod: '7776000s' }],
  ['gcp:serviceaccount/account:Account', { accountId: 'factory-nodes', displayName: 'Nodes of the factory' }],
  ['gcp:pubsub/topic:Topic', { name: 'upgrades', messageRetentionDuration: '86400s' }],
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
  [
    'gcp:redis/instance:Instance',
    {
      name: 'queue',
      region: 'europe-west4',
      tier: 'STANDARD_HA',
      memorySizeGb: 5,
      authorizedNetwork: NETWORK,
      connectMode: 'PRIVATE_SERVICE_ACCESS',
      authEnabled: true,
      transitEncryptionMode: 'SERVER_AUTHENTICATION',
      redisVersion: 'REDIS_7_2',
      redisConfigs: { 'maxmemory-policy': 'noeviction' },
      replicaCount: 2,
      readReplicasMode: 'READ_REPLICAS_ENABLED',
      persistenceConfig: { persistenceMode: 'RDB', rdbSnapshotPeriod: 'ONE_HOUR' },
      deletionProtection: false,
    },
  ],
  [
    'gcp:redis/cluster:Cluster',
    {
      name: 'queues',
      region: 'europe-west4',
      shardCount: 3,
      replicaCount: 1,
      pscConfigs: [{ network: NETWORK }],
      deletionProtectionEnabled: false,
    },
  ],
  [
    'gcp:memorystore/instance:Instance',
    {
      instanceId: 'queues',
      location: 'europe-west4',
      shardCount: 1,
      mode: 'CLUSTER_DISABLED',
      nodeType: 'HIGHMEM_MEDIUM',
      engineVersion: 'VALKEY_8_0',
      authorizationMode: 'IAM_AUTH',
      transitEncryptionMode: 'SERVER_AUTHENTICATION',
      engineConfigs: { 'maxmemory-policy': 'noeviction' },
      desiredAutoCreatedEndpoints: [{ network: NETWORK, projectId: PROJECT }],
      deletionProtectionEnabled: false,
    },
  ],
  [
    'gcp:sql/databaseInstance:DatabaseInstance',
    {
      name: 'audit',
      region: 'europe-west4',
      databaseVersion: 'POSTGRES_17',
      deletionProtection: false,
      settings: {
        tier: 'db-custom-2-7680',
        edition: 'ENTERPRISE',
        availabilityType: 'REGIONAL',
        diskSize: 20,
        backupConfiguration: {
          enabled: true,
          pointInTimeRecoveryEnabled: true,
          startTime: '02:00',
          transactionLogRetentionDays: 7,
        },
        ipConfiguration: { ipv4Enabled: false, privateNetwork: NETWORK, sslMode: 'ENCRYPTED_ONLY' },
        databaseFlags: [{ name: 'cloudsql.iam_authentication', value: 'on' }],
        insightsConfig: { queryInsightsEnabled: true },
        userLabels: { environment: 'dev' },
      },
    },
  ],
  ['gcp:sql/database:Database', { name: 'factory', instance: 'audit' }],
  ['gcp:sql/user:User', { name: `factory-nodes@${PROJECT}.iam`, instance: 'audit', type: 'CLOUD_IAM_SERVICE_ACCOUNT' }],
  [
    'gcp:artifactregistry/repository:Repository',
    {
      repositoryId: 'factory',
      location: 'europe-west4',
      format: 'DOCKER',
      dockerConfig: { immutableTags: true },
      cleanupPolicies: [
        { id: 'old', action: 'DELETE', condition: { tagState: 'UNTAGGED', olderThan: '2592000s' } },
        { id: 'recent', action: 'KEEP', mostRecentVersions: { keepCount: 10 } },
      ],
      vulnerabilityScanningConfig: { enablementConfig: 'INHERITED' },
    },
  ],
  [
    'gcp:artifactregistry/repositoryIamMember:RepositoryIamMember',
    {
      repository: 'factory',
      location: 'europe-west4',
      role: 'roles/artifactregistry.reader',
      member: `serviceAccount:${ACCOUNT}`,
    },
  ],
  [
    'gcp:cloudbuildv2/connection:Connection',
    {
      name: 'github',
      location: 'europe-west4',
      githubConfig: {
        appInstallationId: 123,
        authorizerCredential: { oauthTokenSecretVersion: `projects/${PROJECT}/secrets/github/versions/1` },
      },
    },
  ],
  [
    'gcp:cloudbuildv2/repository:Repository',
    {
      name: 'factory',
      location: 'europe-west4',
      parentConnection: 'github',
      remoteUri: 'https://github.com/example/factory.git',
    },
  ],
  [
    'gcp:cloudbuild/trigger:Trigger',
    {
      name: 'deploy',
      location: 'europe-west4',
      serviceAccount: `projects/${PROJECT}/serviceAccounts/${ACCOUNT}`,
      repositoryEventConfig: {
        repository: `projects/${PROJECT}/locations/europe-west4/connections/github/repositories/factory`,
        push: { branch: '^main$' },
      },
      approvalConfig: { approvalRequired: true },
      substitutions: { _ENVIRONMENT: 'prod' },
      build: {
        timeout: '1800s',
        steps: [
          { id: 'build', name: 'gcr.io/cloud-builders/docker', args: ['build', '.'] },
          { id: 'push', name: 'gcr.io/cloud-builders/docker', args: ['push'], waitFors: ['build'] },
        ],
        options: { logging: 'CLOUD_LOGGING_ONLY', requestedVerifyOption: 'VERIFIED' },
      },
    },
  ],
  [
    'gcp:serviceaccount/iAMMember:IAMMember',
    {
      serviceAccountId: `projects/${PROJECT}/serviceAccounts/${ACCOUNT}`,
      role: 'roles/iam.workloadIdentityUser',
      member: `serviceAccount:${PROJECT}.svc.id.goog[agents/python]`,
    },
  ],
  [
    'gcp:projects/iAMMember:IAMMember',
    {
      project: PROJECT,
      role: 'roles/cloudtrace.agent',
      member: `principal://iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/${PROJECT}.svc.id.goog/subject/ns/agents/sa/python`,
    },
  ],
  [
    'gcp:projects/iAMAuditConfig:IAMAuditConfig',
    {
      project: PROJECT,
      service: 'allServices',
      auditLogConfigs: [{ logType: 'ADMIN_READ' }, { logType: 'DATA_WRITE' }],
    },
  ],
  [
    'gcp:secretmanager/secret:Secret',
    {
      secretId: 'model-key',
      replication: { userManaged: { replicas: [{ location: 'europe-west4' }] } },
      topics: [{ name: `projects/${PROJECT}/topics/upgrades` }],
      rotation: { rotationPeriod: '2592000s', nextRotationTime: '2027-01-01T00:00:00Z' },
    },
  ],
  [
    'gcp:secretmanager/secretVersion:SecretVersion',
    { secret: `projects/${PROJECT}/secrets/model-key`, secretDataWo: 'never-stored', secretDataWoVersion: 1 },
  ],
  [
    'gcp:secretmanager/secretIamMember:SecretIamMember',
    {
      secretId: `projects/${PROJECT}/secrets/model-key`,
      role: 'roles/secretmanager.secretAccessor',
      member: `serviceAccount:${ACCOUNT}`,
    },
  ],
  [
    'gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember',
    {
      cryptoKeyId: `${RING}/cryptoKeys/cluster`,
      role: 'roles/cloudkms.cryptoKeyEncrypterDecrypter',
      member: 'serviceAccount:service-123456789012@container-engine-robot.iam.gserviceaccount.com',
    },
  ],
  [
    'gcp:storage/bucket:Bucket',
    {
      name: 'my-project-factory-artifacts',
      location: 'europe-west4',
      uniformBucketLevelAccess: true,
      publicAccessPrevention: 'enforced',
      lifecycleRules: [{ action: { type: 'Delete' }, condition: { age: 30 } }],
    },
  ],
  [
    'gcp:storage/bucketIAMMember:BucketIAMMember',
    { bucket: 'my-project-factory-artifacts', role: 'roles/storage.objectViewer', member: `serviceAccount:${ACCOUNT}` },
  ],
  [
    'gcp:monitoring/notificationChannel:NotificationChannel',
    { displayName: 'On call', type: 'email', labels: { email_address: 'oncall@example.com' } },
  ],
  [
    'gcp:monitoring/alertPolicy:AlertPolicy',
    {
      displayName: 'Queue is not drained',
      combiner: 'OR',
      severity: 'CRITICAL',
      conditions: [
        {
          displayName: 'waiting',
          conditionPrometheusQueryLanguage: {
            query: 'max(task_queue_depth) > 100',
            duration: '300s',
            evaluationInterval: '30s',
          },
        },
      ],
      alertStrategy: { autoClose: '1800s' },
    },
  ],
  [
    'gcp:monitoring/dashboard:Dashboard',
    { dashboardJson: JSON.stringify({ displayName: 'Factory', gridLayout: { widgets: [] } }) },
  ],
  [
    'gcp:billing/budget:Budget',
    {
      billingAccount: '000000-0000AA-AAAAAA',
      displayName: 'Factory',
      amount: { specifiedAmount: { currencyCode: 'USD', units: '500' } },
      budgetFilter: { projects: ['projects/123456789012'], calendarPeriod: 'MONTH' },
      thresholdRules: [{ thresholdPercent: 0.9 }],
    },
  ],
  [
    'gcp:containeranalysis/note:Note',
    { name: 'built', attestationAuthority: { hint: { humanReadableName: 'Built by the pipeline' } } },
  ],
  [
    'gcp:binaryauthorization/attestor:Attestor',
    {
      name: 'built',
      attestationAuthorityNote: { noteReference: NOTE, publicKeys: [{ asciiArmoredPgpPublicKey: 'key' }] },
    },
  ],
  [
    'gcp:binaryauthorization/policy:Policy',
    {
      defaultAdmissionRule: {
        evaluationMode: 'REQUIRE_ATTESTATION',
        enforcementMode: 'ENFORCED_BLOCK_AND_AUDIT_LOG',
        requireAttestationsBies: [`projects/${PROJECT}/attestors/built`],
      },
    },
  ],
  [
    'gcp:gkebackup/backupPlan:BackupPlan',
    {
      name: 'daily',
      location: 'europe-west4',
      cluster: CLUSTER,
      backupConfig: { allNamespaces: true, includeSecrets: true },
      backupSchedule: { cronSchedule: '0 3 * * *' },
      retentionPolicy: { backupDeleteLockDays: 1, backupRetainDays: 14 },
    },
  ],
  ['gcp:certificatemanager/dnsAuthorization:DnsAuthorization', { name: 'factory', domain: 'factory.example.com' }],
  [
    'gcp:certificatemanager/certificate:Certificate',
    {
      name: 'factory',
      managed: {
        domains: ['*.factory.example.com'],
        dnsAuthorizations: [`projects/${PROJECT}/locations/global/dnsAuthorizations/factory`],
      },
    },
  ],
  ['gcp:certificatemanager/certificateMap:CertificateMap', { name: 'factory' }],
  [
    'gcp:certificatemanager/certificateMapEntry:CertificateMapEntry',
    {
      name: 'factory',
      map: 'factory',
      hostname: 'factory.example.com',
      certificates: [`projects/${PROJECT}/locations/global/certificates/factory`],
    },
  ],
  [
    'gcp:filestore/instance:Instance',
    {
      name: 'models',
      location: 'europe-west4-a',
      tier: 'ZONAL',
      fileShares: { name: 'models', capacityGb: 1024 },
      networks: [{ network: 'factory', modes: ['MODE_IPV4'] }],
    },
  ],
  [
    'gcp:dns/managedZone:ManagedZone',
    {
      name: 'factory',
      dnsName: 'factory.example.com.',
      visibility: 'private',
      privateVisibilityConfig: { networks: [{ networkUrl: NETWORK }] },
    },
  ],
  [
    'gcp:dns/recordSet:RecordSet',
    { name: 'api.factory.example.com.', managedZone: 'factory', type: 'A', ttl: 300, rrdatas: ['10.0.0.5'] },
  ],
];

/** The conforming inputs of a type (the first of that type). */
export function conforming(token: string): ValueObject {
  const found = CONFORMING.find(([type]) => type === token);
  if (found === undefined) throw new Error(`no conforming inputs of ${token} are written down`);
  return structuredClone(found[1]);
}

/** Services that the conforming things need. */
export const SERVICES: readonly string[] = [
  'artifactregistry',
  'billingbudgets',
  'binaryauthorization',
  'certificatemanager',
  'cloudbuild',
  'cloudkms',
  'cloudresourcemanager',
  'compute',
  'container',
  'containeranalysis',
  'dns',
  'file',
  'gkebackup',
  'iam',
  'memorystore',
  'networkconnectivity',
  'pubsub',
  'redis',
  'secretmanager',
  'servicenetworking',
  'sqladmin',
].map((name) => `${name}.googleapis.com`);
