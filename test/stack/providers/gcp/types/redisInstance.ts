import { at, matching, type ValueObject, type Value } from '../../shared/values';
import { addressIn, cidr, parseNetwork } from '../addresses';
import { isNot, lacks, absent, amount, fail, labels, name1035, on, text, when, within } from '../checks';
import { stable, stableUuid } from '../outputs';
import { region, regionOfPlace, zone } from '../places';
import { idOf, needing } from '../references';
import type { Rules } from '../rules';
import { digits } from '../scope';
import { EVICTION } from './eviction';
import { peered } from './servicePeering';
import { NETWORK } from './tokens';

// https://cloud.google.com/memorystore/docs/redis/supported-redis-configurations
const REDIS_CONFIGS = [
  'activedefrag',
  'lfu-decay-time',
  'lfu-log-factor',
  'maxmemory-gb',
  'maxmemory-policy',
  'notify-keyspace-events',
  'stream-node-max-bytes',
  'stream-node-max-entries',
  'timeout',
];

const VERSIONS = ['REDIS_3_2', 'REDIS_4_0', 'REDIS_5_0', 'REDIS_6_X', 'REDIS_7_0', 'REDIS_7_2'];

/** Redis instances of Memorystore. */
export const redis: Rules = {
  source: [
    'https://cloud.google.com/memorystore/docs/redis/reference/rest/v1/projects.locations.instances',
    'https://cloud.google.com/memorystore/docs/redis/about-read-replicas',
    'magic-modules mmv1/products/redis/Instance.yaml',
  ],
  id: (inputs, scope) =>
    `projects/${scope.project(inputs)}/locations/${scope.region(inputs)}/instances/${text(inputs, 'name') ?? ''}`,
  immutable: [
    'name',
    'project',
    'region',
    'alternativeLocationId',
    'authorizedNetwork',
    'connectMode',
    'customerManagedKey',
    'locationId',
    'reservedIpRange',
    'tier',
    'transitEncryptionMode',
  ],
  replacesWhen: { redisVersion: (before, after) => rankOf(after) < rankOf(before) },
  defaults: { authEnabled: false, deletionProtection: true },
  enums: {
    redisVersion: VERSIONS,
    'persistenceConfig.persistenceMode': ['DISABLED', 'RDB'],
  },
  checks: [
    name1035('name', 40),
    region('region'),
    zone('locationId'),
    zone('alternativeLocationId'),
    labels('labels'),
    (inputs) =>
      within('memorySizeGb', text(inputs, 'readReplicasMode') === 'READ_REPLICAS_ENABLED' ? 5 : 1, 300)(inputs),
    (inputs) =>
      matching(inputs, 'redisConfigs.*').flatMap(({ path }) => {
        const key = /\["([^"]+)"\]$|([^.]+)$/.exec(path);
        const name = key?.[1] ?? key?.[2] ?? '';
        return REDIS_CONFIGS.includes(name)
          ? []
          : fail(path, `"${name}" is not a configuration that Memorystore takes: ${REDIS_CONFIGS.join(', ')}`);
      }),
    (inputs) => {
      const policy = at(inputs, 'redisConfigs');
      const value =
        typeof policy === 'object' && policy !== null && !Array.isArray(policy)
          ? policy['maxmemory-policy']
          : undefined;
      return typeof value === 'string' && !EVICTION.includes(value)
        ? fail('redisConfigs.maxmemory-policy', `expected one of ${EVICTION.join(', ')}, got ${value}`)
        : [];
    },
    when(
      (inputs) => text(inputs, 'tier') === 'BASIC' || lacks(inputs, 'tier'),
      (inputs) => ((amount(inputs, 'replicaCount') ?? 0) > 0 ? fail('replicaCount', 'needs tier STANDARD_HA') : []),
      (inputs) =>
        text(inputs, 'readReplicasMode') === 'READ_REPLICAS_ENABLED'
          ? fail('readReplicasMode', 'needs tier STANDARD_HA')
          : [],
      absent('alternativeLocationId', 'needs tier STANDARD_HA'),
    ),
    (inputs) =>
      text(inputs, 'locationId') !== undefined && text(inputs, 'locationId') === text(inputs, 'alternativeLocationId')
        ? fail('alternativeLocationId', 'must be another zone than locationId')
        : [],
    when((inputs) => text(inputs, 'readReplicasMode') === 'READ_REPLICAS_ENABLED', within('replicaCount', 1, 5)),
    when(
      (inputs) => text(inputs, 'tier') === 'STANDARD_HA' && isNot(inputs, 'readReplicasMode', 'READ_REPLICAS_ENABLED'),
      (inputs) =>
        (amount(inputs, 'replicaCount') ?? 1) > 1
          ? fail('replicaCount', 'more than one replica needs readReplicasMode READ_REPLICAS_ENABLED')
          : [],
    ),
    (inputs) => (isNot(inputs, 'connectMode', 'PRIVATE_SERVICE_ACCESS') ? cidr('reservedIpRange', 28, 29)(inputs) : []),
    when(
      (inputs) => text(inputs, 'persistenceConfig.persistenceMode') === 'RDB',
      (inputs) =>
        lacks(inputs, 'persistenceConfig.rdbSnapshotPeriod')
          ? fail('persistenceConfig.rdbSnapshotPeriod', 'is required with persistenceMode RDB')
          : [],
    ),
    (inputs) => placeMatches(inputs),
  ],
  needs: needing(['authorizedNetwork', NETWORK], ['customerManagedKey', 'gcp:kms/cryptoKey:CryptoKey']),
  refusesCreate: (inputs, scope) => {
    if (text(inputs, 'connectMode') !== 'PRIVATE_SERVICE_ACCESS') return undefined;
    const network = idOf(NETWORK, text(inputs, 'authorizedNetwork') ?? 'default', inputs, scope);
    return peered(network, scope)
      ? undefined
      : `googleapi: Error 400: Google private services access is not enabled. Enable privateServiceAccess for network ${network} and try again., failedPrecondition`;
  },
  computed: (inputs, scope) => {
    const place = scope.region(inputs);
    const id = `projects/${scope.project(inputs)}/locations/${place}/instances/${text(inputs, 'name') ?? ''}`;
    const range =
      parseNetwork(text(inputs, 'reservedIpRange') ?? '') ??
      parseNetwork(`10.${192 + (Number(digits(id, 3)) % 60)}.${Number(digits(id, 2))}.0/29`);
    const tls = text(inputs, 'transitEncryptionMode') === 'SERVER_AUTHENTICATION';
    const host = range === undefined ? '' : addressIn(range, 4);
    const replicas = text(inputs, 'readReplicasMode') === 'READ_REPLICAS_ENABLED';
    return {
      host,
      port: tls ? 6378 : 6379,
      region: place,
      locationId: `${place}-a`,
      currentLocationId: text(inputs, 'locationId') ?? `${place}-a`,
      alternativeLocationId: text(inputs, 'tier') === 'STANDARD_HA' ? `${place}-b` : '',
      redisVersion: 'REDIS_7_2',
      readReplicasMode: 'READ_REPLICAS_DISABLED',
      authorizedNetwork: `projects/${scope.project(inputs)}/global/networks/default`,
      reservedIpRange: range === undefined ? '' : `${addressIn(range, 0)}/${range.bits}`,
      effectiveReservedIpRange: range === undefined ? '' : `${addressIn(range, 0)}/${range.bits}`,
      replicaCount: text(inputs, 'tier') === 'STANDARD_HA' ? 1 : 0,
      readEndpoint: replicas && range !== undefined ? addressIn(range, 5) : '',
      readEndpointPort: replicas ? 6379 : 0,
      persistenceIamIdentity: `serviceAccount:${scope.numberOf(scope.project(inputs))}-compute@developer.gserviceaccount.com`,
      authString: on(inputs, 'authEnabled') ? stableUuid(`auth ${id}`) : '',
      serverCaCerts: tls
        ? [
            {
              cert: `-----BEGIN CERTIFICATE-----\n${stable(id, 64)}\n-----END CERTIFICATE-----\n`,
              createTime: '2026-01-01T00:00:00Z',
              expireTime: '2036-01-01T00:00:00Z',
              serialNumber: stable(id, 16),
              sha1Fingerprint: stable(id, 40),
            },
          ]
        : [],
      persistenceConfig: { persistenceMode: 'DISABLED', rdbNextSnapshotTime: '', rdbSnapshotStartTime: '' },
      nodes: [{ id: 'node-0', zone: `${place}-a` }],
    };
  },
};

function placeMatches(inputs: ValueObject) {
  const own = text(inputs, 'region');
  return ['locationId', 'alternativeLocationId'].flatMap((path) => {
    const place = text(inputs, path);
    return own !== undefined && place !== undefined && regionOfPlace(place) !== own
      ? fail(path, `${place} is not in region ${own}`)
      : [];
  });
}

function rankOf(version: Value): number {
  return typeof version === 'string' ? VERSIONS.indexOf(version) : -1;
}
