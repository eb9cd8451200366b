import { namespaces, type AgentPlan } from '../../types';
import { agentLabels, agentSelector } from '../labels';
import { agentPod, type AgentPodOptions } from './pod';
import { privateGiB } from './settings';

/** What a workload is made with. */
export interface WorkloadOptions<Text> extends AgentPodOptions<Text> {
  name: string;
  /** StorageClass of a stateful type's volumes. Defaults to the cluster's default. */
  storageClass?: string | undefined;
}

/** How many pods a rollout adds at most, beside those that are there. */
export function surge(plan: Pick<AgentPlan, 'state' | 'replicas'>): number {
  return plan.state === 'stateful' ? 0 : Math.max(1, Math.ceil(plan.replicas.max / 4));
}

function common<Text>(options: WorkloadOptions<Text>) {
  return {
    metadata: { name: options.name, namespace: namespaces.agents, labels: agentLabels(options.plan.name) },
    // Without `replicas`: the autoscaler alone says how many.
    spec: {
      selector: { matchLabels: agentSelector(options.plan.name) },
      template: agentPod(options),
      revisionHistoryLimit: 5,
    },
  };
}

/** Deployment of a type without state. A new pod is ready before an old one goes. */
export function agentDeployment<Text>(options: WorkloadOptions<Text>) {
  const { metadata, spec } = common(options);
  return {
    apiVersion: 'apps/v1' as const,
    kind: 'Deployment' as const,
    metadata,
    spec: {
      ...spec,
      progressDeadlineSeconds: 900,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: surge(options.plan) } },
    },
  };
}

/**
 * StatefulSet of a type with state: each replica's workspace and artifact cache are on a volume of its own, which follows it from
 * node to node. What tasks left in the workspace is removed when a pod starts, since the next one may serve another crew; the cache
 * stays. Volumes go with their replica: nothing on them cannot be had again.
 */
export function agentStatefulSet<Text>(options: WorkloadOptions<Text>) {
  const { metadata, spec } = common(options);
  const { plan, storageClass, workspaceGiB } = options;
  return {
    apiVersion: 'apps/v1' as const,
    kind: 'StatefulSet' as const,
    metadata,
    spec: {
      ...spec,
      podManagementPolicy: 'Parallel',
      updateStrategy: { type: 'RollingUpdate' },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Delete' },
      volumeClaimTemplates: [
        {
          apiVersion: 'v1' as const,
          kind: 'PersistentVolumeClaim' as const,
          metadata: { name: 'workspace', labels: agentLabels(plan.name) },
          spec: {
            accessModes: ['ReadWriteOnce'],
            volumeMode: 'Filesystem',
            resources: { requests: { storage: `${workspaceGiB + privateGiB}Gi` } },
            ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
          },
        },
      ],
    },
  };
}
