import { change, type Change, type Props, type ResourceExample } from './example';

const key = 'projects/p/locations/l/keyRings/r/cryptoKeys/k';

/** A cluster that keeps every rule. */
export const goodCluster: Props = {
  binaryAuthorization: { evaluationMode: 'PROJECT_SINGLETON_POLICY_ENFORCE' },
  workloadIdentityConfig: { workloadPool: 'p.svc.id.goog' },
  databaseEncryption: { state: 'ENCRYPTED', keyName: key },
  releaseChannel: { channel: 'STABLE' },
  enableShieldedNodes: true,
  enableIntranodeVisibility: true,
  networkingMode: 'VPC_NATIVE',
  ipAllocationPolicy: { clusterSecondaryRangeName: 'pods' },
  masterAuthorizedNetworksConfig: {
    privateEndpointEnforcementEnabled: true,
    gcpPublicCidrsAccessEnabled: false,
    cidrBlocks: [{ cidrBlock: '10.0.0.0/8' }],
  },
  privateClusterConfig: { enablePrivateNodes: true, enablePrivateEndpoint: true },
  loggingConfig: { enableComponents: ['SYSTEM_COMPONENTS', 'WORKLOADS', 'APISERVER'] },
  monitoringConfig: {
    enableComponents: ['SYSTEM_COMPONENTS'],
    advancedDatapathObservabilityConfig: { enableMetrics: true },
  },
  masterAuth: { clientCertificateConfig: { issueClientCertificate: false } },
  authenticatorGroupsConfig: { securityGroup: 'gke-security-groups@example.com' },
  securityPostureConfig: { mode: 'BASIC' },
  datapathProvider: 'ADVANCED_DATAPATH',
  enableFqdnNetworkPolicy: true,
  rbacBindingConfig: {
    enableInsecureBindingSystemAuthenticated: false,
    enableInsecureBindingSystemUnauthenticated: false,
  },
  anonymousAuthenticationConfig: { mode: 'LIMITED' },
  nodePoolDefaults: { nodeConfigDefaults: { insecureKubeletReadonlyPortEnabled: 'FALSE' } },
  inTransitEncryptionConfig: 'IN_TRANSIT_ENCRYPTION_INTER_NODE_TRANSPARENT',
  maintenancePolicy: {
    recurringWindow: { startTime: '2026-01-03T02:00:00Z' },
    maintenanceExclusions: [{ exclusionOptions: { scope: 'NO_MINOR_UPGRADES' } }],
  },
  notificationConfig: { pubsub: { enabled: true } },
  removeDefaultNodePool: true,
};

const withDnsEndpoint: Props = {
  ...goodCluster,
  controlPlaneEndpointsConfig: { ipEndpointsConfig: { enabled: false } },
  masterAuthorizedNetworksConfig: undefined,
  privateClusterConfig: { enablePrivateNodes: true },
};

function cluster(rule: string, ...bad: Change[]): ResourceExample {
  return {
    rule: `gke-cluster-${rule}`,
    type: 'gcp:container/cluster:Cluster',
    good: [goodCluster, withDnsEndpoint],
    bad,
  };
}

const networks = 'masterAuthorizedNetworksConfig';

export const clusterExamples: readonly ResourceExample[] = [
  cluster(
    'binary-authorization',
    change('binaryAuthorization', undefined),
    change('binaryAuthorization.evaluationMode', 'DISABLED'),
  ),
  cluster('workload-identity', change('workloadIdentityConfig', undefined)),
  cluster(
    'secrets-encryption',
    change('databaseEncryption.state', 'DECRYPTED'),
    change('databaseEncryption.keyName', undefined),
  ),
  cluster('release-channel', change('releaseChannel.channel', 'RAPID'), change('releaseChannel', undefined)),
  cluster('shielded-nodes', change('enableShieldedNodes', false)),
  cluster('intranode-visibility', change('enableIntranodeVisibility', undefined)),
  cluster('vpc-native', change('networkingMode', 'ROUTES'), change('ipAllocationPolicy', undefined)),
  cluster(
    'authorized-networks',
    change(networks, undefined),
    change(`${networks}.privateEndpointEnforcementEnabled`, false),
    change(`${networks}.gcpPublicCidrsAccessEnabled`, true),
    change([networks, 'cidrBlocks', 0, 'cidrBlock'], '0.0.0.0/0'),
  ),
  cluster('private-endpoint', change('privateClusterConfig.enablePrivateEndpoint', false)),
  cluster('private-nodes', change('privateClusterConfig.enablePrivateNodes', undefined)),
  cluster(
    'logging-monitoring',
    change('loggingConfig.enableComponents', ['SYSTEM_COMPONENTS']),
    change('monitoringConfig.enableComponents', []),
  ),
  cluster('no-client-certificate', change('masterAuth.clientCertificateConfig.issueClientCertificate', true)),
  cluster('google-groups', change('authenticatorGroupsConfig', undefined)),
  cluster('no-legacy-abac', change('enableLegacyAbac', true)),
  cluster('no-alpha', change('enableKubernetesAlpha', true)),
  cluster('security-posture', change('securityPostureConfig.mode', 'DISABLED')),
  cluster(
    'dataplane-v2',
    change('datapathProvider', 'LEGACY_DATAPATH'),
    change('enableFqdnNetworkPolicy', undefined),
    change('monitoringConfig.advancedDatapathObservabilityConfig.enableMetrics', false),
  ),
  cluster(
    'no-anonymous-access',
    change('rbacBindingConfig.enableInsecureBindingSystemAuthenticated', true),
    change('rbacBindingConfig.enableInsecureBindingSystemUnauthenticated', undefined),
    change('anonymousAuthenticationConfig.mode', 'ENABLED'),
  ),
  cluster(
    'kubelet-readonly-port',
    change('nodePoolDefaults.nodeConfigDefaults.insecureKubeletReadonlyPortEnabled', 'TRUE'),
  ),
  cluster('no-service-external-ips', change('serviceExternalIpsConfig.enabled', true)),
  cluster('node-encryption', change('inTransitEncryptionConfig', 'IN_TRANSIT_ENCRYPTION_DISABLED')),
  cluster(
    'change-control',
    change('maintenancePolicy.recurringWindow', undefined),
    change(['maintenancePolicy', 'maintenanceExclusions', 0, 'exclusionOptions', 'scope'], 'NO_UPGRADES'),
    change('notificationConfig.pubsub.enabled', false),
  ),
];
