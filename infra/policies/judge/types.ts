/** Types of Google Cloud that more than one rule judges. */
export const gcp = {
  cluster: 'gcp:container/cluster:Cluster',
  nodePool: 'gcp:container/nodePool:NodePool',
  subnetwork: 'gcp:compute/subnetwork:Subnetwork',
  routerNat: 'gcp:compute/routerNat:RouterNat',
  auditConfig: 'gcp:projects/iAMAuditConfig:IAMAuditConfig',
  repository: 'gcp:artifactregistry/repository:Repository',
  redis: 'gcp:redis/instance:Instance',
  valkey: 'gcp:memorystore/instance:Instance',
  sql: 'gcp:sql/databaseInstance:DatabaseInstance',
  bucket: 'gcp:storage/bucket:Bucket',
  key: 'gcp:kms/cryptoKey:CryptoKey',
  backupPlan: 'gcp:gkebackup/backupPlan:BackupPlan',
} as const;

/** Kind of a Kubernetes object by its Pulumi type; undefined for anything else, and for patches, which say a part only. */
export function kindOf(type: string): string | undefined {
  const kind = type.startsWith('kubernetes:') ? type.split(':').at(-1) : undefined;
  return kind?.endsWith('Patch') ? undefined : kind;
}

/** Whether a type is one of these kinds of Kubernetes objects. */
export function forKinds(...kinds: readonly string[]): (type: string) => boolean {
  return (type) => kinds.includes(kindOf(type) ?? '');
}
