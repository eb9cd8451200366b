import * as apiextensions from '@pulumi/kubernetes/apiextensions';
import * as apps from '@pulumi/kubernetes/apps/v1';
import * as autoscaling from '@pulumi/kubernetes/autoscaling/v2';
import * as core from '@pulumi/kubernetes/core/v1';
import * as networking from '@pulumi/kubernetes/networking/v1';
import * as policy from '@pulumi/kubernetes/policy/v1';
import * as pulumi from '@pulumi/pulumi';
import { agentConfigMap, type McpServers } from './manifests/agent/config';
import type { ModelVolume } from './manifests/agent/pod';
import { agentIdentity } from './manifests/agent/serviceAccount';
import { defaultDrainSeconds, defaultWorkspaceGiB } from './manifests/agent/settings';
import { agentDeployment, agentStatefulSet, type WorkloadOptions } from './manifests/agent/workload';
import { agentSelector } from './manifests/labels';
import { priorityClassNames } from './manifests/namespace/priorityClasses';
import { agentHostPolicy, agentNetworkPolicy } from './manifests/network/agents';
import type { Platform } from './manifests/platform';
import { agentHpa, agentScaledObject } from './manifests/scaling/autoscaler';
import type { ScalingTimes } from './manifests/scaling/behavior';
import { disruptionBudget } from './manifests/scaling/budget';
import type { MetricSource } from './manifests/scaling/metric';
import type { Names } from './names';
import type { AgentPlan } from './types';

export interface AgentWorkloadArgs {
  /** The type as this environment runs it. */
  plan: AgentPlan;
  names: Names;
  platform: Platform;
  /** Image of the type, by digest. */
  image: pulumi.Input<string>;
  /** What serves the depth of the queue: `source` of QueueMetric. */
  metric: MetricSource;
  /** Level of the agent's log. Defaults to info. */
  logLevel?: string;
  /** GiB of the workspace. Defaults to 10. */
  workspaceGiB?: number;
  /** StorageClass of a stateful type's volumes. Defaults to the cluster's default. */
  storageClass?: string;
  /**
   * Seconds that an agent gets to finish its task when its pod is to go; then it hands the task back. Defaults to 540, since
   * the cluster autoscaler waits ten minutes. Spot nodes give 15 in all: 8 there.
   */
  drainSeconds?: number;
  /** Accelerators of a pod, on nodes of the pool gpu. Defaults to none. */
  gpus?: number;
  /** A volume with models that the tools read. Defaults to none. */
  models?: ModelVolume<pulumi.Input<string>>;
  /** MCP servers of the type. Defaults to none. */
  mcpServers?: McpServers;
  /** How fast it scales. Defaults to the figures of the factory (`scalingTimes`). */
  scalingTimes?: ScalingTimes;
}

/** How long a rollout of a stateful type may take: one pod after the other, each with its drain. */
const statefulTimeouts = { create: '20m', update: '2h', delete: '20m' };

/** All that one agent type is in a cluster, made of its record: a 13th record makes a 13th of these. */
export class AgentWorkload extends pulumi.ComponentResource {
  /** Name of the ServiceAccount by which the dispatcher knows its agents. */
  readonly serviceAccount: pulumi.Output<string>;
  /** Name of the Deployment or StatefulSet. */
  readonly workload: pulumi.Output<string>;

  constructor(name: string, args: AgentWorkloadArgs, opts?: pulumi.ComponentResourceOptions) {
    super('agent-factory:components:AgentWorkload', name, {}, opts);
    const identity = new core.ServiceAccount(`${name}-identity`, agentIdentity(args.plan.name, args.names), {
      parent: this,
    });
    const config = new core.ConfigMap(`${name}-config`, agentConfigMap(args.plan, args.mcpServers, args.names), {
      parent: this,
    });
    const policies = this.network(name, args);
    const workload = this.run(name, args, [identity, config, ...policies]);
    this.scale(name, args, workload);

    this.serviceAccount = identity.metadata.name;
    this.workload = workload.metadata.name;
    this.registerOutputs({ serviceAccount: this.serviceAccount, workload: this.workload });
  }

  /** Whom its pods reach. They exist before the pods do. */
  private network(name: string, { plan, names, platform, models }: AgentWorkloadArgs): pulumi.Resource[] {
    const rules = new networking.NetworkPolicy(`${name}-network`, agentNetworkPolicy(plan, names, platform), {
      parent: this,
    });
    const hosts = agentHostPolicy(plan, names, platform, models?.bucket === true);
    if (hosts === undefined) return [rules];
    return [rules, new apiextensions.CustomResource(`${name}-hosts`, hosts, { parent: this })];
  }

  private run(name: string, args: AgentWorkloadArgs, after: pulumi.Resource[]): apps.Deployment | apps.StatefulSet {
    const options = workloadOptions(args);
    const resourceOptions = { parent: this, dependsOn: after };
    return args.plan.state === 'stateful'
      ? new apps.StatefulSet(`${name}-workload`, agentStatefulSet(options), {
          ...resourceOptions,
          customTimeouts: statefulTimeouts,
        })
      : new apps.Deployment(`${name}-workload`, agentDeployment(options), resourceOptions);
  }

  private scale(name: string, args: AgentWorkloadArgs, workload: apps.Deployment | apps.StatefulSet): void {
    const { plan, names, platform, metric, scalingTimes: times } = args;
    const kind = plan.state === 'stateful' ? 'StatefulSet' : 'Deployment';
    const options = { plan, names, platform, workload: { kind, name: workloadName(args) }, times };
    const resourceOptions = { parent: this, dependsOn: workload };
    if (metric.backend === 'keda')
      new apiextensions.CustomResource(`${name}-autoscaler`, agentScaledObject(options, metric), resourceOptions);
    else new autoscaling.HorizontalPodAutoscaler(`${name}-autoscaler`, agentHpa(options, metric), resourceOptions);
    const { metadata } = agentNetworkPolicy(plan, names, platform);
    new policy.PodDisruptionBudget(`${name}-budget`, disruptionBudget(metadata, agentSelector(plan.name)), {
      parent: this,
    });
  }
}

function workloadName({ names, plan }: AgentWorkloadArgs): string {
  return names('k8s.workload', 'agent', plan.name);
}

function workloadOptions(args: AgentWorkloadArgs): WorkloadOptions<pulumi.Input<string>> {
  const { plan, names, platform, image, storageClass, models, mcpServers } = args;
  return {
    plan,
    platform,
    image,
    name: workloadName(args),
    serviceAccount: agentIdentity(plan.name, names).metadata.name,
    configMap: agentConfigMap(plan, mcpServers, names).metadata.name,
    priorityClass: priorityClassNames(names).agents,
    logLevel: args.logLevel ?? 'info',
    drainSeconds: args.drainSeconds ?? defaultDrainSeconds,
    workspaceGiB: args.workspaceGiB ?? defaultWorkspaceGiB,
    gpus: args.gpus ?? 0,
    mcp: mcpServers !== undefined,
    models,
    storageClass,
  };
}
