import type { Names } from '../../names';
import { namespaces } from '../../types';
import { labels, selector } from '../labels';
import { disruptionBudget } from '../scaling/budget';
import { rolePod, type RolePodOptions } from './pod';
import type { Role } from './roles';

/** How many replicas a role has: a number, or a range that CPU decides in. */
export interface Replicas {
  min: number;
  max: number;
}

function metadata(role: Role, names: Names) {
  return { name: names('k8s.workload', role), namespace: namespaces.system, labels: labels('dispatcher', role) };
}

/** Deployment of a role. A new pod is ready before an old one goes. */
export function roleDeployment<Text>(options: RolePodOptions<Text> & { names: Names; replicas: Replicas }) {
  const { role, names, replicas } = options;
  return {
    apiVersion: 'apps/v1' as const,
    kind: 'Deployment' as const,
    metadata: metadata(role, names),
    spec: {
      // Where an autoscaler decides, only it writes the number.
      ...(replicas.min === replicas.max ? { replicas: replicas.min } : {}),
      selector: { matchLabels: selector('dispatcher', role) },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      minReadySeconds: 5,
      revisionHistoryLimit: 5,
      progressDeadlineSeconds: 600,
      template: rolePod(options),
    },
  };
}

/** HPA of a role on CPU; undefined when its number is fixed. */
export function roleHpa(role: Role, names: Names, replicas: Replicas) {
  if (replicas.min === replicas.max) return undefined;
  return {
    apiVersion: 'autoscaling/v2' as const,
    kind: 'HorizontalPodAutoscaler' as const,
    metadata: metadata(role, names),
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: metadata(role, names).name },
      minReplicas: replicas.min,
      maxReplicas: replicas.max,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
      ],
      behavior: {
        scaleUp: {
          stabilizationWindowSeconds: 0,
          selectPolicy: 'Max',
          policies: [{ type: 'Percent', value: 100, periodSeconds: 60 }],
        },
        scaleDown: {
          stabilizationWindowSeconds: 300,
          selectPolicy: 'Max',
          policies: [{ type: 'Pods', value: 1, periodSeconds: 120 }],
        },
      },
    },
  };
}

/** PodDisruptionBudget of a role. */
export function roleBudget(role: Role, names: Names) {
  return disruptionBudget(metadata(role, names), selector('dispatcher', role));
}

/** ServiceAccount of a role. It has no right in the cluster; the recycler's are given apart. */
export function roleServiceAccount(role: Role, names: Names) {
  return {
    apiVersion: 'v1' as const,
    kind: 'ServiceAccount' as const,
    metadata: metadata(role, names),
    automountServiceAccountToken: false,
  };
}
