import * as admission from '@pulumi/kubernetes/admissionregistration/v1';
import * as core from '@pulumi/kubernetes/core/v1';
import * as networking from '@pulumi/kubernetes/networking/v1';
import * as rbac from '@pulumi/kubernetes/rbac/v1';
import * as scheduling from '@pulumi/kubernetes/scheduling/v1';
import * as pulumi from '@pulumi/pulumi';
import { accessBindings, operatorRole, type Access } from './manifests/namespace/access';
import { agentAdmissionBinding, agentAdmissionPolicy } from './manifests/namespace/admission';
import { limitRange } from './manifests/namespace/limitRange';
import { agentsNamespace, systemNamespace } from './manifests/namespace/namespaces';
import { priorityClasses } from './manifests/namespace/priorityClasses';
import { agentsQuota, quotaShare } from './manifests/namespace/quota';
import { labels } from './manifests/labels';
import { defaultDeny } from './manifests/network/policy';
import type { Platform } from './manifests/platform';
import type { Names } from './names';
import { namespaces, type AgentPlan } from './types';

export interface NamespacesArgs {
  names: Names;
  platform: Platform;
  /** Types of this environment: the quota is the sum of their shares. */
  plans: readonly AgentPlan[];
  /** Accelerators of each pod by type. Defaults to none. */
  gpus?: Readonly<Record<string, number>>;
  /** Groups by what they may do. */
  access: Access;
  /** Whether agents' images must be named by digest. */
  requireDigests: boolean;
  /** Further labels of the agents' namespace. Defaults to none. */
  agentsLabels?: Readonly<Record<string, string>>;
}

/**
 * The two namespaces and what bounds them: pod security, default deny, limits, quota, groups, priorities, and an admission policy that lets
 * only sandboxed pods into the agents' namespace. Everything else in the cluster depends on it. Costs nothing.
 */
export class Namespaces extends pulumi.ComponentResource {
  /** Name of the factory's own namespace. */
  readonly system: pulumi.Output<string>;
  /** Name of the agents' namespace. */
  readonly agents: pulumi.Output<string>;

  constructor(name: string, args: NamespacesArgs, opts?: pulumi.ComponentResourceOptions) {
    super('agent-factory:components:Namespaces', name, {}, opts);
    const system = new core.Namespace(`${name}-system`, systemNamespace(), { parent: this });
    const agents = new core.Namespace(`${name}-agents`, agentsNamespace(args.agentsLabels), { parent: this });
    this.bound(`${name}-system`, namespaces.system, args, system);
    this.bound(`${name}-agents`, namespaces.agents, args, agents);
    this.quota(name, args, agents);
    this.priorities(name, args.names);
    this.admission(name, args, agents);

    this.system = system.metadata.name;
    this.agents = agents.metadata.name;
    this.registerOutputs({ system: this.system, agents: this.agents });
  }

  /** Default deny, small default limits, and what groups may do, in one namespace. */
  private bound(name: string, namespace: string, { access, names }: NamespacesArgs, after: core.Namespace): void {
    const options = { parent: this, dependsOn: after };
    new networking.NetworkPolicy(
      `${name}-default-deny`,
      defaultDeny(namespace, labels('namespace', namespace)),
      options,
    );
    new core.LimitRange(`${name}-limits`, limitRange(namespace), options);
    if (access.operators.length > 0) new rbac.Role(`${name}-operator`, operatorRole(namespace, names), options);
    for (const { part, binding } of accessBindings(namespace, access, names))
      new rbac.RoleBinding(`${name}-${part}s`, binding, options);
  }

  private quota(name: string, { plans, gpus = {} }: NamespacesArgs, after: core.Namespace): void {
    const shares = plans.map((plan) => quotaShare(plan, gpus[plan.name]));
    new core.ResourceQuota(`${name}-quota`, agentsQuota(shares), { parent: this, dependsOn: after });
  }

  private priorities(name: string, names: Names): void {
    const { system, agents } = priorityClasses(names);
    new scheduling.PriorityClass(`${name}-priority-system`, system, { parent: this });
    new scheduling.PriorityClass(`${name}-priority-agents`, agents, { parent: this });
  }

  private admission(name: string, args: NamespacesArgs, after: core.Namespace): void {
    const policy = new admission.ValidatingAdmissionPolicy(`${name}-agent-pods`, agentAdmissionPolicy(args), {
      parent: this,
    });
    new admission.ValidatingAdmissionPolicyBinding(`${name}-agent-pods-binding`, agentAdmissionBinding(args), {
      parent: this,
      dependsOn: [policy, after],
    });
  }
}
