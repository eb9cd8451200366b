import { groupKind, gvkOf, type KubeObject } from '../object';

// Fields whose change replaces the object, as in the real provider (pulumi-kubernetes, provider/pkg/provider/diff.go).
const replaced: Record<string, string[]> = {
  'apps/Deployment': ['spec.selector'],
  'apps/DaemonSet': ['spec.selector'],
  'apps/StatefulSet': [
    'spec.podManagementPolicy',
    'spec.revisionHistoryLimit',
    'spec.selector',
    'spec.serviceName',
    'spec.volumeClaimTemplates',
  ],
  'batch/Job': ['spec.completions', 'spec.parallelism', 'spec.selector', 'spec.template'],
  'core/ConfigMap': ['binaryData', 'data'],
  'core/Secret': ['type', 'stringData', 'data'],
  'core/Service': ['spec.clusterIP'],
  'core/ResourceQuota': ['spec.scopes'],
  'core/PersistentVolumeClaim': ['spec.accessModes', 'spec.selector', 'spec.storageClassName', 'spec.volumeName'],
  'core/PersistentVolume': ['spec.csi', 'spec.gcePersistentDisk', 'spec.hostPath', 'spec.local', 'spec.nfs'],
  'core/Pod': ['spec'],
  'rbac.authorization.k8s.io/RoleBinding': ['roleRef'],
  'rbac.authorization.k8s.io/ClusterRoleBinding': ['roleRef'],
  'storage.k8s.io/StorageClass': ['parameters', 'provisioner'],
};

// Fields that the API server does not let change and the provider does not know of: the update fails.
const refused: Record<string, string[]> = {
  'storage.k8s.io/StorageClass': ['reclaimPolicy', 'volumeBindingMode'],
  'scheduling.k8s.io/PriorityClass': ['value', 'preemptionPolicy'],
  'node.k8s.io/RuntimeClass': ['handler'],
  'core/PersistentVolume': ['spec.volumeMode'],
  'core/PersistentVolumeClaim': ['spec.volumeMode', 'spec.dataSource', 'spec.dataSourceRef', 'spec.resources.limits'],
  'batch/Job': ['spec.completionMode'],
  'apps/ReplicaSet': ['spec.selector'],
  'core/Service': ['spec.clusterIPs'],
};

/** What decides, besides the kind, whether data may change in place. */
export interface Mutability {
  configMapMutable: boolean;
  secretMutable: boolean;
}

function covers(prefix: string, path: string): boolean {
  return path === prefix || path.startsWith(`${prefix}.`) || path.startsWith(`${prefix}[`);
}

function isMutable(kind: string, object: KubeObject, mutability: Mutability): boolean {
  if (object['immutable'] === true) return false;
  return (
    (kind === 'core/ConfigMap' && mutability.configMapMutable) || (kind === 'core/Secret' && mutability.secretMutable)
  );
}

/** Whether a change at this path replaces the object. */
export function forcesReplacement(object: KubeObject, path: string, mutability: Mutability): boolean {
  if (covers('metadata.name', path) || covers('metadata.namespace', path)) return true;
  const kind = groupKind(gvkOf(object));
  if (isMutable(kind, object, mutability)) return covers('type', path);
  return (replaced[kind] ?? []).some((prefix) => covers(prefix, path));
}

/** The paths that the API server refuses to change in place. */
export function refusedChanges(object: KubeObject, paths: readonly string[]): string[] {
  const kind = groupKind(gvkOf(object));
  return paths.filter((path) => (refused[kind] ?? []).some((prefix) => covers(prefix, path)));
}
