import * as projects from '@pulumi/gcp/projects';
import * as serviceaccount from '@pulumi/gcp/serviceaccount';
import * as pulumi from '@pulumi/pulumi';
import type { Names } from './names';

export interface IdentityArgs {
  names: Names;
  /** Project id. */
  project: string;
}

/**
 * The service account of the nodes, with what a node needs and no more: logs, metrics and GKE's own calls. Pulling images is granted
 * by the registry itself; pods never use it, they have identities of their own.
 */
export class Identity extends pulumi.ComponentResource {
  /** E-mail of the nodes' service account. Resolves once its role is granted, so no node starts without it. */
  readonly nodeServiceAccount: pulumi.Output<string>;

  constructor(name: string, args: IdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    super('agent-factory:components:Identity', name, {}, opts);

    const account = this.createAccount(name, args);
    const grant = this.createGrant(name, args, account);

    this.nodeServiceAccount = pulumi.all([account.email, grant.id]).apply(([email]) => email);
    this.registerOutputs({ nodeServiceAccount: this.nodeServiceAccount });
  }

  private createAccount(name: string, { names, project }: IdentityArgs): serviceaccount.Account {
    return new serviceaccount.Account(
      `${name}-nodes`,
      {
        accountId: names('gcp.serviceAccount', 'nodes'),
        project,
        displayName: 'Nodes of the agent factory',
        description: 'Runs GKE nodes; holds no right of any pod',
      },
      { parent: this },
    );
  }

  private createGrant(name: string, { project }: IdentityArgs, account: serviceaccount.Account): projects.IAMMember {
    return new projects.IAMMember(
      `${name}-nodes-role`,
      { project, role: 'roles/container.defaultNodeServiceAccount', member: account.member },
      { parent: this },
    );
  }
}
