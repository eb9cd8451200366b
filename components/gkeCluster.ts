import * as container from '@pulumi/gcp/container';
import * as gkebackup from '@pulumi/gcp/gkebackup';
import * as pubsub from '@pulumi/gcp/pubsub';
import * as pulumi from '@pulumi/pulumi';
import type { Names } from './names';
import {
  addons,
  clusterLocation,
  controlPlaneAccess,
  hardening,
  type ControlPlane,
  type VolumeDriver,
} from './settings/cluster';
import { gkeKubeconfig } from './settings/kubeconfig';
import { clusterMaintenance, type MaintenanceWindow } from './settings/maintenance';
import { hardenedNode } from './settings/nodes';

export interface GkeClusterArgs {
  names: Names;
  /** Project id. */
  project: string;
  /** Region of the control plane and its backups. */
  region: string;
  /** Zones of the nodes. One makes a zonal cluster, whose control plane is away while it is upgraded; more make a regional one. */
  zones: readonly string[];
  /** Outputs of Network. */
  network: {
    networkId: pulumi.Input<string>;
    subnetId: pulumi.Input<string>;
    /** Name of the secondary range of pods. */
    podRange: string;
    /** Name of the secondary range of Services. */
    serviceRange: string;
  };
  /** E-mail of the nodes' service account. */
  nodeServiceAccount: pulumi.Input<string>;
  /** How fast versions come. RAPID carries no service level; keep it out of prod. */
  channel: 'RAPID' | 'REGULAR' | 'STABLE';
  /** How the API server is reached. */
  controlPlane: ControlPlane;
  /** Google group `gke-security-groups@DOMAIN` whose member groups RBAC may name. Defaults to none: RBAC names people. */
  securityGroup?: string;
  /** Only images that the project's Binary Authorization policy lets through. */
  binaryAuthorization: boolean;
  /** Encrypts what nodes send each other, at a few percent of CPU. */
  interNodeEncryption: boolean;
  /** Findings on workloads in Google's console. Defaults to BASIC, which is free. */
  posture?: 'BASIC' | 'ENTERPRISE';
  /** When GKE may upgrade. */
  maintenance: MaintenanceWindow;
  /** Keys of your own. Defaults to Google's. */
  keys?: {
    /** Kubernetes Secrets in etcd. */
    cluster?: pulumi.Input<string>;
    /** Boot disks. */
    disks?: pulumi.Input<string>;
    /** Messages on upgrades. */
    topics?: pulumi.Input<string>;
    /** Backups. */
    backups?: pulumi.Input<string>;
  };
  /** Scheduled backups of namespaces with their volumes. Defaults to none. */
  backup?: {
    /** Cron expression, UTC. */
    schedule: string;
    retainDays: number;
    namespaces: readonly string[];
  };
  /** Drivers of volumes: of the models, and of artifacts in a bucket. Defaults to none but that of disks. */
  volumeDrivers?: readonly VolumeDriver[];
  /** Refuses to delete or replace the cluster. */
  protect: boolean;
}

/**
 * A GKE Standard cluster without nodes of its own, private and hardened (settings/cluster.ts). The control plane costs $0.10 an hour.
 */
export class GkeCluster extends pulumi.ComponentResource {
  readonly name: pulumi.Output<string>;
  readonly id: pulumi.Output<string>;
  /** Zone or region. */
  readonly location: string;
  /** Host of the API server. */
  readonly endpoint: pulumi.Output<string>;
  /** CA of the API server's address, PEM in base64. */
  readonly caCertificate: pulumi.Output<string>;
  readonly workloadPool: pulumi.Output<string>;
  /** Issuer of the tokens of Kubernetes ServiceAccounts. */
  readonly issuer: pulumi.Output<string>;
  /** Public keys of that issuer. */
  readonly jwksUri: pulumi.Output<string>;
  /** Kubeconfig that gets its credential from gke-gcloud-auth-plugin. Secret. */
  readonly kubeconfig: pulumi.Output<string>;
  /** Topic that tells of upgrades and security bulletins. */
  readonly notificationTopic: pulumi.Output<string>;

  constructor(name: string, args: GkeClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super('agent-factory:components:GkeCluster', name, {}, opts);

    const topic = this.createTopic(name, args);
    const cluster = this.createCluster(name, args, topic);
    this.createBackupPlan(name, args, cluster);

    this.name = cluster.name;
    this.id = cluster.id;
    this.location = clusterLocation(args.region, args.zones).location;
    this.caCertificate = once(cluster, cluster.masterAuth).apply((auth) => auth.clusterCaCertificate);
    this.endpoint = args.controlPlane.endpoint === 'dns' ? dnsEndpoint(cluster) : cluster.endpoint;
    this.workloadPool = cluster.id.apply(() => workloadPool(args.project));
    this.issuer = pulumi.interpolate`https://container.googleapis.com/v1/projects/${args.project}/locations/${this.location}/clusters/${cluster.name}`;
    this.jwksUri = pulumi.interpolate`${this.issuer}/jwks`;
    this.kubeconfig = this.createKubeconfig(args, cluster);
    this.notificationTopic = topic.id;
    this.registerOutputs({ name: this.name, endpoint: this.endpoint, kubeconfig: this.kubeconfig });
  }

