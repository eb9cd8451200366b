import { Database, type DatabaseArgs } from '../../components/database';
import { valueOf } from '../support/pulumi/recorder';
import { names, project, recordCloud } from './recordCloud';

const args: DatabaseArgs = {
  names,
  project,
  region: 'europe-west1',
  size: {
    tier: 'db-custom-1-3840',
    version: 'POSTGRES_17',
    highAvailability: false,
    pointInTimeRecovery: false,
    diskGb: 20,
  },
  network: { networkId: 'net', pscSubnetId: 'psc' },
  clients: ['principal://serve'],
  maintenance: { start: '2026-01-03T02:00:00Z', end: '2026-01-03T08:00:00Z', recurrence: 'FREQ=WEEKLY;BYDAY=SA,SU' },
  protect: false,
  labels: { team: 'agents' },
};
const prod: Partial<DatabaseArgs> = {
  size: { ...args.size, tier: 'db-custom-2-7680', highAvailability: true, pointInTimeRecovery: true, backups: 30 },
  protect: true,
  key: 'database-key',
};
const make = (over: Partial<DatabaseArgs> = {}) => recordCloud(() => new Database('database', { ...args, ...over }));
const instanceOf = async (over: Partial<DatabaseArgs> = {}) =>
  (await make(over)).recording.one('gcp:sql/databaseInstance:DatabaseInstance');

describe('the database', () => {
  it('has no address but its endpoint in the VPC, and speaks TLS alone', async () => {
    const { recording, result } = await make();
    const instance = recording.one('gcp:sql/databaseInstance:DatabaseInstance');
    expect(instance.inputs.settings).toMatchObject({
      ipConfiguration: {
        ipv4Enabled: false,
        sslMode: 'ENCRYPTED_ONLY',
        pscConfigs: [{ pscEnabled: true, allowedConsumerProjects: [project] }],
      },
    });
    const rule = recording.one('gcp:compute/forwardingRule:ForwardingRule');
    expect(rule.inputs).toMatchObject({
      network: 'net',
      loadBalancingScheme: '',
      target: 'projects/producer/regions/europe-west1/serviceAttachments/a',
    });
    expect(recording.one('gcp:compute/address:Address').inputs).toMatchObject({
      subnetwork: 'psc',
      addressType: 'INTERNAL',
    });
    expect(await valueOf(result.host)).toBe('10.41.0.2');
    expect(await valueOf(result.serverName)).toBe('abc.def.europe-west1.sql.goog');
    expect(await valueOf(result.caCertificate)).toBe('SQL-CA');
  });

  it('has a standby, point-in-time recovery, kept backups and protection in prod', async () => {
    const instance = await instanceOf(prod);
    expect(instance.protect).toBe(true);
    expect(instance.inputs).toMatchObject({
      encryptionKeyName: 'database-key',
      deletionProtection: true,
      settings: {
        availabilityType: 'REGIONAL',
        deletionProtectionEnabled: true,
        retainBackupsOnDelete: true,
        backupConfiguration: {
          enabled: true,
          pointInTimeRecoveryEnabled: true,
          transactionLogRetentionDays: 7,
          backupRetentionSettings: { retainedBackups: 30 },
        },
      },
    });
  });

  it('is small and can be destroyed in dev, with daily backups all the same', async () => {
    const instance = await instanceOf();
    expect(instance.protect).toBe(false);
    expect(instance.inputs).toMatchObject({
      databaseVersion: 'POSTGRES_17',
      deletionProtection: false,
      settings: {
        tier: 'db-custom-1-3840',
        edition: 'ENTERPRISE',
        availabilityType: 'ZONAL',
        userLabels: { team: 'agents' },
        maintenanceWindow: { day: 6, hour: 2 },
        backupConfiguration: { enabled: true, pointInTimeRecoveryEnabled: false },
      },
    });
  });

  it('takes IAM logins and tells who asked what', async () => {
    const { databaseFlags, insightsConfig } = (await instanceOf()).inputs.settings as Record<string, unknown>; // an object of Cloud SQL
    expect(databaseFlags).toEqual(
      expect.arrayContaining([
        { name: 'cloudsql.iam_authentication', value: 'on' },
        { name: 'cloudsql.enable_pgaudit', value: 'on' },
      ]),
    );
    expect(insightsConfig).toMatchObject({ queryInsightsEnabled: true });
  });

  it('lets a disk that grew by itself stay as it is', async () => {
    const instance = await instanceOf();
    expect(instance.inputs.settings).toMatchObject({ diskSize: 20, diskAutoresize: true, diskAutoresizeLimit: 200 });
    expect(instance.ignoreChanges).toEqual(['settings.diskSize']);
  });

  it('is logged in to without a password, by the pods named, acting as one account', async () => {
    const { recording, result } = await make();
    expect(recording.one('gcp:sql/user:User').inputs).toEqual({
      name: `factory-dev-database@${project}.iam`,
      project,
      instance: 'factory-dev',
      type: 'CLOUD_IAM_SERVICE_ACCOUNT',
      deletionPolicy: 'ABANDON',
    });
    expect(recording.one('gcp:serviceaccount/iAMMember:IAMMember').inputs).toMatchObject({
      role: 'roles/iam.workloadIdentityUser',
      member: 'principal://serve',
    });
    const grants = recording.of('gcp:projects/iAMMember:IAMMember');
    expect(grants.map((grant) => grant.inputs.role)).toEqual(['roles/cloudsql.client', 'roles/cloudsql.instanceUser']);
    for (const grant of grants)
      expect(grant.inputs.condition).toMatchObject({
        expression: expect.stringContaining(`projects/${project}/instances/factory-dev`),
      });
    expect(await valueOf(result.user)).toBe(`factory-dev-database@${project}.iam`);
    expect(await valueOf(result.databaseName)).toBe('factory');
  });

  it('is refused as highly available without recovery, which Cloud SQL asks for', async () => {
    const size = { ...args.size, highAvailability: true };
    await expect(make({ size })).rejects.toThrow('[pointInTimeRecovery] must be on');
  });
});
