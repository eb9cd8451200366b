import * as memorystore from '@pulumi/gcp/memorystore';
import * as networkconnectivity from '@pulumi/gcp/networkconnectivity';
import * as projects from '@pulumi/gcp/projects';
import * as redis from '@pulumi/gcp/redis';
import * as pulumi from '@pulumi/pulumi';
import type { Names } from './names';
import { queueMaintenance, type MaintenanceWindow } from './settings/maintenance';
import { part } from './settings/network';
import {
  redisSettings,
  valkeyAddress,
  valkeySettings,
  type QueueEngine,
  type RedisEngine,
  type ValkeyEngine,
} from './settings/queue';

export interface QueueArgs {
  names: Names;
  /** Project id. */
  project: string;
  /** Region of the instance. */
  region: string;
  /** Zones of the nodes that use it; the first holds the primary. */
  zones: readonly string[];
  /** Redis or Valkey, and how large. */
  engine: QueueEngine;
  /** Outputs of Network. */
  network: {
    networkId: pulumi.Input<string>;
    /** Subnetwork of Valkey's endpoints. */
    pscSubnetId: pulumi.Input<string>;
    /**
     * Range of Google's services in the VPC, whose first /29 Redis takes. Defaults to one that Google picks, which may belong to a
     * network that yours is joined to later.
     */
    privateServices?: string;
  };
  /** IAM members that may log in to Valkey. Redis has a password instead. Defaults to none. */
  clients?: readonly pulumi.Input<string>[];
  /** Key of what is kept on disk. Defaults to Google's. */
  key?: pulumi.Input<string>;
  /** In its first hour the instance may fail over and restart. */
  maintenance: MaintenanceWindow;
  /** Refuses to delete or replace it. */
  protect: boolean;
}

interface Connection {
  /** Name of the instance. */
  name: pulumi.Output<string>;
  host: pulumi.Output<string>;
  port: pulumi.Output<number>;
  caCertificate: pulumi.Output<string>;
  authString: pulumi.Output<string> | undefined;
}

/**
 * The factory's Redis: queues, leases, results, registry. Reached inside the VPC only, over TLS, with a password (redis) or an IAM
 * token (valkey). Redis BASIC of 1 GiB costs about $36 a month, STANDARD_HA of 5 GiB about $340.
 */
export class Queue extends pulumi.ComponentResource {
  readonly instanceName: pulumi.Output<string>;
  /** `rediss://HOST:PORT` (`redis:` without TLS), without the password. */
  readonly url: pulumi.Output<string>;
  readonly host: pulumi.Output<string>;
  readonly port: pulumi.Output<number>;
  /** CAs of the server's certificate, PEM, all that are in force: during a rotation there are two. Empty without TLS. */
  readonly caCertificate: pulumi.Output<string>;
  /** Password. Secret. Undefined without one, and for Valkey, whose password is the client's IAM token. */
  readonly authString: pulumi.Output<string> | undefined;

  constructor(name: string, args: QueueArgs, opts?: pulumi.ComponentResourceOptions) {
    super('agent-factory:components:Queue', name, {}, opts);
    const { engine } = args;

    const connection =
      engine.kind === 'redis' ? this.createRedis(name, args, engine) : this.createValkey(name, args, engine);

    this.instanceName = connection.name;
    this.host = connection.host;
    this.port = connection.port;
    // An address is no secret, and as one it would hide the whole pod template that names it from every preview.
    this.url = pulumi.interpolate`${encrypted(engine) ? 'rediss' : 'redis'}://${connection.host}:${connection.port}`;
    this.caCertificate = connection.caCertificate;
    this.authString = connection.authString && pulumi.secret(connection.authString);
    this.registerOutputs({ instanceName: this.instanceName, url: this.url, caCertificate: this.caCertificate });
  }

  private createRedis(name: string, args: QueueArgs, engine: RedisEngine): Connection {
    const instance = new redis.Instance(
      `${name}-redis`,
      {
        ...redisSettings(engine, args.zones),
        name: args.names('gcp.redis'),
        project: args.project,
        region: args.region,
        authorizedNetwork: args.network.networkId,
        ...(args.network.privateServices !== undefined && {
          reservedIpRange: part(args.network.privateServices, 29, 0),
        }),
        maintenancePolicy: queueMaintenance(args.maintenance),
        ...(args.key !== undefined && { customerManagedKey: args.key }),
        deletionProtection: args.protect,
      },
      {
        parent: this,
        protect: args.protect,
        additionalSecretOutputs: ['authString'],
        customTimeouts: { create: '30m' },
      },
    );
    return {
      name: instance.name,
      host: instance.host,
      port: instance.port,
      caCertificate: instance.serverCaCerts.apply((certificates) => certificates.map(({ cert }) => cert).join('\n')),
      authString: engine.auth ? instance.authString : undefined,
    };
  }

  private createValkey(name: string, args: QueueArgs, engine: ValkeyEngine): Connection {
    const policy = this.createServicePolicy(name, args);
    const instance = new memorystore.Instance(
      `${name}-valkey`,
      {
        ...valkeySettings(engine),
        instanceId: args.names('gcp.valkey'),
        project: args.project,
        location: args.region,
        desiredAutoCreatedEndpoints: [{ network: args.network.networkId, projectId: args.project }],
        maintenancePolicy: queueMaintenance(args.maintenance),
        ...(args.key !== undefined && { kmsKey: args.key }),
        deletionProtectionEnabled: args.protect,
      },
      { parent: this, protect: args.protect, dependsOn: [policy], customTimeouts: { create: '60m', update: '120m' } },
    );
    this.createClientGrants(name, args, instance);
    const address = instance.endpoints.apply((endpoints) => valkeyAddress(endpoints, engine.shards));
    return {
      name: instance.instanceId,
      host: address.host,
      port: address.port,
      caCertificate: instance.managedServerCas.apply((authorities) =>
        authorities.flatMap(({ caCerts }) => caCerts.flatMap(({ certificates }) => certificates)).join('\n'),
      ),
      authString: undefined,
    };
  }

  /** Lets Memorystore put its endpoints into the subnetwork; must outlive the instance. */
  private createServicePolicy(name: string, args: QueueArgs): networkconnectivity.ServiceConnectionPolicy {
    return new networkconnectivity.ServiceConnectionPolicy(
      `${name}-policy`,
      {
        name: args.names('gcp.servicePolicy', 'valkey'),
        project: args.project,
        location: args.region,
        serviceClass: 'gcp-memorystore',
        network: args.network.networkId,
        pscConfig: { subnetworks: [args.network.pscSubnetId] },
      },
      { parent: this },
    );
  }

  private createClientGrants(name: string, args: QueueArgs, instance: memorystore.Instance): void {
    (args.clients ?? []).forEach((member, index) => {
      new projects.IAMMember(
        `${name}-client-${index}`,
        {
          project: args.project,
          role: 'roles/memorystore.dbConnectionUser',
          member,
          condition: {
            title: 'only-this-instance',
            expression: pulumi.interpolate`resource.name == "${instance.id}"`,
          },
        },
        { parent: this },
      );
    });
  }
}

function encrypted(engine: QueueEngine): boolean {
  return engine.kind === 'valkey' || engine.tls;
}
