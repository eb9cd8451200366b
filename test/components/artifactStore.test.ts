import { ArtifactStore, type ArtifactStoreArgs } from '../../components/artifactStore';
import { valueOf } from '../support/pulumi/recorder';
import { names, project, recordCloud } from './recordCloud';

const make = (over: Partial<ArtifactStoreArgs> = {}) =>
  recordCloud(
    () =>
      new ArtifactStore('artifacts', {
        names,
        project,
        location: 'europe-west1',
        ageDays: 30,
        writers: ['principal://serve'],
        protect: false,
        ...over,
      }),
  );

describe('the store of artifacts', () => {
  it('is private, forgets what is old, and lets its writers write', async () => {
    const { recording, result } = await make({ key: 'storage-key' });
    expect(recording.one('gcp:storage/bucket:Bucket').inputs).toMatchObject({
      name: `factory-dev-${project}-artifacts`,
      uniformBucketLevelAccess: true,
      publicAccessPrevention: 'enforced',
      encryption: { defaultKmsKeyName: 'storage-key' },
      lifecycleRules: [{ action: { type: 'Delete' }, condition: { daysSinceCustomTime: 30 } }, expect.anything()],
    });
    expect(recording.one('gcp:storage/bucketIAMMember:BucketIAMMember').inputs).toMatchObject({
      role: 'roles/storage.objectUser',
      member: 'principal://serve',
    });
    expect(await valueOf(result.bucketName)).toBe(`factory-dev-${project}-artifacts`);
  });

  it('goes with all that is in it in dev, and cannot go in prod', async () => {
    const dev = (await make()).recording.one('gcp:storage/bucket:Bucket');
    expect([dev.protect, dev.inputs.forceDestroy]).toEqual([false, true]);
    const prod = (await make({ protect: true })).recording.one('gcp:storage/bucket:Bucket');
    expect([prod.protect, prod.inputs.forceDestroy]).toEqual([true, false]);
  });
});
