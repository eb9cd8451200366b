import type { ValueObject } from '../stack/providers/shared/values';
import { changed, type Change } from './support/change';
import { createCloud, removeClouds } from './support/gcpCloud';
import { CONFORMING, conforming } from './support/gcpConforming';

afterEach(removeClouds);

type Row = readonly [token: string, change: Change];

/** What people change from day to day: none of it may cost a cluster, a queue or a database. */
const IN_PLACE: readonly Row[] = [
  ['gcp:container/cluster:Cluster', { 'resourceLabels.environment': 'staging' }],
  ['gcp:container/cluster:Cluster', { 'releaseChannel.channel': 'STABLE' }],
  ['gcp:container/cluster:Cluster', { 'masterAuthorizedNetworksConfig.cidrBlocks[0].cidrBlock': '198.51.100.0/24' }],
  ['gcp:container/cluster:Cluster', { 'maintenancePolicy.recurringWindow.recurrence': 'FREQ=DAILY' }],
  ['gcp:container/cluster:Cluster', { deletionProtection: true }],
  ['gcp:container/cluster:Cluster', { 'privateClusterConfig.enablePrivateEndpoint': true }],
  ['gcp:container/cluster:Cluster', { databaseEncryption: { state: 'DECRYPTED' } }],
  ['gcp:container/cluster:Cluster', { nodeLocations: ['europe-west4-a', 'europe-west4-b'] }],
  ['gcp:container/cluster:Cluster', { 'ipAllocationPolicy.additionalPodRangesConfig': { podRangeNames: ['more'] } }],
  ['gcp:container/nodePool:NodePool', { 'nodeConfig.machineType': 'e2-standard-8' }],
  ['gcp:container/nodePool:NodePool', { 'nodeConfig.diskSizeGb': 100 }],
  ['gcp:container/nodePool:NodePool', { 'nodeConfig.labels': { tier: 'system' } }],
  ['gcp:container/nodePool:NodePool', { 'nodeConfig.taints': [{ key: 'a', value: 'b', effect: 'NO_SCHEDULE' }] }],
  ['gcp:container/nodePool:NodePool', { 'autoscaling.totalMaxNodeCount': 9 }],
  ['gcp:container/nodePool:NodePool', { 'nodeConfig.workloadMetadataConfig.mode': 'GCE_METADATA' }],
  ['gcp:container/nodePool:NodePool', { version: '1.37.1-gke.1085000' }],
  ['gcp:redis/instance:Instance', { memorySizeGb: 10 }],
  ['gcp:redis/instance:Instance', { replicaCount: 3 }],
  ['gcp:redis/instance:Instance', { 'redisConfigs.maxmemory-policy': 'volatile-lru' }],
  ['gcp:redis/instance:Instance', { authEnabled: false }],
  ['gcp:redis/cluster:Cluster', { shardCount: 5 }],
  ['gcp:memorystore/instance:Instance', { replicaCount: 1, nodeType: 'HIGHMEM_XLARGE' }],
  ['gcp:sql/databaseInstance:DatabaseInstance', { 'settings.tier': 'db-custom-4-15360' }],
  ['gcp:sql/databaseInstance:DatabaseInstance', { 'settings.diskSize': 50 }],
  ['gcp:sql/databaseInstance:DatabaseInstance', { 'settings.userLabels.environment': 'prod' }],
  ['gcp:sql/databaseInstance:DatabaseInstance', { 'settings.availabilityType': 'ZONAL' }],
  ['gcp:sql/databaseInstance:DatabaseInstance', { databaseVersion: 'POSTGRES_18' }],
  ['gcp:compute/subnetwork:Subnetwork', { ipCidrRange: '10.0.0.0/19' }],
  ['gcp:compute/subnetwork:Subnetwork', { 'secondaryIpRanges[2]': { rangeName: 'more', ipCidrRange: '10.16.0.0/20' } }],
  ['gcp:artifactregistry/repository:Repository', { 'dockerConfig.immutableTags': false }],
  ['gcp:kms/cryptoKey:CryptoKey', { rotationPeriod: '2592000s' }],
  ['gcp:storage/bucket:Bucket', { 'lifecycleRules[0].condition.age': 60 }],
  ['gcp:filestore/instance:Instance', { 'fileShares.capacityGb': 2048 }],
];

