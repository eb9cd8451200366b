import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';
import {
  agentBaseImage,
  agentImage,
  digestReferences,
  dispatcherImage,
  imageBuilds,
  type AgentImage,
  type Digests,
  type ImageBuild,
} from './settings/imageBuild';

export interface ImagesArgs {
  /** `build`: this machine builds and pushes; `digest`: the pipeline did. */
  source: 'build' | 'digest';
  /** Host and path that names of images begin with. */
  registryUrl: pulumi.Input<string>;
  /** Agent types and the programs of their images. */
  agents: readonly AgentImage[];
  /** With source `digest`: what to run. Each of `agents` must have one. Defaults to none. */
  digests?: Partial<Digests>;
  /** With source `build`: tag that is pushed again and again. Pods name the digest. Defaults to `latest`. */
  tag?: string;
  /** With source `build`: root of the repository. Defaults to the folder that Pulumi runs in. */
  context?: string;
  /** With source `build`: such as linux/amd64. Defaults to that of this machine. */
  platform?: string;
  /** With source `build`: image with Node 24 that all are built on. */
  baseImage: string;
  /** With source `build`: login to the registry. Defaults to what `docker login` or a credential helper left on this machine. */
  login?: { server: string; username: string; password: pulumi.Input<string> };
}

/** References of the factory's images, all by digest: built here from the checkout, or handed over by the pipeline. */
export class Images extends pulumi.ComponentResource {
  readonly dispatcher: pulumi.Output<string>;
  /** By agent type. */
  readonly agents: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: ImagesArgs, opts?: pulumi.ComponentResourceOptions) {
    super('agent-factory:components:Images', name, {}, opts);

    const reference = args.source === 'build' ? this.build(name, args) : this.pick(args);

    this.dispatcher = reference(dispatcherImage);
    this.agents = Object.fromEntries(args.agents.map((agent) => [agent.name, reference(agentImage(agent.name))]));
    this.registerOutputs({ dispatcher: this.dispatcher, agents: this.agents });
  }

  private pick(args: ImagesArgs): (image: string) => pulumi.Output<string> {
    const paths = digestReferences('', args.agents, args.digests ?? {}); // at once, not when the registry is known
    return (image) => pulumi.interpolate`${args.registryUrl}${paths[image] ?? ''}`;
  }

  private build(name: string, args: ImagesArgs): (image: string) => pulumi.Output<string> {
    const builds = imageBuilds(args.agents, args.baseImage);
    const base = builds
      .filter((build) => build.name === agentBaseImage)
      .map((build) => this.createImage(name, args, build, []));
    const images = new Map(
      builds
        .filter((build) => build.name !== agentBaseImage)
        .map((build) => [build.name, this.createImage(name, args, build, build.target === 'agent' ? base : [])]),
    );
    return (image) => {
      const built = images.get(image);
      if (built === undefined) throw new Error(`[agents] has no image ${image}`);
      return built.repoDigest;
    };
  }

  /** Agents' images wait for their base, whose layers they then share instead of building them twelve times at once. */
  private createImage(name: string, args: ImagesArgs, build: ImageBuild, after: docker.Image[]): docker.Image {
    const { context = '.', tag = 'latest' } = args;
    return new docker.Image(
      `${name}-${build.name}`,
      {
        imageName: pulumi.interpolate`${args.registryUrl}/${build.name}:${tag}`,
        build: {
          context,
          dockerfile: `${context}/${build.dockerfile}`,
          args: build.args,
          builderVersion: docker.BuilderVersion.BuilderBuildKit,
          ...(build.target !== undefined && { target: build.target }),
          ...(args.platform !== undefined && { platform: args.platform }),
        },
        buildOnPreview: false,
        skipPush: false,
        ...(args.login && { registry: args.login }),
      },
      { parent: this, dependsOn: after },
    );
  }
}
