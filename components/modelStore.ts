import * as compute from '@pulumi/gcp/compute';
import * as filestore from '@pulumi/gcp/filestore';
import * as storage from '@pulumi/gcp/storage';
import { PersistentVolume, PersistentVolumeClaim } from '@pulumi/kubernetes/core/v1';
import * as pulumi from '@pulumi/pulumi';
import { modelClaim, modelVolume, type ModelVolumeSource } from './manifests/modelVolume';
import type { Names } from './names';
import { encryptedWith, privateBucket } from './settings/bucket';
import { part } from './settings/network';

export interface ModelStoreArgs {
  names: Names;
  /** Project id. */
  project: string;
  /** Region of the nodes. */
  region: string;
  /** Zones of the nodes. */
  zones: readonly string[];
  /**
   * `gcsfuse`: a bucket, in every zone, read through a sidecar that needs a right in the cloud; not for pods that run agents' code.
   * `filestore`: an NFS share. `hyperdisk-ml`: a disk in each zone, the fastest; made from a snapshot that holds the models.
   */
  backend: 'gcsfuse' | 'hyperdisk-ml' | 'filestore';
  /** GiB. Filestore has 1,024 or more. */
  sizeGb: number;
  /** Snapshot that holds the models; hyperdisk-ml needs one, since nobody can write to the disk. Defaults to none. */
  snapshot?: string;
  /** Namespace of the claim. */
  namespace: pulumi.Input<string>;
  /** For filestore: name of the VPC, and the range of Google's services in it, whose second /26 the instance takes. Defaults to none. */
  network?: { networkName: pulumi.Input<string>; privateServices: string };
  /** For gcsfuse: IAM members that read the bucket. Defaults to none. */
  readers?: readonly pulumi.Input<string>[];
  /** Key of what is kept. Defaults to Google's. */
  key?: pulumi.Input<string>;
  /** Refuses to delete it. */
  protect: boolean;
}

/** Models on one volume that all pods share and none can write, in place of a copy in each. Needs a Kubernetes provider as well. */
export class ModelStore extends pulumi.ComponentResource {
  /** Name of the claim that pods mount. */
  readonly claimName: pulumi.Output<string>;
  /** With gcsfuse: the bucket that people upload models to. */
  readonly bucketName: pulumi.Output<string> | undefined;

  constructor(name: string, args: ModelStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super('agent-factory:components:ModelStore', name, {}, opts);

    const source = this.createSource(name, args);
    const claim = this.createClaim(name, args, source);

    this.claimName = claim.metadata.name;
    this.bucketName =
      args.backend === 'gcsfuse' ? source.apply((made) => (made.backend === 'gcsfuse' ? made.bucket : '')) : undefined;
    this.registerOutputs({ claimName: this.claimName });
  }

  private createSource(name: string, args: ModelStoreArgs): pulumi.Output<ModelVolumeSource> {
    if (args.backend === 'gcsfuse') return this.createBucket(name, args);
    return args.backend === 'filestore' ? this.createShare(name, args) : this.createDisks(name, args);
  }

  private createBucket(name: string, args: ModelStoreArgs): pulumi.Output<ModelVolumeSource> {
    const bucket = new storage.Bucket(
      `${name}-bucket`,
      {
        ...privateBucket,
        name: args.names('gcp.bucket', args.project, 'models'),
        project: args.project,
        location: args.region,
        versioning: { enabled: true },
        lifecycleRules: [{ action: { type: 'Delete' }, condition: { daysSinceNoncurrentTime: 30 } }],
        ...encryptedWith(args.key),
        forceDestroy: !args.protect,
      },
      { parent: this, protect: args.protect },
    );
    const grants = (args.readers ?? []).map(
      (member, index) =>
        new storage.BucketIAMMember(
          `${name}-reader-${index}`,
          { bucket: bucket.name, role: 'roles/storage.objectViewer', member },
          { parent: this },
        ),
    );
    return pulumi
      .all([bucket.name, pulumi.all(grants.map((grant) => grant.id))])
      .apply(([made]) => ({ backend: 'gcsfuse' as const, bucket: made }));
  }

  private createDisks(name: string, args: ModelStoreArgs): pulumi.Output<ModelVolumeSource> {
    const { snapshot } = args;
    if (snapshot === undefined)
      throw new Error('[modelStore.snapshot] is needed with hyperdisk-ml: the disk is read-only from its first day');
    const disk = args.names('gcp.disk', 'models');
    const disks = args.zones.map(
      (zone) =>
        new compute.Disk(
          `${name}-disk-${zone}`,
          {
            name: disk, // the driver finds the copy of a zone by the one name
            project: args.project,
            zone,
            type: 'hyperdisk-ml',
            size: args.sizeGb,
            accessMode: 'READ_ONLY_MANY',
            snapshot,
            labels: { 'goog-gke-multi-zone': 'true' },
            ...(args.key !== undefined && { diskEncryptionKey: { kmsKeySelfLink: args.key } }),
          },
          { parent: this, protect: args.protect },
        ),
    );
    return pulumi
      .all(disks.map((made) => made.id))
      .apply(() => ({ backend: 'hyperdisk-ml' as const, project: args.project, zones: args.zones, disk }));
  }

  private createShare(name: string, args: ModelStoreArgs): pulumi.Output<ModelVolumeSource> {
    const { network, zones } = args;
    if (network === undefined)
      throw new Error('[network] is needed with filestore: the share is reached inside the VPC only');
    const [zone] = zones;
    const regional = zones.length > 1 || zone === undefined;
    const location = regional ? args.region : zone;
    const share = 'models';
    const instance = new filestore.Instance(
      `${name}-filestore`,
      {
        name: args.names('gcp.filestore', 'models'),
        project: args.project,
        location,
        tier: regional ? 'REGIONAL' : 'ZONAL',
        fileShares: { name: share, capacityGb: args.sizeGb },
        networks: [
          {
            network: network.networkName,
            modes: ['MODE_IPV4'],
            connectMode: 'DIRECT_PEERING',
            reservedIpRange: part(network.privateServices, 26, 1),
          },
        ],
        ...(args.key !== undefined && { kmsKeyName: args.key }),
        deletionProtectionEnabled: args.protect,
      },
      { parent: this, protect: args.protect },
    );
    // The id is what a preview does not know, and so neither the address.
    return pulumi.all([instance.name, instance.networks, instance.id]).apply(([made, networks]) => {
      const address = networks[0]?.ipAddresses?.[0];
      if (address === undefined) throw new Error(`[modelStore] Filestore gave ${made} no address`);
      return { backend: 'filestore' as const, location, instance: made, share, address };
    });
  }

  private createClaim(name: string, args: ModelStoreArgs, source: pulumi.Output<ModelVolumeSource>) {
    const object = args.names('k8s.object', 'models');
    const common = { name: object, sizeGb: args.sizeGb };
    const volume = pulumi
      .all([source, args.namespace])
      .apply(([from, namespace]) => modelVolume({ ...common, namespace, source: from }));
    const claim = pulumi.output(args.namespace).apply((namespace) => modelClaim({ ...common, namespace }));
    const made = new PersistentVolume(
      `${name}-volume`,
      { metadata: volume.metadata, spec: volume.spec },
      { parent: this },
    );
    return new PersistentVolumeClaim(
      `${name}-claim`,
      { metadata: claim.metadata, spec: claim.spec },
      { parent: this, dependsOn: [made] },
    );
  }
}