const REPLACED: readonly Row[] = [
  ['gcp:compute/network:Network', { name: 'other' }],
  ['gcp:compute/network:Network', { autoCreateSubnetworks: true }],
  ['gcp:compute/subnetwork:Subnetwork', { ipCidrRange: '10.0.0.0/21' }],
  ['gcp:compute/subnetwork:Subnetwork', { region: 'us-central1' }],
  ['gcp:compute/firewall:Firewall', { direction: 'EGRESS' }],
  ['gcp:compute/globalAddress:GlobalAddress', { prefixLength: 20 }],
  ['gcp:container/cluster:Cluster', { name: 'other' }],
  ['gcp:container/cluster:Cluster', { location: 'europe-west4-a' }],
  ['gcp:container/cluster:Cluster', { network: 'other' }],
  ['gcp:container/cluster:Cluster', { datapathProvider: 'LEGACY_DATAPATH' }],
  ['gcp:container/cluster:Cluster', { 'ipAllocationPolicy.clusterSecondaryRangeName': 'other' }],
  ['gcp:container/cluster:Cluster', { 'privateClusterConfig.masterIpv4CidrBlock': '172.16.1.0/28' }],
  ['gcp:container/cluster:Cluster', { initialNodeCount: 2 }],
  ['gcp:container/cluster:Cluster', { enableFqdnNetworkPolicy: false }],
  ['gcp:container/nodePool:NodePool', { 'nodeConfig.serviceAccount': 'other' }],
  ['gcp:container/nodePool:NodePool', { 'nodeConfig.spot': true }],
  ['gcp:container/nodePool:NodePool', { 'nodeConfig.sandboxConfig': { type: 'GVISOR' } }],
  ['gcp:container/nodePool:NodePool', { 'nodeConfig.metadata': { a: 'b' } }],
  ['gcp:container/nodePool:NodePool', { initialNodeCount: 3 }],
  ['gcp:container/nodePool:NodePool', { maxPodsPerNode: 32 }],
  ['gcp:redis/instance:Instance', { tier: 'BASIC' }],
  ['gcp:redis/instance:Instance', { transitEncryptionMode: 'DISABLED' }],
  ['gcp:redis/instance:Instance', { connectMode: 'DIRECT_PEERING' }],
  ['gcp:redis/instance:Instance', { redisVersion: 'REDIS_6_X' }],
  ['gcp:memorystore/instance:Instance', { authorizationMode: 'AUTH_DISABLED' }],
  ['gcp:sql/databaseInstance:DatabaseInstance', { region: 'us-central1' }],
  ['gcp:sql/databaseInstance:DatabaseInstance', { 'settings.diskSize': 10 }],
  [
    'gcp:sql/databaseInstance:DatabaseInstance',
    { encryptionKeyName: 'projects/p/locations/l/keyRings/r/cryptoKeys/k' },
  ],
  ['gcp:secretmanager/secretVersion:SecretVersion', { secretDataWoVersion: 2 }],
  ['gcp:secretmanager/secret:Secret', { 'replication.userManaged.replicas[0].location': 'us-central1' }],
  ['gcp:kms/cryptoKey:CryptoKey', { purpose: 'MAC' }],
  ['gcp:projects/iAMMember:IAMMember', { role: 'roles/viewer' }],
  ['gcp:storage/bucket:Bucket', { location: 'us-central1' }],
  ['gcp:serviceaccount/account:Account', { accountId: 'factory-other' }],
  ['gcp:networkconnectivity/serviceConnectionPolicy:ServiceConnectionPolicy', { serviceClass: 'google-cloud-sql' }],
];

test.each(IN_PLACE)('%s changes %j in place', async (token, change) => {
  const changes = await diffOf(token, change);
  expect([changes.length > 0, changes.filter(([, { replace }]) => replace)]).toEqual([true, []]);
});

