import * as apiextensions from '@pulumi/kubernetes/apiextensions';
import * as apps from '@pulumi/kubernetes/apps/v1';
import * as autoscaling from '@pulumi/kubernetes/autoscaling/v2';
import * as core from '@pulumi/kubernetes/core/v1';
import * as networking from '@pulumi/kubernetes/networking/v1';
import * as policy from '@pulumi/kubernetes/policy/v1';
import * as pulumi from '@pulumi/pulumi';
import { digestOf } from './digest';
import {
  roleBudget,
  roleDeployment,
  roleHpa,
  roleServiceAccount,
  type Replicas,
} from './manifests/dispatcher/deployment';
import { configVolume, secretVolume, type RedisFacts, type RoleVolume } from './manifests/dispatcher/pod';
import { inDispatcher, type Role } from './manifests/dispatcher/roles';
import { priorityClassNames } from './manifests/namespace/priorityClasses';
import { rolePolicies, type Doors } from './manifests/network/dispatcher';
import type { Platform } from './manifests/platform';
import { rolePodMonitoring } from './manifests/podMonitoring';
import type { Names } from './names';

/** What every role of one dispatcher has in common. */
export interface DispatcherBase {
  names: Names;
  platform: Platform;
  /** Image of the dispatcher, by digest. */
  image: pulumi.Input<string>;
  /** Level of the log. */
  logLevel: string;
  /** Whether two replicas of a role may share a node. */
  antiAffinity: 'required' | 'preferred';
}

export interface DispatcherRoleArgs extends DispatcherBase {
  /** What the process does. */
  role: Role;
  /** How many of it. */
  replicas: Replicas;
  /** Cores that a replica asks for (it may use four times as many) and GiB. */
  size: { cpu: number; memory: number };
  /** How it reaches Redis. */
  redis: RedisAccess;
  /** Whom it admits and whom it reaches. */
  doors: Doors<pulumi.Input<string>>;
  /** Its configuration as JSON. */
  config: pulumi.Input<string>;
  /** Secret files beside the configuration. With any of them the configuration is in a Secret, without in a ConfigMap. Defaults to none. */
  secretFiles?: Readonly<Record<string, pulumi.Input<string>>>;
  /** What else is mounted. Defaults to nothing. */
  volumes?: readonly RoleVolume[];
  /** Whether its /metrics asks for a token. */
  metricsToken: boolean;
  /** What must exist before its pods start. Defaults to nothing. */
  after?: readonly pulumi.Resource[];
  /** Makes the rights of its ServiceAccount, which stand before its pods start. Defaults to none. */
  grant?: (identity: pulumi.Resource) => pulumi.Resource;
}

/** How roles reach Redis. */
export interface RedisAccess {
  facts: RedisFacts<pulumi.Input<string>>;
  /** Changes with the password or the certificate. */
  hash: pulumi.Output<string>;
}

/** One role of the dispatcher: Deployment, identity, policies, disruption budget, autoscaler on CPU where its number may vary. */
export class DispatcherRole extends pulumi.ComponentResource {
  readonly deployment: apps.Deployment;
  /** Name of its ServiceAccount. */
  readonly serviceAccount: pulumi.Output<string>;

  constructor(name: string, args: DispatcherRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super('agent-factory:components:DispatcherRole', name, {}, opts);
    const identity = new core.ServiceAccount(`${name}-identity`, roleServiceAccount(args.role, args.names), {
      parent: this,
    });
    const config = this.configure(name, args);
    const policies = this.network(name, args);
    this.deployment = this.run(name, args, [
      identity,
      config,
      ...policies,
      ...(args.after ?? []),
      ...(args.grant === undefined ? [] : [args.grant(identity)]),
    ]);
    this.keep(name, args);
    this.watch(name, args);

    this.serviceAccount = identity.metadata.name;
    this.registerOutputs({ serviceAccount: this.serviceAccount });
  }

  private configure(name: string, { role, names, config, secretFiles }: DispatcherRoleArgs): pulumi.Resource {
    const { metadata } = roleServiceAccount(role, names);
    const files = { [inDispatcher.configFile]: config, ...secretFiles };
    return secretFiles === undefined
      ? new core.ConfigMap(`${name}-config`, { metadata, data: files }, { parent: this })
      : new core.Secret(`${name}-config`, { metadata, type: 'Opaque', stringData: files }, { parent: this });
  }

  private network(name: string, { role, doors, names }: DispatcherRoleArgs): pulumi.Resource[] {
    const { network, hosts } = rolePolicies(role, doors, names);
    const rules = new networking.NetworkPolicy(`${name}-network`, network, { parent: this });
    if (hosts === undefined) return [rules];
    return [rules, new apiextensions.CustomResource(`${name}-hosts`, hosts, { parent: this })];
  }

  private run(name: string, args: DispatcherRoleArgs, after: pulumi.Resource[]): apps.Deployment {
    const { role, names, redis, config, secretFiles, volumes = [] } = args;
    const { name: own } = roleServiceAccount(role, names).metadata;
    const volume = secretFiles === undefined ? configVolume : secretVolume;
    const deployment = roleDeployment<pulumi.Input<string>>({
      ...args,
      redis: redis.facts,
      configHash: digestOf([config, ...Object.values(secretFiles ?? {}), redis.hash]),
      volumes: [volume('config', inDispatcher.configFolder, own), ...volumes],
      priorityClass: priorityClassNames(names).system,
      serviceAccount: own,
    });
    return new apps.Deployment(`${name}-deployment`, deployment, { parent: this, dependsOn: after });
  }

  private keep(name: string, { role, names, replicas }: DispatcherRoleArgs): void {
    new policy.PodDisruptionBudget(`${name}-budget`, roleBudget(role, names), { parent: this });
    const hpa = roleHpa(role, names, replicas);
    if (hpa !== undefined)
      new autoscaling.HorizontalPodAutoscaler(`${name}-autoscaler`, hpa, { parent: this, dependsOn: this.deployment });
  }

  private watch(name: string, { role, platform, metricsToken }: DispatcherRoleArgs): void {
    if (platform.can.managedPrometheus)
      new apiextensions.CustomResource(`${name}-metrics`, rolePodMonitoring(role, metricsToken), { parent: this });
  }
}
