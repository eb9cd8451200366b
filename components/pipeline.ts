import * as cloudbuild from '@pulumi/gcp/cloudbuild';
import * as cloudbuildv2 from '@pulumi/gcp/cloudbuildv2';
import * as pubsub from '@pulumi/gcp/pubsub';
import * as storage from '@pulumi/gcp/storage';
import * as pulumi from '@pulumi/pulumi';
import type { Names } from './names';
import { PipelineAccounts, type PipelineRole } from './pipelineAccounts';
import { encryptedWith, privateBucket } from './settings/bucket';
import { toTrigger } from './settings/pipeline/build';
import { deployBuild, deploySubstitutions, previewBuild } from './settings/pipeline/deploy';
import { releaseBuild } from './settings/pipeline/release';
import { defaultTools } from './settings/pipeline/tools';
import type { Tools } from './settings/pipeline/tools';

export interface PipelineArgs {
  names: Names;
  /** Project id. */
  project: string;
  /** Region of triggers, connection and releases. */
  region: string;
  /** Name of the stack that is previewed and deployed. */
  stack: string;
  /** The repository on GitHub, over a Cloud Build connection that a person made (its consent cannot be automated). */
  source: { connection: string; owner: string; repository: string; branch: string };
  /** Outputs of ImageRegistry, and its region. */
  registry: { url: pulumi.Input<string>; repository: pulumi.Input<string>; location: string };
  /** Image that ours are built on. */
  baseImage: string;
  /** Architectures. Defaults to linux/amd64 and linux/arm64. */
  platforms?: readonly string[];
  /** Severities of known vulnerabilities that stop a release. Defaults to CRITICAL. */
  blockedSeverities?: readonly string[];
  /** Outputs of SignedImages. Defaults to none: images are not signed. */
  signing?: {
    attestor: pulumi.Input<string>;
    key: pulumi.Input<string>;
    keyVersion: pulumi.Input<string>;
    note: pulumi.Input<string>;
  };
  /** A person approves each deployment. */
  approval: boolean;
  /** Where Pulumi keeps the stack: its bucket, and the KMS key of its secrets (projects/…/cryptoKeys/…). */
  state: { bucket: string; secretsKey: string };
  /** Images that the steps run in. Defaults to public ones, by version. */
  tools?: Partial<Tools>;
  /** Private worker pool, for a cluster with a private endpoint. Defaults to Google's machines. */
  workerPool?: string;
  /** Key of the releases. Defaults to Google's. */
  key?: pulumi.Input<string>;
  /** Refuses to delete the releases. */
  protect: boolean;
}

/**
 * Cloud Build for one environment: a preview of each pull request; on each push to the branch a release (tested, scanned, signed
 * images and their source); and the deployment of a release, which waits for a person where `approval` is on. Each has an account of
 * its own. The release tells the deployment by a message alone, so what builds can never act as what deploys.
 */
export class Pipeline extends pulumi.ComponentResource {
  /** Bucket of releases. */
  readonly releases: pulumi.Output<string>;
  /** Names of the triggers. */
  readonly triggers: Readonly<Record<PipelineRole, pulumi.Output<string>>>;
  /** E-mails of the service accounts. */
  readonly accounts: Readonly<Record<PipelineRole, pulumi.Output<string>>>;

  constructor(name: string, args: PipelineArgs, opts?: pulumi.ComponentResourceOptions) {
    super('agent-factory:components:Pipeline', name, {}, opts);

    const repository = this.createRepository(name, args);
    const bucket = this.createBucket(name, args);
    const topic = this.createTopic(name, args);
    const accounts = this.createAccounts(name, args, bucket, topic);
    const preview = this.createPreview(name, args, accounts, repository, bucket);
    const release = this.createRelease(name, args, accounts, repository, bucket, topic);
    const deploy = this.createDeploy(name, args, accounts, bucket, topic);

    this.releases = bucket.name;
    this.triggers = { preview: preview.name, release: release.name, deploy: deploy.name };
    this.accounts = accounts.emails;
    this.registerOutputs({ releases: this.releases, triggers: this.triggers });
  }

  private createRepository(name: string, { project, region, source }: PipelineArgs): cloudbuildv2.Repository {
    return new cloudbuildv2.Repository(
      `${name}-repository`,
      {
        name: source.repository,
        project,
        location: region,
        parentConnection: source.connection,
        remoteUri: `https://github.com/${source.owner}/${source.repository}.git`,
      },
      { parent: this },
    );
  }

  private createBucket(name: string, args: PipelineArgs): storage.Bucket {
    return new storage.Bucket(
      `${name}-releases`,
      {
        ...privateBucket,
        name: args.names('gcp.bucket', args.project, 'releases'),
        project: args.project,
        location: args.region,
        versioning: { enabled: true },
        // What is deployed lies beside the releases and stays.
        lifecycleRules: [{ action: { type: 'Delete' }, condition: { age: 365, matchesPrefixes: ['releases/'] } }],
        ...encryptedWith(args.key),
        forceDestroy: !args.protect,
      },
      { parent: this, protect: args.protect },
    );
  }

