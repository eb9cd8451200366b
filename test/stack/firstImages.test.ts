import { createEnvironment, digests, type StackTest } from './support/environment';

// Staging as docs/stack.md makes it: all but what runs from images, then the pipeline's first release.
describe('an environment before its first images, on the real engine', () => {
  const stack = 'staging';
  const project = 'your-project-staging';
  const place = `projects/${project}/locations/europe-west1`;
  const key = `${place}/keyRings/factory-state/cryptoKeys/${stack}`;
  let test_: StackTest;
  let images: object;

  beforeAll(async () => {
    test_ = await createEnvironment();
    images = test_.project.configured(stack, 'images') as object; // a map in our files
    test_.project.configure(stack, {
      images: { ...images, source: 'none' },
      cluster: { kind: 'gke' }, // what is signed is not what this is about
      pipeline: {
        owner: 'acme',
        repository: 'factory',
        connection: 'factory',
        stateBucket: `${project}-factory-state`,
        secretsKey: key,
      },
    });
    bootstrapped();
    await test_.pulumi.succeed('stack', 'init', stack);
  });
  afterAll(() => test_.remove());

  test('up makes the cluster, what keeps state, the registry and the pipeline, and starts nothing', async () => {
    await test_.pulumi.succeed('up', '--yes', '--skip-preview', '--stack', stack);
    const made = test_.gcp.list().map(({ type }) => type);
    for (const type of [
      'gcp:container/cluster:Cluster',
      'gcp:redis/instance:Instance',
      'gcp:artifactregistry/repository:Repository',
      'gcp:cloudbuild/trigger:Trigger',
    ])
      expect(made).toContain(type);
    const { resources = [] } = await test_.pulumi.state(stack);
    expect(resources.filter(({ type }) => type.startsWith('kubernetes:'))).toEqual([]);
  });

  test('with the digests of a release the rest is made, and nothing of before is replaced', async () => {
    test_.project.configure(stack, { images: { ...images, ...digests } });
    const { output } = await test_.pulumi.succeed('preview', '--stack', stack);
    expect(output).toMatch(/AgentWorkload agent-tester\s+create/);
    expect(output).not.toMatch(/\b(replace|delete)\b/);
  });

  /** What `factory bootstrap` leaves behind. */
  function bootstrapped(): void {
    const things: [type: string, id: string][] = [
      ['gcp:cloudbuildv2/connection:Connection', `${place}/connections/factory`],
      ['gcp:kms/keyRing:KeyRing', `${place}/keyRings/factory-state`],
      ['gcp:kms/cryptoKey:CryptoKey', key],
      ['gcp:storage/bucket:Bucket', `${project}-factory-state`],
    ];
    for (const [type, id] of things) {
      const name = id.split('/').at(-1) ?? id;
      test_.gcp.seed({ type, id, name, inputs: { name }, properties: { name, id, project, location: 'europe-west1' } });
    }
  }
});
