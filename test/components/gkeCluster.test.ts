import * as pulumi from '@pulumi/pulumi';
import { GkeCluster, type GkeClusterArgs } from '../../components/gkeCluster';
import { clusterMaintenance, databaseMaintenance, queueMaintenance } from '../../components/settings/maintenance';
import { valueOf } from '../support/pulumi/recorder';
import { names, project, recordCloud } from './recordCloud';

const window = { start: '2026-01-03T02:00:00Z', end: '2026-01-03T08:00:00Z', recurrence: 'FREQ=WEEKLY;BYDAY=SA,SU' };
const args: GkeClusterArgs = {
  names,
  project,
  region: 'europe-west1',
  zones: ['europe-west1-b'],
  network: { networkId: 'net', subnetId: 'sub', podRange: 'pods', serviceRange: 'services' },
  nodeServiceAccount: 'nodes@factory',
  channel: 'REGULAR',
  controlPlane: { endpoint: 'dns' },
  binaryAuthorization: false,
  interNodeEncryption: false,
  maintenance: window,
  protect: false,
};
const make = (over: Partial<GkeClusterArgs> = {}) => recordCloud(() => new GkeCluster('cluster', { ...args, ...over }));
const clusterOf = async (over: Partial<GkeClusterArgs> = {}) =>
  (await make(over)).recording.one('gcp:container/cluster:Cluster');

describe('the cluster', () => {
  it('lives in its one zone, or in the region with nodes in the zones named', async () => {
    expect((await clusterOf()).inputs).toMatchObject({ location: 'europe-west1-b' });
    const zones = ['europe-west1-b', 'europe-west1-c', 'europe-west1-d'];
    expect((await clusterOf({ zones })).inputs).toMatchObject({ location: 'europe-west1', nodeLocations: zones });
  });

  it('is reached by a name that Google serves, and has no address, with a DNS endpoint', async () => {
    const { recording, result } = await make();
    const { inputs } = recording.one('gcp:container/cluster:Cluster');
    expect(inputs.controlPlaneEndpointsConfig).toMatchObject({
      dnsEndpointConfig: { allowExternalTraffic: true },
      ipEndpointsConfig: { enabled: false },
    });
    expect(inputs.privateClusterConfig).toEqual({ enablePrivateNodes: true, enablePrivateEndpoint: true });
    expect(await valueOf(result.endpoint)).toBe('gke-abc.europe-west1.gke.goog');
  });

  it('is reached inside the VPC by the networks named, with a private endpoint', async () => {
    const { recording, result } = await make({
      controlPlane: {
        endpoint: 'private',
        cidr: '172.16.0.0/28',
        authorizedNetworks: [{ cidr: '10.1.0.0/16', name: 'office' }],
      },
    });
    const { inputs } = recording.one('gcp:container/cluster:Cluster');
    expect(inputs.controlPlaneEndpointsConfig).toMatchObject({
      dnsEndpointConfig: { allowExternalTraffic: false },
      ipEndpointsConfig: { enabled: true },
    });
    expect(inputs.masterAuthorizedNetworksConfig).toEqual({
      privateEndpointEnforcementEnabled: true,
      gcpPublicCidrsAccessEnabled: false,
      cidrBlocks: [{ cidrBlock: '10.1.0.0/16', displayName: 'office' }],
    });
    expect(inputs.privateClusterConfig).toMatchObject({ masterIpv4CidrBlock: '172.16.0.0/28' });
    expect(await valueOf(result.endpoint)).toBe('172.16.0.2');
  });

  it('lets neither the whole internet in nor takes networks that nothing checks', async () => {
    const open = { endpoint: 'private' as const, authorizedNetworks: [{ cidr: '0.0.0.0/0', name: 'all' }] };
    await expect(make({ controlPlane: open })).rejects.toThrow('[controlPlane.authorizedNetworks] holds 0.0.0.0/0');
    const unused = { endpoint: 'dns' as const, authorizedNetworks: [{ cidr: '10.0.0.0/8', name: 'office' }] };
    await expect(make({ controlPlane: unused })).rejects.toThrow('has no effect on a DNS endpoint');
  });

  it('hands out a kubeconfig without a credential, as a secret', async () => {
    const { result } = await make();
    expect(await valueOf(pulumi.unsecret(result.kubeconfig).apply(JSON.parse))).toEqual({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'factory-dev',
      clusters: [{ name: 'factory-dev', cluster: { server: 'https://gke-abc.europe-west1.gke.goog' } }],
      contexts: [{ name: 'factory-dev', context: { cluster: 'factory-dev', user: 'factory-dev' } }],
      users: [
        {
          name: 'factory-dev',
          user: { exec: expect.objectContaining({ command: 'gke-gcloud-auth-plugin', provideClusterInfo: true }) },
        },
      ],
    });
    expect(await pulumi.isSecret(result.kubeconfig)).toBe(true);
  });

  it('names the CA in the kubeconfig of a private endpoint, whose certificate the cluster itself signed', async () => {
    const { result } = await make({ controlPlane: { endpoint: 'private' } });
    const config = await valueOf(result.kubeconfig);
    expect(JSON.parse(config ?? '')).toMatchObject({
      clusters: [{ cluster: { server: 'https://172.16.0.2', 'certificate-authority-data': 'Q0E=' } }],
    });
  });

  it('has no endpoint and no kubeconfig in the preview that makes it, in which it is not there yet', async () => {
    const { result } = await recordCloud(() => new GkeCluster('cluster', args), { preview: true });
    expect(await valueOf(result.endpoint)).toBeUndefined();
    expect(await valueOf(result.caCertificate)).toBeUndefined();
    expect(await valueOf(result.kubeconfig)).toBeUndefined();
  });

  it('tells who signs the tokens of its service accounts', async () => {
    const { result } = await make();
    const issuer = `https://container.googleapis.com/v1/projects/${project}/locations/europe-west1-b/clusters/factory-dev`;
    expect(await valueOf(result.issuer)).toBe(issuer);
    expect(await valueOf(result.jwksUri)).toBe(`${issuer}/jwks`);
    expect(await valueOf(result.workloadPool)).toBe(`${project}.svc.id.goog`);
  });

  it('takes its first pool away, whose nodes were as hard as the others, and does not look back', async () => {
    const cluster = await clusterOf({ keys: { disks: 'disk-key' } });
    expect(cluster.inputs).toMatchObject({ removeDefaultNodePool: true, initialNodeCount: 1 });
    expect(cluster.inputs.nodeConfig).toMatchObject({ serviceAccount: 'nodes@factory', bootDiskKmsKey: 'disk-key' });
    expect(cluster.ignoreChanges).toEqual(['nodeConfig']);
  });

  it('tells of upgrades, and upgrades inside the window alone', async () => {
    const { recording } = await make();
    const cluster = recording.one('gcp:container/cluster:Cluster');
    const topic = recording.one('gcp:pubsub/topic:Topic');
    expect(cluster.inputs.notificationConfig).toEqual({
      pubsub: { enabled: true, topic: `projects/${project}/topics/factory-dev-cluster` },
    });
    expect(recording.waitsFor(cluster, topic)).toBe(true);
    expect(cluster.inputs.maintenancePolicy).toMatchObject({
      recurringWindow: { recurrence: 'FREQ=WEEKLY;BYDAY=SA,SU' },
      maintenanceExclusions: [{ exclusionOptions: { scope: 'NO_MINOR_UPGRADES' } }],
    });
  });

  it('has the drivers that volumes need, and no other', async () => {
    const drivers = (await clusterOf({ volumeDrivers: ['gcsfuse'] })).inputs.addonsConfig;
    expect(drivers).toMatchObject({
      gcsFuseCsiDriverConfig: { enabled: true },
      gcpFilestoreCsiDriverConfig: { enabled: false },
      gkeBackupAgentConfig: { enabled: false },
    });
  });

  it('backs namespaces up when asked, with the agent for it', async () => {
    const { recording } = await make({
      backup: { schedule: '0 3 * * *', retainDays: 30, namespaces: ['factory-system'] },
      keys: { backups: 'backup-key' },
      protect: true,
    });
    const plan = recording.one('gcp:gkebackup/backupPlan:BackupPlan');
    expect(plan.inputs).toMatchObject({
      name: 'factory-dev',
      backupSchedule: { cronSchedule: '0 3 * * *' },
      retentionPolicy: { backupRetainDays: 30, backupDeleteLockDays: 7 },
      backupConfig: {
        includeVolumeData: true,
        selectedNamespaces: { namespaces: ['factory-system'] },
        encryptionKey: { gcpKmsEncryptionKey: 'backup-key' },
      },
    });
    expect(plan.protect).toBe(true);
    expect(recording.one('gcp:container/cluster:Cluster').inputs.addonsConfig).toMatchObject({
      gkeBackupAgentConfig: { enabled: true },
    });
  });

  it('leaves out the groups of RBAC without a group', async () => {
    expect((await clusterOf()).inputs).not.toHaveProperty('authenticatorGroupsConfig');
  });
});

