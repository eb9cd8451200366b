import * as pulumi from '@pulumi/pulumi';
import { Images, type ImagesArgs } from '../../components/images';
import { valueOf } from '../support/pulumi/recorder';
import { recordCloud } from './recordCloud';

const digest = (character: string) => `sha256:${character.repeat(64)}`;
const registry = 'europe-west1-docker.pkg.dev/p/factory-dev';
const args: ImagesArgs = {
  source: 'digest',
  registryUrl: registry,
  agents: [
    { name: 'python', programs: ['python3', 'git'] },
    { name: 'coordinator', programs: ['git'] },
  ],
  digests: { dispatcher: digest('a'), agents: { python: digest('b'), coordinator: digest('c') } },
  baseImage: 'docker.io/library/node:24-bookworm-slim',
};
const make = (over: Partial<ImagesArgs> = {}) => recordCloud(() => new Images('images', { ...args, ...over }));
const build = (over: Partial<ImagesArgs> = {}) => make({ source: 'build', ...over });

describe('images by digest', () => {
  it('are what the pipeline pushed, and nothing is built', async () => {
    const { recording, result } = await make();
    expect(recording.of('docker:index/image:Image')).toEqual([]);
    expect(await valueOf(result.dispatcher)).toBe(`${registry}/dispatcher@${digest('a')}`);
    expect(await valueOf(result.agents.python ?? missing())).toBe(`${registry}/agent-python@${digest('b')}`);
  });

  it('are refused, all at once, where one is missing or none at all', async () => {
    const digests = { dispatcher: 'latest', agents: { python: digest('b') } };
    await expect(make({ digests })).rejects.toThrow(
      '[images.dispatcher] is "latest", not sha256: and 64 hexadecimal digits\n[images.agents.coordinator] has no digest',
    );
  });
});

describe('images that are built here', () => {
  it('are the dispatcher, the base of agents, and one a type with its programs', async () => {
    const { recording } = await build({ tag: 'dev', platform: 'linux/arm64', context: '/checkout' });
    const builds = recording.of('docker:index/image:Image').map(({ inputs }) => [inputs.imageName, inputs.build]);
    const common = { context: '/checkout', platform: 'linux/arm64', builderVersion: 'BuilderBuildKit' };
    const agent = { ...common, dockerfile: '/checkout/agent-runtime/Dockerfile' };
    expect(Object.fromEntries(builds)).toEqual({
      [`${registry}/dispatcher:dev`]: {
        ...common,
        dockerfile: '/checkout/dispatcher/Dockerfile',
        args: { BASE_IMAGE: args.baseImage },
      },
      [`${registry}/agent-base:dev`]: { ...agent, target: 'base', args: { BASE_IMAGE: args.baseImage } },
      [`${registry}/agent-python:dev`]: {
        ...agent,
        target: 'agent',
        args: { BASE_IMAGE: args.baseImage, PROGRAMS: 'git python3' },
      },
      [`${registry}/agent-coordinator:dev`]: {
        ...agent,
        target: 'agent',
        args: { BASE_IMAGE: args.baseImage, PROGRAMS: 'git' },
      },
    });
  });

  it('are referred to by the digest that was pushed, and never built by a preview', async () => {
    const { recording, result } = await build();
    expect(await valueOf(result.dispatcher)).toBe(`${registry}/dispatcher@${digest('d')}`);
    expect(await valueOf(result.agents.coordinator ?? missing())).toBe(`${registry}/agent-coordinator@${digest('d')}`);
    for (const { inputs } of recording.of('docker:index/image:Image'))
      expect(inputs).toMatchObject({ buildOnPreview: false, skipPush: false });
  });

  it('wait for the base whose layers they share', async () => {
    const { recording } = await build();
    const base = recording.one('docker:index/image:Image', 'images-agent-base');
    expect(recording.one('docker:index/image:Image', 'images-agent-python').dependencies).toContain(base.urn);
    expect(recording.one('docker:index/image:Image', 'images-dispatcher').dependencies).not.toContain(base.urn);
  });

  it('are pushed with the login given, which stays secret', async () => {
    const { recording } = await build({ login: { server: 'r', username: 'u', password: pulumi.secret('p') } });
    const image = recording.one('docker:index/image:Image', 'images-dispatcher');
    expect(image.inputs.registry).toEqual({ server: 'r', username: 'u', password: 'p' });
    expect(image.secretInputs).toEqual(['registry']);
  });
});

function missing(): never {
  throw new Error('no such image');
}
