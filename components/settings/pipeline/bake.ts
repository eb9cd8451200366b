import { z } from 'zod';
import { agentBaseImage, dispatcherImage, imageBuilds, type AgentImage } from '../imageBuild';

interface BakeOptions {
  registry: string;
  tag: string;
  baseImage: string;
  platforms: readonly string[];
}

/** Definition of all images for `docker buildx bake`, which builds them at once and shares what they have in common. */
export function bakeFile(agents: readonly AgentImage[], { registry, tag, baseImage, platforms }: BakeOptions) {
  const builds = imageBuilds(agents, baseImage).filter(({ name }) => name !== agentBaseImage);
  const targets = builds.map(({ name, dockerfile, target, args }) => [
    name,
    {
      context: '.',
      dockerfile,
      ...(target !== undefined && { target }),
      args,
      tags: [`${registry}/${name}:${tag}`],
      platforms: [...platforms],
    },
  ]);
  return {
    group: { default: { targets: builds.map(({ name }) => name) } },
    target: Object.fromEntries(targets) as Record<string, { tags: string[] }>, // fromEntries forgets the shape
  };
}

const metadataSchema = z.record(z.string(), z.looseObject({ 'containerimage.digest': z.string().optional() }));

/**
 * What bake pushed: the references to sign, and the stack configuration (KEY=VALUE) that runs them. Throws when an image has no digest.
 */
export function pushed(metadata: unknown, agents: readonly AgentImage[], registry: string, project = 'agent-factory') {
  const parsed = metadataSchema.parse(metadata);
  const images = imageBuilds(agents, '')
    .filter(({ name }) => name !== agentBaseImage)
    .map(({ name }) => {
      const digest = parsed[name]?.['containerimage.digest'];
      if (digest === undefined || !/^sha256:[0-9a-f]{64}$/.test(digest))
        throw new Error(`[${name}] was not pushed: bake gave it no digest`);
      return { name, digest };
    });
  return {
    references: images.map(({ name, digest }) => `${registry}/${name}@${digest}`),
    config: [
      `${project}:images.source=digest`,
      ...images.map(
        ({ name, digest }) =>
          `${project}:images.${name === dispatcherImage ? name : `agents.${name.replace(/^agent-/, '')}`}=${digest}`,
      ),
    ],
  };
}