test.each(REPLACED)('%s needs a new one for %j', async (token, change) => {
  const changes = await diffOf(token, change);
  expect(changes.filter(([, { replace }]) => replace)).not.toEqual([]);
});

test('what is the same is no difference, for every type', async () => {
  const { diff } = createCloud();
  for (const [token, inputs] of CONFORMING)
    expect([token, [...(await diff(token, inputs, structuredClone(inputs)))]]).toEqual([token, []]);
});

test('a default that is written out, or that the service had chosen, is no difference', async () => {
  const { diff } = createCloud();
  const before: ValueObject = { name: 'queue', region: 'europe-west4', memorySizeGb: 1 };
  const state: ValueObject = {
    ...before,
    tier: 'BASIC',
    connectMode: 'DIRECT_PEERING',
    redisVersion: 'REDIS_7_2',
    locationId: 'europe-west4-a',
    authEnabled: false,
    deletionProtection: true,
  };
  const after: ValueObject = {
    ...before,
    tier: 'BASIC',
    redisVersion: 'REDIS_7_2',
    locationId: 'europe-west4-a',
    authEnabled: false,
  };
  expect([...(await diff('gcp:redis/instance:Instance', before, after, state))]).toEqual([]);
  expect([...(await diff('gcp:redis/instance:Instance', after, before, state))]).toEqual([]);
});

test('a default that someone changed behind the program is put back', async () => {
  const { diff } = createCloud();
  const inputs = conforming('gcp:container/cluster:Cluster');
  const changes = await diff('gcp:container/cluster:Cluster', inputs, inputs, { ...inputs, enableLegacyAbac: true });
  expect([...changes]).toEqual([['enableLegacyAbac', { kind: 'update', replace: false }]]);
});

test('the order of a set means nothing, that of a list does', async () => {
  const firewall = conforming('gcp:compute/firewall:Firewall');
  const { diff } = createCloud();
  const turned = changed(firewall, { sourceRanges: ['130.211.0.0/22', '35.191.0.0/16'] });
  expect([...(await diff('gcp:compute/firewall:Firewall', firewall, turned))]).toEqual([]);
  const trigger = conforming('gcp:cloudbuild/trigger:Trigger');
  const swapped = changed(trigger, { 'build.steps[0].args': ['.', 'build'] });
  expect([...(await diff('gcp:cloudbuild/trigger:Trigger', trigger, swapped)).keys()]).toEqual([
    'build.steps[0].args[0]',
    'build.steps[0].args[1]',
  ]);
});

test('a write-only value alone is no difference', async () => {
  const changes = await diffOf('gcp:secretmanager/secretVersion:SecretVersion', { secretDataWo: 'another' });
  expect(changes).toEqual([]);
});

test('a thing that keeps its own name is deleted before its replacement is made; one with a made-up name is not', async () => {
  const { provider } = createCloud();
  const request = (before: ValueObject, after: ValueObject) => ({
    urn: 'urn:pulumi:dev::test::gcp:compute/network:Network::thing',
    type: 'gcp:compute/network:Network',
    name: 'thing',
    id: 'id',
    ignoreChanges: [],
    oldInputs: { value: before, secrets: new Set<string>() },
    news: { value: after, secrets: new Set<string>() },
    oldState: { value: before, secrets: new Set<string>() },
  });
  const named = await provider.diff(request({ name: 'a', mtu: 1460 }, { name: 'a', mtu: 8896 }));
  const made = { name: 'thing-1234567', __defaults: ['name'] };
  const unnamed = await provider.diff(request({ ...made, mtu: 1460 }, { ...made, mtu: 8896 }));
  expect([named.deleteBeforeReplace, unnamed.deleteBeforeReplace]).toEqual([true, false]);
});

async function diffOf(token: string, change: Change) {
  const inputs = conforming(token);
  return [...(await createCloud().diff(token, inputs, changed(inputs, change)))];
}
