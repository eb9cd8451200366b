/** Memorystore for Redis: one primary, and a replica in another zone when it must not be lost. What the factory uses by default. */
export interface RedisEngine {
  kind: 'redis';
  /** Memory in GiB, 1 to 300. */
  memoryGb: number;
  /** A replica in another zone that takes over within a minute, and hourly snapshots. Doubles the cost. */
  highAvailability: boolean;
  /** Such as REDIS_7_2. */
  version: string;
  /** Clients give a password. */
  auth: boolean;
  /** Connections are encrypted. */
  tls: boolean;
}

/** Memorystore for Valkey: for more than one Redis can do. Pods log in with IAM tokens; there is no password. */
export interface ValkeyEngine {
  kind: 'valkey';
  /** Size of a node, such as STANDARD_SMALL or HIGHMEM_MEDIUM. */
  nodeType: string;
  /** Shards, 1 to 250. More than one makes it a cluster. */
  shards: number;
  /** Replicas of each shard, 0 to 5. */
  replicas: number;
  /** Such as VALKEY_8_0. */
  version: string;
}

export type QueueEngine = RedisEngine | ValkeyEngine;

/** What holds for any queue: a full one refuses writes, because evicting would lose tasks without a word. */
const noEviction = { 'maxmemory-policy': 'noeviction' };

/** Settings of a Redis instance, without name, network and key. */
export function redisSettings(engine: RedisEngine, zones: readonly string[]) {
  const { memoryGb, highAvailability, version, auth, tls } = engine;
  const [zone, other] = zones;
  if (highAvailability && (zone === undefined || other === undefined))
    throw new Error('[zones] must name two zones: a highly available Redis has a replica in another one');
  return {
    tier: highAvailability ? 'STANDARD_HA' : 'BASIC',
    memorySizeGb: memoryGb,
    redisVersion: version,
    ...(zone !== undefined && { locationId: zone }),
    ...(highAvailability && other !== undefined && { alternativeLocationId: other }),
    authEnabled: auth,
    transitEncryptionMode: tls ? 'SERVER_AUTHENTICATION' : 'DISABLED',
    // Direct peering comes and goes with the instance. Private services access needs a servicenetworking connection, which cannot be
    // destroyed while Google still cleans up behind it, and Private Service Connect is not offered for this engine.
    connectMode: 'DIRECT_PEERING',
    redisConfigs: { ...noEviction, 'maxmemory-gb': (memoryGb * 0.8).toFixed(1) }, // the rest is for replication and snapshots
    persistenceConfig: highAvailability
      ? { persistenceMode: 'RDB', rdbSnapshotPeriod: 'ONE_HOUR' }
      : { persistenceMode: 'DISABLED' },
  };
}

/** Settings of a Valkey instance, without name, network and key. */
export function valkeySettings({ nodeType, shards, replicas, version }: ValkeyEngine) {
  return {
    nodeType,
    shardCount: shards,
    replicaCount: replicas,
    mode: shards > 1 ? 'CLUSTER' : 'CLUSTER_DISABLED',
    engineVersion: version,
    authorizationMode: 'IAM_AUTH',
    transitEncryptionMode: 'SERVER_AUTHENTICATION',
    engineConfigs: noEviction,
    persistenceConfig: { mode: 'AOF', aofConfig: { appendFsync: 'EVERY_SEC' } },
    zoneDistributionConfig: { mode: 'MULTI_ZONE' },
  };
}

interface ValkeyEndpoint {
  connections?: { pscAutoConnection?: { connectionType: string; ipAddress: string; port: number } }[];
}

/** Where clients connect: the address for discovery of a cluster, the primary's otherwise. Throws when the instance has neither. */
export function valkeyAddress(endpoints: readonly ValkeyEndpoint[], shards: number): { host: string; port: number } {
  const wanted = shards > 1 ? 'CONNECTION_TYPE_DISCOVERY' : 'CONNECTION_TYPE_PRIMARY';
  const connections = endpoints.flatMap((endpoint) => endpoint.connections ?? []);
  const found = connections.find((connection) => connection.pscAutoConnection?.connectionType === wanted);
  if (found?.pscAutoConnection === undefined)
    throw new Error(`[queue] has no endpoint of type ${wanted}: see whether the service connection policy allows one`);
  return { host: found.pscAutoConnection.ipAddress, port: found.pscAutoConnection.port };
}
