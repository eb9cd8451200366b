import path from 'node:path';
import type * as pulumi from '@pulumi/pulumi';
import { ImageRegistry } from '../../components/imageRegistry';
import { Images } from '../../components/images';
import type { Names } from '../../components/names';
import { SignedImages } from '../../components/signedImages';
import type { Configuration } from '../config/parse';
import type { Cloud } from './cloud';

/** The registry that the stack makes, if it makes one, who signs, and what runs. */
export interface ImageStage {
  registry: ImageRegistry | undefined;
  signing: SignedImages | undefined;
  /** Undefined while there are none to run. */
  images: Images | undefined;
}

/** Registry, signatures, and the images of the dispatcher and of each agent type. */
export function createImages(config: Configuration, cloud: Cloud | undefined, names: Names): ImageStage {
  const registry = cloud && createRegistry(config, cloud, names);
  const signing = cloud && createSigning(config, cloud, names);
  return { registry, signing, images: createRunning(config, registry) };
}

function createRunning(config: Configuration, registry: ImageRegistry | undefined): Images | undefined {
  const { source } = config.images;
  if (source === 'none') return undefined;
  return new Images('images', {
    source,
    registryUrl: registryUrl(config, registry),
    agents: config.plans.map(({ name, programs }) => ({ name, programs })),
    digests: {
      ...(config.images.dispatcher !== undefined && { dispatcher: config.images.dispatcher }),
      agents: config.images.agents,
    },
    // Relative, so that it is no difference on another machine.
    context: path.relative(process.cwd(), path.join(__dirname, '../..')) || '.',
    platform: config.images.platform,
    baseImage: config.images.baseImage,
  });
}

function registryUrl({ images }: Configuration, registry: ImageRegistry | undefined): pulumi.Input<string> {
  const url = images.registry ?? registry?.url;
  if (url === undefined) throw new Error('[images.registry] is not set and the stack makes none');
  return url;
}

function createRegistry(
  config: Configuration,
  { project, region, nodeServiceAccount, keys, opts }: Cloud,
  names: Names,
): ImageRegistry {
  return new ImageRegistry(
    'registry',
    {
      names,
      project,
      location: region,
      immutableTags: config.images.immutableTags,
      readers: [nodeServiceAccount.apply((email) => `serviceAccount:${email}`)],
      ...(keys.registry !== undefined && { key: keys.registry }),
      protect: config.protect,
    },
    opts,
  );
}

function createSigning(
  config: Configuration,
  { project, region, opts }: Cloud,
  names: Names,
): SignedImages | undefined {
  if (config.cluster.kind !== 'gke' || !config.cluster.binaryAuthorization) return undefined;
  const { encryption, protect } = config;
  return new SignedImages(
    'signed-images',
    { names, project, location: region, generation: encryption.generation, protect },
    opts,
  );
}
