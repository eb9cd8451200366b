import { externalMetricsApi } from '@agent-factory/contract';
import { namespaces } from '../../types';
import { serviceNames } from '../endpoints';
import { labels } from '../labels';

const { group, version } = externalMetricsApi;

/** Hands external.metrics.k8s.io to the metrics adapter. One a cluster: nothing else may own that API. */
export function externalMetricsService<Text>(caBundle: Text) {
  return {
    apiVersion: 'apiregistration.k8s.io/v1' as const,
    kind: 'APIService' as const,
    metadata: { name: `${version}.${group}`, labels: labels('queue-metric') },
    spec: {
      group,
      version,
      groupPriorityMinimum: 100,
      versionPriority: 100,
      insecureSkipTLSVerify: false,
      caBundle,
      service: { name: serviceNames.metrics, namespace: namespaces.system, port: 443 },
    },
  };
}

const readerName = 'agent-factory-external-metrics';

/** What the HPA controller needs to read the metric; clusters do not all give it. */
export function externalMetricsReader() {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1' as const,
    kind: 'ClusterRole' as const,
    metadata: { name: readerName, labels: labels('queue-metric') },
    rules: [{ apiGroups: [group], resources: ['*'], verbs: ['get', 'list'] }],
  };
}

/** Gives it to the HPA controller. */
export function externalMetricsReaderBinding() {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1' as const,
    kind: 'ClusterRoleBinding' as const,
    metadata: { name: readerName, labels: labels('queue-metric') },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: readerName },
    subjects: [{ kind: 'ServiceAccount', name: 'horizontal-pod-autoscaler', namespace: 'kube-system' }],
  };
}