  private createTopic(name: string, args: PipelineArgs): pubsub.Topic {
    return new pubsub.Topic(
      `${name}-topic`,
      {
        name: args.names('gcp.topic', 'releases'),
        project: args.project,
        messageRetentionDuration: '86400s',
        messageStoragePolicy: { allowedPersistenceRegions: [args.region] },
      },
      { parent: this },
    );
  }

  private createAccounts(name: string, args: PipelineArgs, bucket: storage.Bucket, topic: pubsub.Topic) {
    const { names, project, registry, signing, state } = args;
    return new PipelineAccounts(
      `${name}-accounts`,
      { names, project, registry, releases: bucket.name, topic: topic.name, state, ...(signing && { signing }) },
      { parent: this },
    );
  }

  private createPreview(
    name: string,
    args: PipelineArgs,
    accounts: PipelineAccounts,
    repository: cloudbuildv2.Repository,
    bucket: storage.Bucket,
  ): cloudbuild.Trigger {
    return this.createTrigger(name, args, accounts, 'preview', {
      description: `Shows what a pull request would change in ${args.stack}`,
      repositoryEventConfig: {
        repository: repository.id,
        pullRequest: { branch: branch(args), commentControl: 'COMMENTS_ENABLED_FOR_EXTERNAL_CONTRIBUTORS_ONLY' },
      },
      includeBuildLogs: 'INCLUDE_BUILD_LOGS_WITH_STATUS',
      build: bucket.name.apply((releases) => toTrigger(previewBuild(stackSettings(args, releases)))),
    });
  }

  private createRelease(
    name: string,
    args: PipelineArgs,
    accounts: PipelineAccounts,
    repository: cloudbuildv2.Repository,
    bucket: storage.Bucket,
    topic: pubsub.Topic,
  ): cloudbuild.Trigger {
    const {
      baseImage,
      platforms = ['linux/amd64', 'linux/arm64'],
      blockedSeverities = ['CRITICAL'],
      workerPool,
    } = args;
    const build = pulumi
      .all([args.registry.url, bucket.name, topic.name, pulumi.output(args.signing)])
      .apply(([registry, releases, topicName, signing]) =>
        releaseBuild({
          tools: tools(args),
          registry,
          baseImage,
          platforms,
          blockedSeverities,
          bucket: releases,
          topic: topicName,
          ...(signing && { signing: { attestor: signing.attestor, keyVersion: signing.keyVersion } }),
          ...(workerPool !== undefined && { workerPool }),
        }),
      );
    return this.createTrigger(name, args, accounts, 'release', {
      description: 'Tests, builds, scans and signs what was pushed',
      repositoryEventConfig: { repository: repository.id, push: { branch: branch(args) } },
      includeBuildLogs: 'INCLUDE_BUILD_LOGS_WITH_STATUS',
      build: build.apply(toTrigger),
    });
  }

  private createDeploy(
    name: string,
    args: PipelineArgs,
    accounts: PipelineAccounts,
    bucket: storage.Bucket,
    topic: pubsub.Topic,
  ): cloudbuild.Trigger {
    return this.createTrigger(name, args, accounts, 'deploy', {
      description: `Deploys a release to ${args.stack}`,
      pubsubConfig: { topic: topic.id },
      approvalConfig: { approvalRequired: args.approval },
      substitutions: deploySubstitutions,
      build: bucket.name.apply((releases) => toTrigger(deployBuild(stackSettings(args, releases)))),
    });
  }

  private createTrigger(
    name: string,
    { names, project, region, stack }: PipelineArgs,
    accounts: PipelineAccounts,
    role: PipelineRole,
    rest: cloudbuild.TriggerArgs,
  ): cloudbuild.Trigger {
    return new cloudbuild.Trigger(
      `${name}-trigger-${role}`,
      {
        name: names('gcp.trigger', role),
        project,
        location: region,
        serviceAccount: accounts.ids[role],
        tags: ['agent-factory', stack, role],
        ...rest,
      },
      { parent: this },
    );
  }
}

function branch({ source }: PipelineArgs): string {
  return `^${source.branch.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`;
}

function tools(args: PipelineArgs): Tools {
  return { ...defaultTools, ...args.tools };
}

function stackSettings(args: PipelineArgs, bucket: string) {
  const { stack, state, workerPool } = args;
  return {
    tools: tools(args),
    stack,
    backend: `gs://${state.bucket}`,
    bucket,
    ...(workerPool !== undefined && { workerPool }),
  };
}
