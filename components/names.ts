import { createHash } from 'node:crypto';

/**
 * What a physical name may look like: longest length, shortest length, and what it is made of.
 * `dns` is lower-case letters, digits and hyphens, a letter first, no hyphen last; it suits every kind below.
 */
interface Limit {
  max: number;
  min?: number;
}

/** One line a kind, with where its limit is written. */
const limits = {
  // cloud.google.com/compute/docs/naming-resources: RFC 1035, 63
  'gcp.network': { max: 63 },
  'gcp.subnetwork': { max: 63 },
  'gcp.router': { max: 63 },
  'gcp.nat': { max: 63 },
  'gcp.address': { max: 63 },
  'gcp.firewall': { max: 63 },
  'gcp.forwardingRule': { max: 63 },
  'gcp.securityPolicy': { max: 63 },
  'gcp.disk': { max: 63 },
  // cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters: 40
  'gcp.cluster': { max: 40 },
  'gcp.nodePool': { max: 40 },
  // cloud.google.com/kubernetes-engine/docs/add-on/backup-for-gke: 63
  'gcp.backupPlan': { max: 63 },
  // cloud.google.com/memorystore/docs/redis/reference/rest/v1/projects.locations.instances: 40; Valkey 4 to 63
  'gcp.redis': { max: 40 },
  'gcp.valkey': { max: 63, min: 4 },
  // cloud.google.com/sql/docs/postgres/instance-settings: project and instance together 98
  'gcp.sql': { max: 60 },
  'gcp.database': { max: 63 },
  // cloud.google.com/storage/docs/buckets: 3 to 63, unique in the world
  'gcp.bucket': { max: 63, min: 3 },
  // cloud.google.com/artifact-registry/docs/repositories/create-repos: 63
  'gcp.repository': { max: 63 },
  // cloud.google.com/iam/docs/service-accounts-create: 6 to 30
  'gcp.serviceAccount': { max: 30, min: 6 },
  // cloud.google.com/kms/docs/create-key: 63
  'gcp.keyRing': { max: 63 },
  'gcp.key': { max: 63 },
  // cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets: 255
  'gcp.secret': { max: 255 },
  // cloud.google.com/build/docs/api/reference/rest/v1/projects.triggers: 64
  'gcp.trigger': { max: 64 },
  'gcp.connection': { max: 63 },
  // cloud.google.com/pubsub/docs/pubsub-basics: 3 to 255
  'gcp.topic': { max: 255, min: 3 },
  'gcp.attestor': { max: 63 },
  'gcp.certificate': { max: 63 },
  'gcp.servicePolicy': { max: 63 },
  'gcp.filestore': { max: 63 },
  // a name people read: Monitoring allows 512 characters, Billing 60
  'gcp.alert': { max: 120 },
  'gcp.budget': { max: 60 },
  // kubernetes.io/docs/concepts/overview/working-with-objects/names: a label value, 63; a StatefulSet's pods carry an
  // 11-character revision label, so workloads stay at 52
  'k8s.object': { max: 63 },
  'k8s.workload': { max: 52 },
} as const satisfies Record<string, Limit>;

export type ResourceKind = keyof typeof limits;

/** The longest physical name of a kind. */
export function maxLength(kind: ResourceKind): number {
  return limits[kind].max;
}

/** Physical name of a thing of a kind: the factory's prefix, then what tells it from others of its kind. */
export type Names = (kind: ResourceKind, ...parts: string[]) => string;

/**
 * Names for one stack: `{prefix}-{stack}-{parts}`. A name past its kind's limit is cut and ends in 6 hexadecimal digits of the
 * whole, so that it is stable and two long names stay apart. Throws when the result cannot be a name at all.
 */
export function createNames(prefix: string, stack: string): Names {
  return (kind, ...parts) => {
    const whole = [...(kind.startsWith('k8s.') ? [] : [prefix, stack]), ...parts]
      .map(sanitise)
      .filter(Boolean)
      .join('-');
    const { max, min = 1 }: Limit = limits[kind];
    const name = whole.length <= max ? whole : cut(whole, max);
    if (name.length < min || !/^[a-z](?:[a-z0-9-]*[a-z0-9])?$/.test(name))
      throw new Error(
        `[${kind}] cannot be named "${name}": ${min} to ${max} lower-case letters, digits and hyphens, a letter first`,
      );
    return name;
  };
}

function sanitise(part: string): string {
  return part
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}

function cut(whole: string, max: number): string {
  const hash = createHash('sha256').update(whole).digest('hex').slice(0, 6);
  return `${whole.slice(0, max - 7).replace(/-+$/, '')}-${hash}`;
}
