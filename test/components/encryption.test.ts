import { Encryption, type EncryptionArgs } from '../../components/encryption';
import { serviceAgents, type KeyUse } from '../../components/settings/keys';
import { valueOf } from '../support/pulumi/recorder';
import { names, project, projectNumber, recordCloud } from './recordCloud';

const uses = Object.keys(serviceAgents) as KeyUse[]; // keys of a literal
const make = (over: Partial<EncryptionArgs> = {}) =>
  recordCloud(
    () =>
      new Encryption('keys', { names, project, projectNumber, location: 'europe-west1', protect: true, uses, ...over }),
  );

describe('encryption', () => {
  it('has one key a use, turned over every quarter and kept from being destroyed', async () => {
    const { recording, result } = await make();
    const keys = recording.of('gcp:kms/cryptoKey:CryptoKey');
    expect(keys.map((key) => key.inputs.name)).toEqual([...uses].sort().map((use) => `factory-dev-${use}-g1`));
    for (const key of [...keys, recording.one('gcp:kms/keyRing:KeyRing')]) expect(key.protect).toBe(true);
    for (const key of keys)
      expect(key.inputs).toMatchObject({
        rotationPeriod: '7776000s',
        deletionPolicy: 'PREVENT',
        purpose: 'ENCRYPT_DECRYPT',
      });
    expect(await valueOf(result.keys.disks ?? missing())).toBe(
      `projects/${project}/locations/europe-west1/keyRings/factory-dev-g1/cryptoKeys/factory-dev-disks-g1`,
    );
  });

  it('lets each key be used by the service agents of its use alone, which exist by then', async () => {
    const { recording } = await make();
    const members = Object.fromEntries(
      uses.map((use) => [
        use,
        recording
          .of('gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember')
          .filter(({ inputs }) => String(inputs.cryptoKeyId).endsWith(`factory-dev-${use}-g1`))
          .map(({ inputs }) => String(inputs.member))
          .sort(),
      ]),
    );
    const agent = (domain: string) => `serviceAccount:service-${projectNumber}@${domain}.iam.gserviceaccount.com`;
    expect(members).toEqual({
      cluster: [agent('container-engine-robot')],
      disks: [agent('compute-system')],
      database: [agent('gcp-sa-cloud-sql')],
      queue: [agent('cloud-redis'), agent('gcp-sa-memorystore')],
      storage: [agent('gs-project-accounts')],
      registry: [agent('gcp-sa-artifactregistry')],
      secrets: [agent('gcp-sa-secretmanager')],
      topics: [agent('gcp-sa-pubsub')],
      backups: [agent('gcp-sa-gkebackup')],
    });
    const asked = recording.of('gcp:projects/serviceIdentity:ServiceIdentity');
    const grants = recording.of('gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember');
    for (const { inputs, urn } of asked) {
      const waiting = grants.filter((grant) => grant.inputDependencies.member?.includes(urn));
      expect([inputs.service, waiting.length]).toEqual([inputs.service, 1]);
    }
  });

  it('makes keys for nothing that was not asked for', async () => {
    const { recording, result } = await make({ uses: ['disks'] });
    expect(recording.of('gcp:kms/cryptoKey:CryptoKey')).toHaveLength(1);
    expect(recording.of('gcp:projects/serviceIdentity:ServiceIdentity')).toHaveLength(0);
    expect(Object.keys(result.keys)).toEqual(['disks']);
  });

  it('takes new names for an environment that is built anew, since Google never gives one back', async () => {
    const { recording } = await make({ uses: ['disks'], generation: 2, protect: false });
    expect(recording.one('gcp:kms/keyRing:KeyRing').inputs.name).toBe('factory-dev-g2');
    expect(recording.one('gcp:kms/cryptoKey:CryptoKey')).toMatchObject({
      protect: false,
      inputs: { name: 'factory-dev-disks-g2', deletionPolicy: 'DELETE' },
    });
  });
});

function missing(): never {
  throw new Error('no such key');
}
