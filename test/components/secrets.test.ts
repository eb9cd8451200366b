import { Secrets, type SecretsArgs } from '../../components/secrets';
import { valueOf } from '../support/pulumi/recorder';
import { names, project, recordCloud } from './recordCloud';

const make = (over: Partial<SecretsArgs> = {}) =>
  recordCloud(
    () =>
      new Secrets('secrets', {
        names,
        project,
        secrets: {
          'model-openai': { value: 'the-key', version: 3, accessors: ['principal://model-gateway'] },
          'model-anthropic': { accessors: ['principal://model-gateway', 'principal://serve'] },
        },
        protect: true,
        ...over,
      }),
  );

describe('secrets', () => {
  it('are written without being read back, and never in plain', async () => {
    const { recording } = await make();
    const version = recording.one('gcp:secretmanager/secretVersion:SecretVersion');
    expect(version.secretInputs).toEqual(['secretDataWo']);
    expect(version.inputs).toEqual({
      secret: `projects/${project}/secrets/factory-dev-model-openai`,
      secretDataWo: 'the-key',
      secretDataWoVersion: 3,
      deletionPolicy: 'DISABLE',
    });
  });

  it('get no version where people add it themselves', async () => {
    const { recording, result } = await make();
    expect(recording.of('gcp:secretmanager/secretVersion:SecretVersion')).toHaveLength(1);
    expect(await valueOf(result.ids['model-anthropic'] ?? missing())).toBe(
      `projects/${project}/secrets/factory-dev-model-anthropic`,
    );
  });

  it('are each read by their own accessors', async () => {
    const { recording } = await make();
    const grants = recording
      .of('gcp:secretmanager/secretIamMember:SecretIamMember')
      .map(({ inputs }) => [inputs.secretId, inputs.member, inputs.role]);
    expect(grants).toEqual([
      ['factory-dev-model-anthropic', 'principal://model-gateway', 'roles/secretmanager.secretAccessor'],
      ['factory-dev-model-anthropic', 'principal://serve', 'roles/secretmanager.secretAccessor'],
      ['factory-dev-model-openai', 'principal://model-gateway', 'roles/secretmanager.secretAccessor'],
    ]);
  });

  it('are protected, and undone within a week', async () => {
    const { recording } = await make();
    for (const secret of recording.of('gcp:secretmanager/secret:Secret')) {
      expect(secret.protect).toBe(true);
      expect(secret.inputs).toMatchObject({
        deletionProtection: true,
        versionDestroyTtl: '604800s',
        replication: { auto: {} },
      });
    }
  });

  it('stay in the regions named, under our key', async () => {
    const { recording } = await make({ locations: ['europe-west1'], key: 'secrets-key' });
    expect(recording.of('gcp:secretmanager/secret:Secret')[0]?.inputs.replication).toEqual({
      userManaged: {
        replicas: [{ location: 'europe-west1', customerManagedEncryption: { kmsKeyName: 'secrets-key' } }],
      },
    });
    await expect(make({ key: 'secrets-key' })).rejects.toThrow('[key] needs [locations]');
  });
});

function missing(): never {
  throw new Error('no such secret');
}
