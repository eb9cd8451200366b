import * as pulumi from '@pulumi/pulumi';
import { Queue, type QueueArgs } from '../../components/queue';
import type { RedisEngine, ValkeyEngine } from '../../components/settings/queue';
import { valueOf } from '../support/pulumi/recorder';
import { names, project, recordCloud } from './recordCloud';

const redis: RedisEngine = {
  kind: 'redis',
  memoryGb: 1,
  highAvailability: false,
  version: 'REDIS_7_2',
  auth: true,
  tls: true,
};
const valkey: ValkeyEngine = {
  kind: 'valkey',
  nodeType: 'STANDARD_SMALL',
  shards: 3,
  replicas: 1,
  version: 'VALKEY_8_0',
};
const args: QueueArgs = {
  names,
  project,
  region: 'europe-west1',
  zones: ['europe-west1-b', 'europe-west1-c'],
  engine: redis,
  network: { networkId: 'net', pscSubnetId: 'psc', privateServices: '10.40.0.0/20' },
  maintenance: { start: '2026-01-03T02:00:00Z', end: '2026-01-03T08:00:00Z', recurrence: 'FREQ=WEEKLY;BYDAY=SA,SU' },
  protect: false,
};
const make = (over: Partial<QueueArgs> = {}) => recordCloud(() => new Queue('queue', { ...args, ...over }));
const instanceOf = async (over: Partial<QueueArgs> = {}) =>
  (await make(over)).recording.one('gcp:redis/instance:Instance');

describe('a Redis queue', () => {
  it('asks for a password over TLS and refuses writes rather than forget tasks', async () => {
    expect((await instanceOf()).inputs).toMatchObject({
      name: 'factory-dev',
      tier: 'BASIC',
      authEnabled: true,
      transitEncryptionMode: 'SERVER_AUTHENTICATION',
      redisConfigs: { 'maxmemory-policy': 'noeviction', 'maxmemory-gb': '0.8' },
      persistenceConfig: { persistenceMode: 'DISABLED' },
      deletionProtection: false,
    });
  });

  it('has a replica in another zone, snapshots and protection where it must not be lost', async () => {
    const engine = { ...redis, memoryGb: 5, highAvailability: true };
    const instance = await instanceOf({ engine, protect: true, key: 'queue-key' });
    expect(instance.protect).toBe(true);
    expect(instance.inputs).toMatchObject({
      tier: 'STANDARD_HA',
      locationId: 'europe-west1-b',
      alternativeLocationId: 'europe-west1-c',
      persistenceConfig: { persistenceMode: 'RDB', rdbSnapshotPeriod: 'ONE_HOUR' },
      customerManagedKey: 'queue-key',
      deletionProtection: true,
    });
  });

  it('needs two zones for a replica', async () => {
    const engine = { ...redis, highAvailability: true };
    await expect(make({ engine, zones: ['europe-west1-b'] })).rejects.toThrow('[zones] must name two zones');
  });

  it('is peered with the VPC on the range kept for it, and restarts in the window', async () => {
    expect((await instanceOf()).inputs).toMatchObject({
      connectMode: 'DIRECT_PEERING',
      authorizedNetwork: 'net',
      reservedIpRange: '10.40.0.0/29',
      maintenancePolicy: { weeklyMaintenanceWindows: [{ day: 'SATURDAY' }] },
    });
  });

  it('hands out the password as a secret, and no password in the URL', async () => {
    const { result } = await make();
    expect(await valueOf(result.url)).toBe('rediss://10.40.0.3:6378');
    expect(await valueOf(result.caCertificate)).toBe('CA-1\nCA-2');
    expect(await valueOf(result.authString ?? pulumi.output(undefined))).toBe('the-auth-string');
    expect(result.authString && (await pulumi.isSecret(result.authString))).toBe(true);
    // A secret address would hide every pod template that names it from previews.
    expect(await pulumi.isSecret(result.url)).toBe(false);
  });

  it('has no password and no TLS where configuration says so', async () => {
    const { recording, result } = await make({ engine: { ...redis, auth: false, tls: false } });
    expect(recording.one('gcp:redis/instance:Instance').inputs).toMatchObject({
      authEnabled: false,
      transitEncryptionMode: 'DISABLED',
    });
    expect(await valueOf(result.url)).toBe('redis://10.40.0.3:6379');
    expect(result.authString).toBeUndefined();
  });
});

describe('a Valkey queue', () => {
  const cluster = (over: Partial<QueueArgs> = {}) => make({ engine: valkey, clients: ['principal://serve'], ...over });

  it('takes IAM tokens over TLS, keeps a log on disk and refuses writes rather than forget tasks', async () => {
    const { recording } = await cluster({ key: 'queue-key', protect: true });
    const instance = recording.one('gcp:memorystore/instance:Instance');
    expect(instance.protect).toBe(true);
    expect(instance.inputs).toMatchObject({
      mode: 'CLUSTER',
      shardCount: 3,
      replicaCount: 1,
      authorizationMode: 'IAM_AUTH',
      transitEncryptionMode: 'SERVER_AUTHENTICATION',
      engineConfigs: { 'maxmemory-policy': 'noeviction' },
      persistenceConfig: { mode: 'AOF' },
      deletionProtectionEnabled: true,
      kmsKey: 'queue-key',
    });
    expect(instance.inputs).not.toHaveProperty('desiredPscAutoConnections');
  });

  it('waits for the policy that lets its endpoints in, and is gone before it', async () => {
    const { recording } = await cluster();
    const policy = recording.one('gcp:networkconnectivity/serviceConnectionPolicy:ServiceConnectionPolicy');
    expect(policy.inputs).toMatchObject({
      serviceClass: 'gcp-memorystore',
      network: 'net',
      pscConfig: { subnetworks: ['psc'] },
    });
    expect(recording.one('gcp:memorystore/instance:Instance').dependencies).toContain(policy.urn);
  });

  it('lets its clients log in to this instance and no other', async () => {
    const { recording } = await cluster();
    const [grant] = recording.of('gcp:projects/iAMMember:IAMMember');
    expect(grant?.inputs).toMatchObject({
      role: 'roles/memorystore.dbConnectionUser',
      member: 'principal://serve',
      condition: {
        expression: `resource.name == "projects/${project}/locations/europe-west1/instances/factory-dev"`,
      },
    });
  });

  it('is discovered as a cluster, and reached at its primary with one shard', async () => {
    expect(await valueOf((await cluster()).result.url)).toBe('rediss://10.41.0.8:6379');
    const single = await cluster({ engine: { ...valkey, shards: 1 } });
    expect(await valueOf(single.result.url)).toBe('rediss://10.41.0.9:6379');
    expect(single.recording.one('gcp:memorystore/instance:Instance').inputs).toMatchObject({
      mode: 'CLUSTER_DISABLED',
    });
    expect(single.result.authString).toBeUndefined();
    expect(await valueOf(single.result.caCertificate)).toBe('VALKEY-CA');
  });
});
