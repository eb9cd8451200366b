import { all, at, both, cluster, present, row, type Row } from './row';

/** Rows on the cluster. */
export const clusterRows: Row[] = [
  row(
    4,
    'Workload Identity',
    all(cluster, { 'workloadIdentityConfig.workloadPool': 'factory-test.svc.id.goog' }),
    cluster,
    'workloadIdentityConfig',
    undefined,
  ),
  row(
    5,
    'Kubernetes Secrets under our key',
    both(all(cluster, { 'databaseEncryption.state': 'ENCRYPTED' }), present(cluster, 'databaseEncryption.keyName')),
    cluster,
    'databaseEncryption.state',
    'DECRYPTED',
  ),
  row(
    9,
    'release channel',
    all(cluster, { 'releaseChannel.channel': 'STABLE' }),
    cluster,
    'releaseChannel.channel',
    'UNSPECIFIED',
  ),
  row(
    13,
    'authorised networks',
    both(
      all(cluster, {
        'masterAuthorizedNetworksConfig.privateEndpointEnforcementEnabled': true,
        'masterAuthorizedNetworksConfig.gcpPublicCidrsAccessEnabled': false,
      }),
      (recording) =>
        recording
          .of(cluster)
          .filter(({ inputs }) => JSON.stringify(inputs).includes('0.0.0.0/0'))
          .map(({ name }) => `${name} is open to all`),
    ),
    cluster,
    'masterAuthorizedNetworksConfig.gcpPublicCidrsAccessEnabled',
    true,
  ),
  row(
    14,
    'private or DNS endpoint',
    all(cluster, {
      'privateClusterConfig.enablePrivateEndpoint': true,
      'controlPlaneEndpointsConfig.dnsEndpointConfig.allowExternalTraffic': false,
    }),
    cluster,
    'privateClusterConfig.enablePrivateEndpoint',
    false,
  ),
  row(
    18,
    'logs and metrics',
    (recording) => {
      const { inputs } = recording.one(cluster);
      const logs = at(inputs, 'loggingConfig.enableComponents');
      const missing = ['SYSTEM_COMPONENTS', 'WORKLOADS', 'APISERVER'].filter(
        (part) => !(Array.isArray(logs) && logs.includes(part)),
      );
      const metrics = at(inputs, 'monitoringConfig.enableComponents');
      return [
        ...missing.map((part) => `no logs of ${part}`),
        ...(Array.isArray(metrics) && metrics.length > 0 ? [] : ['no metrics']),
      ];
    },
    cluster,
    'loggingConfig.enableComponents',
    ['SYSTEM_COMPONENTS'],
  ),
  row(
    20,
    'no client certificate',
    all(cluster, { 'masterAuth.clientCertificateConfig.issueClientCertificate': false }),
    cluster,
    'masterAuth.clientCertificateConfig.issueClientCertificate',
    true,
  ),
  row(
    21,
    'Google Groups in RBAC',
    all(cluster, { 'authenticatorGroupsConfig.securityGroup': 'gke-security-groups@example.com' }),
    cluster,
    'authenticatorGroupsConfig',
    undefined,
  ),
  row(22, 'no ABAC', all(cluster, { enableLegacyAbac: false }), cluster, 'enableLegacyAbac', true),
  row(24, 'no alpha features', all(cluster, { enableKubernetesAlpha: false }), cluster, 'enableKubernetesAlpha', true),
  row(
    26,
    'security posture',
    all(cluster, { 'securityPostureConfig.mode': 'BASIC' }),
    cluster,
    'securityPostureConfig.mode',
    'DISABLED',
  ),
  row(
    27,
    'Dataplane V2',
    all(cluster, {
      datapathProvider: 'ADVANCED_DATAPATH',
      enableFqdnNetworkPolicy: true,
      'monitoringConfig.advancedDatapathObservabilityConfig.enableMetrics': true,
    }),
    cluster,
    'enableFqdnNetworkPolicy',
    false,
  ),
  row(
    28,
    'RBAC for nobody in particular',
    all(cluster, {
      'rbacBindingConfig.enableInsecureBindingSystemAuthenticated': false,
      'rbacBindingConfig.enableInsecureBindingSystemUnauthenticated': false,
      'anonymousAuthenticationConfig.mode': 'LIMITED',
    }),
    cluster,
    'anonymousAuthenticationConfig.mode',
    'ENABLED',
  ),
  row(
    31,
    'encrypted between nodes',
    all(cluster, { inTransitEncryptionConfig: 'IN_TRANSIT_ENCRYPTION_INTER_NODE_TRANSPARENT' }),
    cluster,
    'inTransitEncryptionConfig',
    'IN_TRANSIT_ENCRYPTION_DISABLED',
  ),
  row(
    32,
    'changes in windows, and told of',
    both(
      all(cluster, {
        'maintenancePolicy.maintenanceExclusions.0.exclusionOptions.scope': 'NO_MINOR_UPGRADES',
        'notificationConfig.pubsub.enabled': true,
      }),
      present(cluster, 'maintenancePolicy.recurringWindow.startTime', 'notificationConfig.pubsub.topic'),
    ),
    cluster,
    'maintenancePolicy.maintenanceExclusions',
    [],
  ),
];
