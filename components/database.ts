import * as compute from '@pulumi/gcp/compute';
import * as projects from '@pulumi/gcp/projects';
import * as serviceaccount from '@pulumi/gcp/serviceaccount';
import * as sql from '@pulumi/gcp/sql';
import * as pulumi from '@pulumi/pulumi';
import type { Names } from './names';
import { databaseAccess, databaseSettings, iamUser, type DatabaseSize } from './settings/database';
import { databaseMaintenance, type MaintenanceWindow } from './settings/maintenance';

export interface DatabaseArgs {
  names: Names;
  /** Project id. */
  project: string;
  /** Region of instance and backups. */
  region: string;
  /** How large and how safe. */
  size: DatabaseSize;
  /** Outputs of Network. */
  network: {
    networkId: pulumi.Input<string>;
    pscSubnetId: pulumi.Input<string>;
  };
  /** IAM members (principals of Kubernetes ServiceAccounts) that may act as the database's service account. */
  clients: readonly pulumi.Input<string>[];
  /** Key of disk and backups. Defaults to Google's. */
  key?: pulumi.Input<string>;
  /** In its first hour the instance may restart. */
  maintenance: MaintenanceWindow;
  /** Refuses to delete or replace it, in Pulumi, in the provider and in Cloud SQL itself. */
  protect: boolean;
  /** Labels of the instance: the provider's default labels do not reach it. */
  labels: Record<string, string>;
}

/**
 * PostgreSQL for what must not be lost: submissions, crews, runs, the audit log. Reached through Private Service Connect only; pods log
 * in as a service account with a short-lived token, so there is no password. db-custom-1-3840 costs about $50 a month, twice that
 * with high availability.
 */
export class Database extends pulumi.ComponentResource {
  /** PROJECT:REGION:INSTANCE. */
  readonly connectionName: pulumi.Output<string>;
  /** Address of the endpoint inside the VPC. Resolves once it is connected. */
  readonly host: pulumi.Output<string>;
  readonly port = 5432;
  readonly databaseName: pulumi.Output<string>;
  /** PostgreSQL user of the service account. */
  readonly user: pulumi.Output<string>;
  /** E-mail of the service account that logs in; the annotation `iam.gke.io/gcp-service-account` of a Kubernetes ServiceAccount. */
  readonly serviceAccount: pulumi.Output<string>;
  /** DNS name in the server's certificate. */
  readonly serverName: pulumi.Output<string>;
  /** CAs of the server's certificate, PEM. */
  readonly caCertificate: pulumi.Output<string>;

  constructor(name: string, args: DatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super('agent-factory:components:Database', name, {}, opts);

    const instance = this.createInstance(name, args);
    const endpoint = this.createEndpoint(name, args, instance);
    const database = this.createDatabase(name, args, instance);
    const account = this.createAccount(name, args);
    const user = this.createUser(name, args, instance, account);

    this.connectionName = instance.connectionName;
    this.host = endpoint;
    this.databaseName = database.name;
    this.user = user.name;
    this.serviceAccount = account.email;
    this.serverName = instance.dnsName.apply((name) => name.replace(/\.$/, ''));
    this.caCertificate = instance.serverCaCerts.apply((certificates) =>
      certificates.map(({ cert }) => cert).join('\n'),
    );
    this.registerOutputs({ connectionName: this.connectionName, host: this.host, databaseName: this.databaseName });
  }

  private createInstance(name: string, args: DatabaseArgs): sql.DatabaseInstance {
    return new sql.DatabaseInstance(
      `${name}-instance`,
      {
        name: args.names('gcp.sql'),
        project: args.project,
        region: args.region,
        databaseVersion: args.size.version,
        ...(args.key !== undefined && { encryptionKeyName: args.key }),
        deletionProtection: args.protect,
        settings: {
          ...databaseSettings(args.size, args.region, args.protect),
          ipConfiguration: databaseAccess(args.project),
          maintenanceWindow: databaseMaintenance(args.maintenance),
          userLabels: args.labels,
        },
      },
      {
        parent: this,
        protect: args.protect,
        ignoreChanges: ['settings.diskSize'], // it has grown since, and a smaller one would replace the instance
        customTimeouts: { create: '60m', update: '60m' },
      },
    );
  }

  /** A reserved address, so that network policies and certificates can rely on it, with the instance behind it. */
  private createEndpoint(name: string, args: DatabaseArgs, instance: sql.DatabaseInstance): pulumi.Output<string> {
    const address = new compute.Address(
      `${name}-address`,
      {
        name: args.names('gcp.address', 'database'),
        project: args.project,
        region: args.region,
        addressType: 'INTERNAL',
        subnetwork: args.network.pscSubnetId,
      },
      { parent: this },
    );
    const rule = new compute.ForwardingRule(
      `${name}-endpoint`,
      {
        name: args.names('gcp.forwardingRule', 'database'),
        project: args.project,
        region: args.region,
        network: args.network.networkId,
        ipAddress: address.selfLink,
        target: instance.pscServiceAttachmentLink,
        loadBalancingScheme: '', // what an endpoint of Private Service Connect must have; the default is EXTERNAL
      },
      { parent: this },
    );
    return pulumi.all([address.address, rule.id]).apply(([host]) => host);
  }

  private createDatabase(name: string, args: DatabaseArgs, instance: sql.DatabaseInstance): sql.Database {
    return new sql.Database(
      `${name}-database`,
      {
        name: 'factory',
        project: args.project,
        instance: instance.name,
        deletionPolicy: args.protect ? 'PREVENT' : 'DELETE',
      },
      { parent: this, protect: args.protect },
    );
  }

  /** Cloud SQL knows no principals of Kubernetes: pods act as this account, which may log in here and nothing else. */
  private createAccount(name: string, args: DatabaseArgs): serviceaccount.Account {
    const account = new serviceaccount.Account(
      `${name}-login`,
      {
        accountId: args.names('gcp.serviceAccount', 'database'),
        project: args.project,
        displayName: 'Logs in to the database of the agent factory',
      },
      { parent: this },
    );
    args.clients.forEach((member, index) => {
      new serviceaccount.IAMMember(
        `${name}-client-${index}`,
        { serviceAccountId: account.name, role: 'roles/iam.workloadIdentityUser', member },
        { parent: this },
      );
    });
    return account;
  }

  private createUser(
    name: string,
    args: DatabaseArgs,
    instance: sql.DatabaseInstance,
    account: serviceaccount.Account,
  ): sql.User {
    for (const role of ['roles/cloudsql.client', 'roles/cloudsql.instanceUser']) {
      new projects.IAMMember(
        `${name}-${role.replace('roles/cloudsql.', '')}`,
        {
          project: args.project,
          role,
          member: account.member,
          condition: {
            title: 'only-this-instance',
            expression: pulumi.interpolate`resource.service == "sqladmin.googleapis.com" && resource.name == "projects/${args.project}/instances/${instance.name}"`,
          },
        },
        { parent: this },
      );
    }
    return new sql.User(
      `${name}-user`,
      {
        name: account.email.apply(iamUser),
        project: args.project,
        instance: instance.name,
        type: 'CLOUD_IAM_SERVICE_ACCOUNT',
        deletionPolicy: 'ABANDON', // PostgreSQL keeps a role that owns tables; the user goes with the instance
      },
      { parent: this },
    );
  }
}
