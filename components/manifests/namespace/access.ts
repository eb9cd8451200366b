import type { Names } from '../../names';
import { labels } from '../labels';

/** Groups by what they may do in the factory's namespaces. */
export interface Access {
  /** May look at everything but Secrets. */
  viewers: readonly string[];
  /** May also restart and scale workloads and take pods away. No shell in a pod: that would be its token. */
  operators: readonly string[];
  /** May do everything in the namespaces. */
  admins: readonly string[];
}

/** Role of operators, on top of Kubernetes' own `view`. */
export function operatorRole(namespace: string, names: Names) {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1' as const,
    kind: 'Role' as const,
    metadata: { name: operatorName(names), namespace, labels: labels('namespace', namespace) },
    rules: [
      // A restart is a patch of the pod template.
      { apiGroups: ['apps'], resources: ['deployments', 'statefulsets'], verbs: ['patch'] },
      {
        apiGroups: ['apps'],
        resources: ['deployments/scale', 'statefulsets/scale'],
        verbs: ['get', 'patch', 'update'],
      },
      { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'], verbs: ['patch'] },
      { apiGroups: [''], resources: ['pods'], verbs: ['delete'] },
      { apiGroups: [''], resources: ['pods/eviction'], verbs: ['create'] },
    ],
  };
}

const operatorName = (names: Names): string => names('k8s.object', 'factory', 'operator');

/** Bindings of one namespace; none for a list without groups. */
export function accessBindings(namespace: string, access: Access, names: Names) {
  const clusterRole = (name: string) => ({ kind: 'ClusterRole', name });
  const wanted = [
    { part: 'viewer', role: clusterRole('view'), groups: [...access.viewers, ...access.operators] },
    { part: 'operator', role: { kind: 'Role', name: operatorName(names) }, groups: access.operators },
    { part: 'admin', role: clusterRole('admin'), groups: access.admins },
  ];
  return wanted
    .filter(({ groups }) => groups.length > 0)
    .map(({ part, role, groups }) => ({ part, binding: binding(part, role, groups) }));

  function binding(part: string, role: { kind: string; name: string }, groups: readonly string[]) {
    return {
      apiVersion: 'rbac.authorization.k8s.io/v1' as const,
      kind: 'RoleBinding' as const,
      metadata: { name: names('k8s.object', 'factory', part), namespace, labels: labels('namespace', namespace) },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', ...role },
      subjects: groups.map((name) => ({ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name })),
    };
  }
}