describe('a maintenance window', () => {
  it.each([
    [{ ...window, end: '2026-01-03T04:00:00Z' }, '[maintenance] lasts 2 hours'],
    [{ ...window, end: '2026-01-05T04:00:00Z' }, '[maintenance] lasts 50 hours'],
    [{ ...window, recurrence: 'FREQ=WEEKLY;BYDAY=SA' }, 'leaves 24 hours in 32 days'],
    [{ ...window, recurrence: 'FREQ=MONTHLY;BYDAY=1SA' }, 'leaves 6 hours in 32 days'],
  ])('that GKE would refuse is refused here: %j', (faulty, message) => {
    expect(() => clusterMaintenance(faulty)).toThrow(message);
  });

  it('that is daily is enough', () => {
    expect(() => clusterMaintenance({ ...window, recurrence: 'FREQ=DAILY' })).not.toThrow();
  });

  it('gives the queue and the database its first hour', () => {
    expect(queueMaintenance(window)).toEqual({
      weeklyMaintenanceWindows: [{ day: 'SATURDAY', startTime: { hours: 2, minutes: 0, seconds: 0, nanos: 0 } }],
    });
    expect(databaseMaintenance(window)).toEqual({ day: 6, hour: 2, updateTrack: 'stable' });
    const daily = { start: '2026-01-04T23:00:00Z', end: '2026-01-05T05:00:00Z', recurrence: 'FREQ=DAILY' };
    expect(databaseMaintenance(daily)).toMatchObject({ day: 7, hour: 23 });
  });
});
