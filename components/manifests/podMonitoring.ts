import { namespaces } from '../types';
import type { Role } from './dispatcher/roles';
import { labels, selector } from './labels';

/** Secret and key of the token by which the collector reads /metrics. */
export const metricsToken = { secret: 'metrics-token', key: 'token' } as const;

/** Service account of Managed Prometheus' collector. */
const collector = { kind: 'ServiceAccount', name: 'collector', namespace: 'gmp-system' };

/** PodMonitoring of a role. `token`: its /metrics asks for one. */
export function rolePodMonitoring(role: Role, token: boolean) {
  const credentials = { secret: { name: metricsToken.secret, key: metricsToken.key } };
  return {
    apiVersion: 'monitoring.googleapis.com/v1' as const,
    kind: 'PodMonitoring' as const,
    metadata: { name: role, namespace: namespaces.system, labels: labels('dispatcher', role) },
    spec: {
      selector: { matchLabels: selector('dispatcher', role) },
      endpoints: [
        {
          port: 'http',
          path: '/metrics',
          interval: '15s',
          timeout: '10s',
          ...(token ? { authorization: { type: 'Bearer', credentials } } : {}),
        },
      ],
      targetLabels: { metadata: ['pod', 'container', 'node'] },
    },
  };
}

const access = {
  name: 'metrics-collector',
  namespace: namespaces.system,
  labels: labels('dispatcher', 'serve'),
};

/** Lets the collector read its token, and no other Secret. */
export function collectorRole() {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1' as const,
    kind: 'Role' as const,
    metadata: access,
    rules: [
      {
        apiGroups: [''],
        resources: ['secrets'],
        resourceNames: [metricsToken.secret],
        verbs: ['get', 'list', 'watch'],
      },
    ],
  };
}

export function collectorBinding() {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1' as const,
    kind: 'RoleBinding' as const,
    metadata: access,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: access.name },
    subjects: [collector],
  };
}
