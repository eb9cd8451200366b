import { ImageRegistry, type ImageRegistryArgs } from '../../components/imageRegistry';
import { valueOf } from '../support/pulumi/recorder';
import { names, project, recordCloud } from './recordCloud';

const make = (over: Partial<ImageRegistryArgs> = {}) =>
  recordCloud(
    () =>
      new ImageRegistry('registry', {
        names,
        project,
        location: 'europe-west1',
        immutableTags: true,
        readers: ['serviceAccount:nodes'],
        protect: true,
        ...over,
      }),
  );

describe('the registry of images', () => {
  it('keeps tags as they are, looks for vulnerabilities, and lets nodes pull', async () => {
    const { recording, result } = await make({ key: 'registry-key' });
    const repository = recording.one('gcp:artifactregistry/repository:Repository');
    expect(repository.protect).toBe(true);
    expect(repository.inputs).toMatchObject({
      format: 'DOCKER',
      dockerConfig: { immutableTags: true },
      vulnerabilityScanningConfig: { enablementConfig: 'INHERITED' },
      kmsKeyName: 'registry-key',
    });
    expect(recording.one('gcp:artifactregistry/repositoryIamMember:RepositoryIamMember').inputs).toMatchObject({
      role: 'roles/artifactregistry.reader',
      member: 'serviceAccount:nodes',
    });
    expect(await valueOf(result.url)).toBe(`europe-west1-docker.pkg.dev/${project}/factory-dev`);
  });

  it('deletes old versions, but never the newest', async () => {
    const { recording } = await make({ keepVersions: 3, keepDays: 7 });
    expect(recording.one('gcp:artifactregistry/repository:Repository').inputs).toMatchObject({
      cleanupPolicyDryRun: false,
      cleanupPolicies: [
        { action: 'KEEP', mostRecentVersions: { keepCount: 3 } },
        { action: 'DELETE', condition: { olderThan: '604800s' } },
      ],
    });
  });

  it('can be pushed to again and again under one tag, unscanned, where a person builds', async () => {
    const { recording } = await make({ immutableTags: false, scanning: false });
    expect(recording.one('gcp:artifactregistry/repository:Repository').inputs).toMatchObject({
      dockerConfig: { immutableTags: false },
      vulnerabilityScanningConfig: { enablementConfig: 'DISABLED' },
    });
  });
});
