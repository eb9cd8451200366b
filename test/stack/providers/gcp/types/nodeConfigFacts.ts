import type { Enums } from '../../shared/schema/check';

// terraform-provider-google services/container/node_config.go (v7): everything of a node's configuration needs a new
// pool except what its update function sends to the API.
const MUTABLE = [
  'bootDisk',
  'containerdConfig',
  'diskSizeGb',
  'diskType',
  'fastSocket',
  'gcfsConfig',
  'gvnic',
  'imageType',
  'kubeletConfig',
  'labels',
  'linuxNodeConfig',
  'loggingVariant',
  'machineType',
  'resourceLabels',
  'resourceManagerTags',
  'storagePools',
  'tags',
  'taints',
  'windowsNodeConfig',
  'workloadMetadataConfig',
];

/** Patterns below `path` that a pool changes in place. */
export function mutableNodeConfig(path: string): string[] {
  return MUTABLE.map((name) => `${path}.${name}`);
}

/** Enums of a node configuration at `path` (node_config.go, ValidateFunc). */
export function nodeConfigEnums(path: string): Enums {
  return {
    [`${path}.imageType`]: [
      'COS_CONTAINERD',
      'UBUNTU_CONTAINERD',
      'COS',
      'UBUNTU',
      'WINDOWS_LTSC_CONTAINERD',
      'WINDOWS_SAC_CONTAINERD',
    ],
    [`${path}.sandboxConfig.type`]: ['GVISOR', 'MICROVM', 'UNSPECIFIED'],
    [`${path}.sandboxConfig.sandboxType`]: ['gvisor'],
    [`${path}.workloadMetadataConfig.mode`]: ['MODE_UNSPECIFIED', 'GCE_METADATA', 'GKE_METADATA'],
    [`${path}.taints[*].effect`]: ['NO_SCHEDULE', 'PREFER_NO_SCHEDULE', 'NO_EXECUTE'],
    [`${path}.kubeletConfig.cpuManagerPolicy`]: ['static', 'none', ''],
    [`${path}.kubeletConfig.insecureKubeletReadonlyPortEnabled`]: ['TRUE', 'FALSE'],
    [`${path}.loggingVariant`]: ['DEFAULT', 'MAX_THROUGHPUT'],
    [`${path}.linuxNodeConfig.cgroupMode`]: ['CGROUP_MODE_UNSPECIFIED', 'CGROUP_MODE_V1', 'CGROUP_MODE_V2'],
    [`${path}.secondaryBootDisks[*].mode`]: ['CONTAINER_IMAGE_CACHE', 'MODE_UNSPECIFIED'],
    [`${path}.reservationAffinity.consumeReservationType`]: [
      'UNSPECIFIED',
      'NO_RESERVATION',
      'ANY_RESERVATION',
      'SPECIFIC_RESERVATION',
    ],
    [`${path}.diskType`]: [
      'pd-standard',
      'pd-balanced',
      'pd-ssd',
      'hyperdisk-balanced',
      'hyperdisk-balanced-high-availability',
      'hyperdisk-extreme',
      'hyperdisk-ml',
      'hyperdisk-throughput',
    ],
    [`${path}.guestAccelerators[*].gpuDriverInstallationConfig.gpuDriverVersion`]: [
      'GPU_DRIVER_VERSION_UNSPECIFIED',
      'INSTALLATION_DISABLED',
      'DEFAULT',
      'LATEST',
    ],
    [`${path}.guestAccelerators[*].gpuSharingConfig.gpuSharingStrategy`]: ['TIME_SHARING', 'MPS'],
  };
}