  private createTopic(name: string, { names, project, region, keys }: GkeClusterArgs): pubsub.Topic {
    return new pubsub.Topic(
      `${name}-notifications`,
      {
        name: names('gcp.topic', 'cluster'),
        project,
        messageRetentionDuration: `${7 * 86_400}s`,
        messageStoragePolicy: { allowedPersistenceRegions: [region] },
        ...(keys?.topics !== undefined && { kmsKeyName: keys.topics }),
      },
      { parent: this },
    );
  }

  private createCluster(name: string, args: GkeClusterArgs, topic: pubsub.Topic): container.Cluster {
    const { names, project, network, keys, protect } = args;
    return new container.Cluster(
      `${name}-cluster`,
      {
        ...hardening,
        ...clusterLocation(args.region, args.zones),
        ...controlPlaneAccess(args.controlPlane),
        name: names('gcp.cluster'),
        project,
        network: network.networkId,
        subnetwork: network.subnetId,
        ipAllocationPolicy: {
          clusterSecondaryRangeName: network.podRange,
          servicesSecondaryRangeName: network.serviceRange,
        },
        workloadIdentityConfig: { workloadPool: workloadPool(project) },
        releaseChannel: { channel: args.channel },
        maintenancePolicy: clusterMaintenance(args.maintenance),
        notificationConfig: { pubsub: { enabled: true, topic: topic.id } },
        securityPostureConfig: { mode: args.posture ?? 'BASIC' },
        binaryAuthorization: {
          evaluationMode: args.binaryAuthorization ? 'PROJECT_SINGLETON_POLICY_ENFORCE' : 'DISABLED',
        },
        databaseEncryption:
          keys?.cluster === undefined ? { state: 'DECRYPTED' } : { state: 'ENCRYPTED', keyName: keys.cluster },
        inTransitEncryptionConfig: args.interNodeEncryption
          ? 'IN_TRANSIT_ENCRYPTION_INTER_NODE_TRANSPARENT'
          : 'IN_TRANSIT_ENCRYPTION_DISABLED',
        addonsConfig: addons(args.volumeDrivers ?? [], args.backup !== undefined),
        ...(args.securityGroup !== undefined && {
          authenticatorGroupsConfig: { securityGroup: args.securityGroup },
        }),
        removeDefaultNodePool: true,
        initialNodeCount: 1,
        nodeConfig: {
          ...hardenedNode(args.nodeServiceAccount),
          ...(keys?.disks !== undefined && { bootDiskKmsKey: keys.disks }),
        },
        deletionProtection: protect,
      },
      {
        parent: this,
        protect,
        // It describes the first pool, which is gone by then; what the API answers is that of another pool, and a change of it would
        // replace the cluster.
        ignoreChanges: ['nodeConfig'],
        customTimeouts: { create: '60m', update: '60m', delete: '60m' },
      },
    );
  }

  private createKubeconfig({ controlPlane }: GkeClusterArgs, cluster: container.Cluster): pulumi.Output<string> {
    const parts = pulumi.all([cluster.name, this.endpoint, this.caCertificate]);
    return pulumi.secret(
      parts.apply(([name, endpoint, caCertificate]) =>
        // A DNS endpoint shows a certificate of a public CA, which the cluster's own did not sign.
        gkeKubeconfig(controlPlane.endpoint === 'dns' ? { name, endpoint } : { name, endpoint, caCertificate }),
      ),
    );
  }

  private createBackupPlan(name: string, args: GkeClusterArgs, cluster: container.Cluster): void {
    const { backup, keys } = args;
    if (backup === undefined) return;
    new gkebackup.BackupPlan(
      `${name}-backup`,
      {
        name: args.names('gcp.backupPlan'),
        project: args.project,
        location: args.region,
        cluster: cluster.id,
        retentionPolicy: { backupRetainDays: backup.retainDays, backupDeleteLockDays: Math.min(7, backup.retainDays) },
        backupSchedule: { cronSchedule: backup.schedule },
        backupConfig: {
          includeVolumeData: true,
          includeSecrets: true,
          selectedNamespaces: { namespaces: [...backup.namespaces] },
          ...(keys?.backups !== undefined && { encryptionKey: { gcpKmsEncryptionKey: keys.backups } }),
        },
      },
      { parent: this, protect: args.protect },
    );
  }
}

function workloadPool(project: string): string {
  return `${project}.svc.id.goog`;
}

/**
 * A value of which a part is our input and a part the cloud's answer: in a preview of a new cluster the input alone is known, so it
 * must wait for what is not known before the cluster is there.
 */
function once<T>(cluster: container.Cluster, value: pulumi.Output<T>): pulumi.Output<T> {
  return pulumi.all([value, cluster.id]).apply(([known]) => known as T); // all() unwraps what is no output already
}

function dnsEndpoint(cluster: container.Cluster): pulumi.Output<string> {
  return once(cluster, cluster.controlPlaneEndpointsConfig).apply(({ dnsEndpointConfig }) => {
    const host = dnsEndpointConfig?.endpoint;
    if (!host) throw new Error('[controlPlane.endpoint] is dns, but GKE gave the cluster no DNS name: use private');
    return host;
  });
}
