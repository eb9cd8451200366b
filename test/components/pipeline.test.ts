import { agentTypes } from '@agent-factory/contract';
import { Pipeline, type PipelineArgs } from '../../components/pipeline';
import { bakeFile, pushed } from '../../components/settings/pipeline/bake';
import { toCloudBuild, toTrigger, type Build } from '../../components/settings/pipeline/build';
import { deployBuild, previewBuild } from '../../components/settings/pipeline/deploy';
import { releaseBuild } from '../../components/settings/pipeline/release';
import { builderRoles, deployerRoles, grantableRoles, previewerRoles } from '../../components/settings/pipeline/roles';
import { defaultTools } from '../../components/settings/pipeline/tools';
import { valueOf } from '../support/pulumi/recorder';
import { names, project, recordCloud } from './recordCloud';

const registry = `europe-west1-docker.pkg.dev/${project}/factory-dev`;
const args: PipelineArgs = {
  names,
  project,
  region: 'europe-west1',
  stack: 'prod',
  source: { connection: 'github', owner: 'acme', repository: 'agent.factory', branch: 'main' },
  registry: { url: registry, repository: 'factory-dev', location: 'europe-west1' },
  baseImage: 'docker.io/library/node:24-bookworm-slim',
  signing: { attestor: 'projects/p/attestors/a', key: 'signing-key', keyVersion: 'signing-key/1', note: 'note' },
  approval: true,
  state: { bucket: 'pulumi-state', secretsKey: 'projects/p/locations/l/keyRings/r/cryptoKeys/pulumi' },
  protect: true,
};
const make = (over: Partial<PipelineArgs> = {}) => recordCloud(() => new Pipeline('pipeline', { ...args, ...over }));
/** Made once: no test changes what was recorded. */
let made: ReturnType<typeof make> | undefined;
const standard = () => (made ??= make());
const triggerOf = async (role: string, over?: Partial<PipelineArgs>) =>
  (await (over ? make(over) : standard())).recording.one('gcp:cloudbuild/trigger:Trigger', `pipeline-trigger-${role}`);

const release = releaseBuild({
  tools: defaultTools,
  registry,
  baseImage: args.baseImage,
  platforms: ['linux/amd64', 'linux/arm64'],
  blockedSeverities: ['CRITICAL', 'HIGH'],
  bucket: 'releases',
  topic: 'topic',
  signing: { attestor: 'attestor', keyVersion: 'key/1' },
});
const settings = { tools: defaultTools, stack: 'prod', backend: 'gs://state', bucket: 'releases' };
const scriptOf = (build: Build, id: string) => build.steps.find((step) => step.id === id)?.script ?? '';

describe('the triggers', () => {
  it('preview pull requests, release pushes, and deploy releases', async () => {
    const repository = 'Repository/agent.factory';
    expect((await triggerOf('preview')).inputs.repositoryEventConfig).toEqual({
      repository,
      pullRequest: { branch: '^main$', commentControl: 'COMMENTS_ENABLED_FOR_EXTERNAL_CONTRIBUTORS_ONLY' },
    });
    expect((await triggerOf('release')).inputs.repositoryEventConfig).toEqual({
      repository,
      push: { branch: '^main$' },
    });
    expect((await triggerOf('deploy')).inputs).toMatchObject({
      pubsubConfig: { topic: `projects/${project}/topics/factory-dev-releases` },
      substitutions: { _RELEASE: '$(body.message.data.release)' },
    });
  });

  it('make a deployment wait for a person where configuration says so', async () => {
    expect((await triggerOf('deploy')).inputs.approvalConfig).toEqual({ approvalRequired: true });
    expect((await triggerOf('deploy', { approval: false })).inputs.approvalConfig).toEqual({ approvalRequired: false });
  });

  it('say where logs go, as builds under an account of ours must', async () => {
    for (const role of ['preview', 'release', 'deploy'])
      expect((await triggerOf(role)).inputs.build).toMatchObject({ options: { logging: 'CLOUD_LOGGING_ONLY' } });
  });

  it('run in a private pool when the cluster has a private endpoint', async () => {
    const { inputs } = await triggerOf('deploy', { workerPool: 'projects/p/workerPools/w' });
    expect(inputs.build).toMatchObject({ options: { workerPool: 'projects/p/workerPools/w' } });
    expect(JSON.stringify(inputs.build)).not.toContain('E2_');
  });

  it('take a branch by its name, not as a pattern', async () => {
    const source = { ...args.source, branch: 'release/1.x' };
    expect((await triggerOf('release', { source })).inputs.repositoryEventConfig).toMatchObject({
      push: { branch: '^release/1\\.x$' },
    });
  });

  it('exist only once their accounts have their rights', async () => {
    const { recording } = await standard();
    const trigger = recording.one('gcp:cloudbuild/trigger:Trigger', 'pipeline-trigger-deploy');
    const grants = recording.of('gcp:projects/iAMMember:IAMMember');
    expect(grants.every((grant) => recording.waitsFor(trigger, grant))).toBe(true);
  });
});

