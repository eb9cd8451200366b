import type { Names } from '../../names';
import { namespaces } from '../../types';
import { labels } from '../labels';

const metadata = (names: Names) => ({
  name: names('k8s.object', 'recycler'),
  namespace: namespaces.agents,
  labels: labels('dispatcher', 'recycler'),
});

/** The one right that the dispatcher has in a cluster: to see and delete pods of the agents' namespace. */
export function recyclerRole(names: Names) {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1' as const,
    kind: 'Role' as const,
    metadata: metadata(names),
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'delete'] }],
  };
}

/** Gives it to the recycler, and to nobody else. */
export function recyclerBinding(names: Names) {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1' as const,
    kind: 'RoleBinding' as const,
    metadata: metadata(names),
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: names('k8s.object', 'recycler') },
    subjects: [{ kind: 'ServiceAccount', name: names('k8s.workload', 'recycler'), namespace: namespaces.system }],
  };
}
