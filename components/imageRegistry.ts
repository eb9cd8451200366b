import * as artifactregistry from '@pulumi/gcp/artifactregistry';
import * as pulumi from '@pulumi/pulumi';
import type { Names } from './names';

export interface ImageRegistryArgs {
  names: Names;
  /** Project id. */
  project: string;
  /** Region. */
  location: string;
  /** A tag, once pushed, keeps its digest. Must be off where images are built and pushed again under one tag (`images.source: build`). */
  immutableTags: boolean;
  /** Looks for known vulnerabilities in what is pushed, at $0.26 an image. Defaults to true. */
  scanning?: boolean;
  /** Newest versions of an image that are kept however old they are. Defaults to 10. */
  keepVersions?: number;
  /** Days that older versions are kept. Defaults to 30: a rollback reaches no further. */
  keepDays?: number;
  /** IAM members that pull: the nodes. */
  readers: readonly pulumi.Input<string>[];
  /** Key of the images. Defaults to Google's. */
  key?: pulumi.Input<string>;
  /** Refuses to delete the registry. */
  protect: boolean;
}

/** The Docker registry of the factory's images. About $0.10 a GiB and month. */
export class ImageRegistry extends pulumi.ComponentResource {
  /** LOCATION-docker.pkg.dev/PROJECT/REPOSITORY, of which names of images are made. Resolves once its readers may pull. */
  readonly url: pulumi.Output<string>;
  /** Id of the repository within the project. */
  readonly repository: pulumi.Output<string>;

  constructor(name: string, args: ImageRegistryArgs, opts?: pulumi.ComponentResourceOptions) {
    super('agent-factory:components:ImageRegistry', name, {}, opts);

    const repository = this.createRepository(name, args);
    const grants = this.createGrants(name, args, repository);

    this.repository = repository.repositoryId;
    this.url = pulumi
      .all([repository.repositoryId, pulumi.all(grants.map((grant) => grant.id))])
      .apply(([id]) => `${args.location}-docker.pkg.dev/${args.project}/${id}`);
    this.registerOutputs({ url: this.url });
  }

  private createRepository(name: string, args: ImageRegistryArgs): artifactregistry.Repository {
    return new artifactregistry.Repository(
      `${name}-repository`,
      {
        repositoryId: args.names('gcp.repository'),
        project: args.project,
        location: args.location,
        format: 'DOCKER',
        description: 'Images of the agent factory',
        dockerConfig: { immutableTags: args.immutableTags },
        vulnerabilityScanningConfig: { enablementConfig: (args.scanning ?? true) ? 'INHERITED' : 'DISABLED' },
        cleanupPolicyDryRun: false,
        cleanupPolicies: [
          { id: 'keep-newest', action: 'KEEP', mostRecentVersions: { keepCount: args.keepVersions ?? 10 } },
          {
            id: 'delete-old',
            action: 'DELETE',
            condition: { tagState: 'ANY', olderThan: `${(args.keepDays ?? 30) * 86_400}s` },
          },
        ],
        ...(args.key !== undefined && { kmsKeyName: args.key }),
      },
      { parent: this, protect: args.protect },
    );
  }

  private createGrants(name: string, args: ImageRegistryArgs, repository: artifactregistry.Repository) {
    return args.readers.map(
      (member, index) =>
        new artifactregistry.RepositoryIamMember(
          `${name}-reader-${index}`,
          {
            project: args.project,
            location: args.location,
            repository: repository.name,
            role: 'roles/artifactregistry.reader',
            member,
          },
          { parent: this },
        ),
    );
  }
}