describe('the accounts of the pipeline', () => {
  const rolesOf = async (account: string) =>
    (await standard()).recording
      .of('gcp:projects/iAMMember:IAMMember')
      .filter(({ inputs }) => String(inputs.member).includes(`factory-dev-${account}@`))
      .map(({ inputs }) => String(inputs.role))
      .sort();

  it('hold the project roles listed for each, and none that gives the project away', async () => {
    expect(await rolesOf('preview')).toEqual([...previewerRoles].sort());
    expect(await rolesOf('release')).toEqual([...builderRoles].sort());
    expect(await rolesOf('deploy')).toEqual([...deployerRoles, 'roles/resourcemanager.projectIamAdmin'].sort());
  });

  it('may not raise themselves: what deploys grants roles of workloads alone', async () => {
    const { recording } = await standard();
    const { inputs } = recording.one('gcp:projects/iAMMember:IAMMember', 'pipeline-accounts-deploy-grants');
    const { expression } = inputs.condition as { expression: string }; // the condition is an object of IAM
    expect(expression).toContain('modifiedGrantsByRole');
    for (const role of grantableRoles) expect(expression).toContain(`'${role}'`);
    for (const role of [...builderRoles, ...deployerRoles, 'roles/resourcemanager.projectIamAdmin', 'roles/owner'])
      expect(expression).not.toContain(`'${role}'`);
  });

  it('write what they make and nothing else', async () => {
    const { recording } = await standard();
    const grants = recording.all
      .filter(
        ({ type, inputs }) => type.endsWith('Member') && type !== 'gcp:projects/iAMMember:IAMMember' && inputs.role,
      )
      .map(({ inputs }) => {
        const account = /factory-dev-(\w+)@/.exec(String(inputs.member))?.[1];
        const on =
          inputs.bucket ?? inputs.topic ?? inputs.repository ?? inputs.cryptoKeyId ?? inputs.attestor ?? inputs.note;
        return `${account ?? ''} ${String(inputs.role)} ${String(on)}`;
      })
      .sort();
    const releases = `factory-dev-${project}-releases`;
    expect(grants).toEqual([
      `deploy roles/cloudkms.cryptoKeyEncrypterDecrypter ${args.state.secretsKey}`,
      `deploy roles/storage.objectUser ${releases}`,
      'deploy roles/storage.objectUser pulumi-state',
      `preview roles/cloudkms.cryptoKeyDecrypter ${args.state.secretsKey}`,
      `preview roles/storage.objectViewer ${releases}`,
      'preview roles/storage.objectViewer pulumi-state',
      'release roles/artifactregistry.writer factory-dev',
      'release roles/binaryauthorization.attestorsViewer projects/p/attestors/a',
      'release roles/cloudkms.signerVerifier signing-key',
      'release roles/containeranalysis.notes.attacher note',
      'release roles/pubsub.publisher factory-dev-releases',
      `release roles/storage.objectCreator ${releases}`,
      `release roles/storage.objectViewer ${releases}`,
    ]);
  });

  it('sign nothing where images are not signed', async () => {
    const { signing: _, ...unsigned } = args;
    const { recording } = await recordCloud(() => new Pipeline('pipeline', unsigned));
    expect(recording.of('gcp:binaryauthorization/attestorIamMember:AttestorIamMember')).toEqual([]);
    const { build } = recording.one('gcp:cloudbuild/trigger:Trigger', 'pipeline-trigger-release').inputs;
    expect(JSON.stringify(build)).not.toContain('sign-and-create');
    expect(build).toMatchObject({
      steps: expect.arrayContaining([expect.objectContaining({ id: 'hand-over', waitFors: ['digests'] })]),
    });
  });
});

