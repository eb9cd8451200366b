import { change, type Change, type Props, type ResourceExample } from './example';

const type = 'gcp:container/nodePool:NodePool';

/** A pool of agents that keeps every rule. */
const goodPool: Props = {
  management: { autoRepair: true, autoUpgrade: true },
  networkConfig: { enablePrivateNodes: true },
  nodeConfig: {
    labels: { 'agent-factory.dev/pool': 'small' },
    serviceAccount: 'nodes@p.iam.gserviceaccount.com',
    imageType: 'COS_CONTAINERD',
    workloadMetadataConfig: { mode: 'GKE_METADATA' },
    shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
    metadata: { 'disable-legacy-endpoints': 'true' },
    bootDiskKmsKey: 'projects/p/locations/l/keyRings/r/cryptoKeys/k',
    kubeletConfig: { insecureKubeletReadonlyPortEnabled: 'FALSE', podPidsLimit: 4096 },
    sandboxConfig: { type: 'GVISOR' },
  },
};

const nodes = (rule: string, ...bad: Change[]): ResourceExample => ({
  rule: `gke-nodes-${rule}`,
  type,
  good: [goodPool],
  bad,
});
const pool = (rule: string, ...bad: Change[]): ResourceExample => ({
  rule: `gke-nodepool-${rule}`,
  type,
  good: [goodPool],
  bad,
});

export const nodeExamples: readonly ResourceExample[] = [
  nodes(
    'service-account',
    change('nodeConfig.serviceAccount', undefined),
    change('nodeConfig.serviceAccount', 'default'),
    change('nodeConfig.serviceAccount', '12-compute@developer.gserviceaccount.com'),
    change('nodeConfig', undefined),
  ),
  nodes('metadata-server', change('nodeConfig.workloadMetadataConfig.mode', 'GCE_METADATA')),
  nodes('image-type', change('nodeConfig.imageType', 'UBUNTU_CONTAINERD'), change('nodeConfig.imageType', undefined)),
  nodes(
    'secure-boot',
    change('nodeConfig.shieldedInstanceConfig', undefined),
    change('nodeConfig.shieldedInstanceConfig.enableIntegrityMonitoring', false),
  ),
  nodes('legacy-endpoints', change('nodeConfig.metadata', undefined)),
  nodes('boot-disk-key', change('nodeConfig.bootDiskKmsKey', undefined)),
  pool('repair-upgrade', change('management.autoRepair', false), change('management', undefined)),
  pool('private-nodes', change('networkConfig', undefined)),
  pool(
    'kubelet',
    change('nodeConfig.kubeletConfig.insecureKubeletReadonlyPortEnabled', 'TRUE'),
    change('nodeConfig.kubeletConfig.podPidsLimit', undefined),
  ),
  {
    ...pool('sandbox', change('nodeConfig.sandboxConfig', undefined)),
    good: [goodPool, { nodeConfig: { labels: { 'agent-factory.dev/pool': 'system' } } }, { nodeConfig: {} }],
  },
];
