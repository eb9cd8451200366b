import * as storage from '@pulumi/gcp/storage';
import * as pulumi from '@pulumi/pulumi';
import type { Names } from './names';
import { encryptedWith, expiry, privateBucket } from './settings/bucket';

export interface ArtifactStoreArgs {
  names: Names;
  /** Project id. */
  project: string;
  /** Region or multi-region. */
  location: string;
  /** Days after its last use until an artifact is deleted; more than the dispatcher itself keeps it. */
  ageDays: number;
  /** IAM members that read, write and delete artifacts. */
  writers: readonly pulumi.Input<string>[];
  /** Key of the objects. Defaults to Google's. */
  key?: pulumi.Input<string>;
  /** Refuses to delete the bucket. Otherwise it goes with everything in it. */
  protect: boolean;
}

/** The bucket of artifacts. About $0.02 a GiB and month. */
export class ArtifactStore extends pulumi.ComponentResource {
  /** Resolves once its writers may write. */
  readonly bucketName: pulumi.Output<string>;

  constructor(name: string, args: ArtifactStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super('agent-factory:components:ArtifactStore', name, {}, opts);

    const bucket = this.createBucket(name, args);
    const grants = this.createGrants(name, args, bucket);

    this.bucketName = pulumi.all([bucket.name, pulumi.all(grants.map((grant) => grant.id))]).apply(([id]) => id);
    this.registerOutputs({ bucketName: this.bucketName });
  }

  private createBucket(name: string, args: ArtifactStoreArgs): storage.Bucket {
    return new storage.Bucket(
      `${name}-bucket`,
      {
        ...privateBucket,
        name: args.names('gcp.bucket', args.project, 'artifacts'),
        project: args.project,
        location: args.location,
        lifecycleRules: expiry(args.ageDays),
        ...encryptedWith(args.key),
        forceDestroy: !args.protect,
      },
      { parent: this, protect: args.protect },
    );
  }

  private createGrants(name: string, args: ArtifactStoreArgs, bucket: storage.Bucket): storage.BucketIAMMember[] {
    return args.writers.map(
      (member, index) =>
        new storage.BucketIAMMember(
          `${name}-writer-${index}`,
          { bucket: bucket.name, role: 'roles/storage.objectUser', member },
          { parent: this },
        ),
    );
  }
}
