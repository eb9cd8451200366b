import * as projects from '@pulumi/gcp/projects';
import * as pulumi from '@pulumi/pulumi';
import { narrowRoles, workloadPrincipal } from './settings/principals';

export interface WorkloadIdentityArgs {
  /** Project id. */
  project: string;
  /** Number of the project. */
  projectNumber: pulumi.Input<string>;
  /** The cluster's workload pool. It exists only once a cluster made it, so this must be the cluster's output. */
  workloadPool: pulumi.Input<string>;
  /**
   * Project roles of Kubernetes ServiceAccounts, for APIs that know no finer grant. Buckets, secrets and the like are granted by the
   * component that makes them. Defaults to none.
   */
  grants?: readonly WorkloadGrant[];
}

interface WorkloadGrant {
  namespace: string;
  serviceAccount: string;
  roles: readonly string[];
}

/** Rights of pods in the cloud, each bound to one Kubernetes ServiceAccount. No service account of Google, no key. */
export class WorkloadIdentity extends pulumi.ComponentResource {
  private readonly args: WorkloadIdentityArgs;

  constructor(name: string, args: WorkloadIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    super('agent-factory:components:WorkloadIdentity', name, {}, opts);
    this.args = args;

    for (const grant of args.grants ?? []) this.createGrants(name, grant);

    this.registerOutputs();
  }

  /** IAM member of a Kubernetes ServiceAccount. */
  principal(namespace: string, serviceAccount: string): pulumi.Output<string> {
    return pulumi
      .all([this.args.projectNumber, this.args.workloadPool])
      .apply(([number, pool]) => workloadPrincipal(number, pool, namespace, serviceAccount));
  }

  private createGrants(name: string, { namespace, serviceAccount, roles }: WorkloadGrant): void {
    for (const role of narrowRoles(roles, `grants of ${namespace}/${serviceAccount}`)) {
      new projects.IAMMember(
        `${name}-${serviceAccount}-${role.replace('roles/', '')}`,
        { project: this.args.project, role, member: this.principal(namespace, serviceAccount) },
        { parent: this },
      );
    }
  }
}
