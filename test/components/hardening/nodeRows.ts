import { all, at, both, cluster, inPool, nodePool, present, row, type Row } from './row';

/** Rows on nodes. */
export const nodeRows: Row[] = [
  row(
    3,
    'nodes have an account of their own',
    (recording) =>
      [...recording.of(nodePool), ...recording.of(cluster)]
        .filter(({ inputs }) => !/^factory-[a-z]+-nodes@/.test(String(at(inputs, 'nodeConfig.serviceAccount'))))
        .map(({ name }) => `${name} runs as another account`),
    nodePool,
    'nodeConfig.serviceAccount',
    '123-compute@developer.gserviceaccount.com',
  ),
  row(
    6,
    'metadata server of GKE',
    inPool('nodeConfig.', { 'workloadMetadataConfig.mode': 'GKE_METADATA' }),
    nodePool,
    'nodeConfig.workloadMetadataConfig.mode',
    'GCE_METADATA',
  ),
  row(
    7,
    'Container-Optimized OS',
    inPool('nodeConfig.', { imageType: 'COS_CONTAINERD' }),
    nodePool,
    'nodeConfig.imageType',
    'UBUNTU_CONTAINERD',
  ),
  row(
    8,
    'nodes repair and upgrade themselves',
    inPool('management.', { autoRepair: true, autoUpgrade: true }),
    nodePool,
    'management.autoUpgrade',
    false,
  ),
  row(
    10,
    'shielded nodes',
    both(
      all(cluster, { enableShieldedNodes: true }),
      inPool('nodeConfig.shieldedInstanceConfig.', { enableSecureBoot: true, enableIntegrityMonitoring: true }),
    ),
    nodePool,
    'nodeConfig.shieldedInstanceConfig.enableSecureBoot',
    false,
  ),
  row(
    23,
    'disks under our key',
    present(nodePool, 'nodeConfig.bootDiskKmsKey'),
    nodePool,
    'nodeConfig.bootDiskKmsKey',
    undefined,
  ),
  row(
    25,
    'sandboxed nodes of agents',
    all(nodePool, { 'nodeConfig.sandboxConfig.type': 'GVISOR' }, ({ name }) => name !== 'pools-system'),
    nodePool,
    'nodeConfig.sandboxConfig',
    undefined,
    'pools-small',
  ),
  row(
    29,
    'kubelet',
    both(
      all(cluster, { 'nodePoolDefaults.nodeConfigDefaults.insecureKubeletReadonlyPortEnabled': 'FALSE' }),
      inPool('nodeConfig.kubeletConfig.', { insecureKubeletReadonlyPortEnabled: 'FALSE', podPidsLimit: 4096 }),
    ),
    nodePool,
    'nodeConfig.kubeletConfig.insecureKubeletReadonlyPortEnabled',
    'TRUE',
  ),
  row(
    30,
    'no external addresses, no legacy endpoints',
    both(
      all(cluster, { 'serviceExternalIpsConfig.enabled': false }),
      inPool('nodeConfig.', { 'metadata.disable-legacy-endpoints': 'true' }),
    ),
    cluster,
    'serviceExternalIpsConfig.enabled',
    true,
  ),
];