describe('a release', () => {
  it('is tested, then built, scanned, pushed, signed and handed over, each after the one before', () => {
    const waits = Object.fromEntries(release.steps.map(({ id, waitFor }) => [id, waitFor]));
    expect(waits).toEqual({
      install: undefined,
      check: ['install'],
      test: ['install'],
      describe: ['install'],
      build: ['check', 'test', 'describe'],
      scan: ['build'],
      push: ['scan'],
      digests: ['push'],
      sign: ['digests'],
      'hand-over': ['sign'],
    });
  });

  it('pushes nothing before the scan', () => {
    const ids = release.steps.map(({ id }) => id);
    expect(release.steps.filter(({ script }) => script.includes('--push')).map(({ id }) => id)).toEqual(['push']);
    expect(ids.indexOf('scan')).toBeLessThan(ids.indexOf('push'));
  });

  it('names the commit, which its own catalogue is read from', () => {
    const describeStep = release.steps.find(({ id }) => id === 'describe');
    expect(describeStep?.env).toEqual([
      `REGISTRY=${registry}`,
      'TAG=$COMMIT_SHA',
      `BASE_IMAGE=${args.baseImage}`,
      'PLATFORMS=linux/amd64,linux/arm64',
    ]);
  });

  it('builds one image a type for every architecture, without the base that they share', () => {
    const bake = bakeFile(agentTypes, {
      registry,
      tag: 'abc',
      baseImage: 'base',
      platforms: ['linux/amd64', 'linux/arm64'],
    });
    expect(bake.group.default.targets).toEqual(['dispatcher', ...agentTypes.map(({ name }) => `agent-${name}`)]);
    expect(bake.target['agent-reviewer']).toMatchObject({
      dockerfile: 'agent-runtime/Dockerfile',
      target: 'agent',
      tags: [`${registry}/agent-reviewer:abc`],
      platforms: ['linux/amd64', 'linux/arm64'],
    });
  });

  it('hands over the digest of every image, as configuration and to be signed', () => {
    const agents = agentTypes.filter(({ name }) => name === 'python');
    const digest = (character: string) => `sha256:${character.repeat(64)}`;
    const metadata = {
      dispatcher: { 'containerimage.digest': digest('a'), 'image.name': 'x' },
      'agent-python': { 'containerimage.digest': digest('b') },
    };
    expect(pushed(metadata, agents, registry)).toEqual({
      references: [`${registry}/dispatcher@${digest('a')}`, `${registry}/agent-python@${digest('b')}`],
      config: [
        'agent-factory:images.source=digest',
        `agent-factory:images.dispatcher=${digest('a')}`,
        `agent-factory:images.agents.python=${digest('b')}`,
      ],
    });
    expect(() => pushed({ dispatcher: metadata.dispatcher }, agents, registry)).toThrow(
      '[agent-python] was not pushed',
    );
  });
});

describe('a deployment', () => {
  it('takes nothing but a commit for the name of a release', () => {
    expect(scriptOf(deployBuild(settings), 'fetch')).toContain('[[ $RELEASE =~ ^[0-9a-f]{40}$ ]]');
  });

  it('runs under the policies, and notes what runs afterwards', () => {
    const build = deployBuild(settings);
    expect(build.steps.map(({ id }) => id)).toEqual(['fetch', 'install', 'deploy', 'note']);
    expect(scriptOf(build, 'deploy')).toMatch(/pulumi up .*--policy-pack infra\/policies/);
  });
});

describe('a preview', () => {
  it('shows the difference under the policies, with the images that run now, and changes nothing', () => {
    const build = previewBuild(settings);
    expect(build.steps.map(({ id }) => id)).toEqual(['current', 'install', 'preview']);
    expect(scriptOf(build, 'preview')).toMatch(/pulumi preview .*--policy-pack infra\/policies/);
    expect(build.steps.map(({ script }) => script).join()).not.toContain('pulumi up');
  });
});

describe('a build', () => {
  const builds = { release, deploy: deployBuild(settings), preview: previewBuild(settings) };

  it.each(Object.entries(builds))('%s says the same to a trigger and to cloudbuild.yaml', (_, build) => {
    const yaml = toCloudBuild(build);
    const trigger = toTrigger(build);
    expect(trigger.timeout).toBe(yaml.timeout);
    expect(
      trigger.steps.map(({ envs, waitFors, ...step }) => ({
        ...step,
        ...(envs && { env: envs }),
        ...(waitFors && { waitFor: waitFors }),
      })),
    ).toEqual(yaml.steps);
    expect(trigger.options?.logging).toBe(yaml.options.logging);
  });

  it.each(Object.entries(builds))(
    '%s uses substitutions in the environment of steps alone, where Cloud Build knows them',
    (_, build) => {
      for (const { env = [], script } of build.steps) {
        const known = env.map((entry) => entry.split('=')[0]);
        const used = [...script.matchAll(/\$([A-Z_]+)\b/g)].map(([, name]) => name);
        expect([...known, 'PATH', 'PWD']).toEqual(expect.arrayContaining(used));
      }
    },
  );

  it.each(Object.entries(builds))('%s stops at the first fault', (_, build) => {
    for (const { script } of build.steps) expect(script).toMatch(/^#!\/usr\/bin\/env bash\nset -euo pipefail\n/);
  });
});

describe('the pipeline', () => {
  it('tells where its releases are', async () => {
    const { recording, result } = await standard();
    expect(await valueOf(result.releases)).toBe(`factory-dev-${project}-releases`);
    expect(recording.one('gcp:storage/bucket:Bucket')).toMatchObject({
      protect: true,
      inputs: { publicAccessPrevention: 'enforced' },
    });
    expect(await valueOf(result.triggers.deploy)).toBe('factory-dev-deploy');
    expect(await valueOf(result.accounts.deploy)).toBe(`factory-dev-deploy@${project}.iam.gserviceaccount.com`);
  });
});
