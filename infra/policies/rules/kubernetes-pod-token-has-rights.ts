import { namespaceOf, podsOf } from '../judge/pods';
import type { Resource, StackRule } from '../judge/rule';
import { ofKind } from '../judge/together';
import { at, items, later, text } from '../judge/value';

export const rule: StackRule = {
  name: 'kubernetes-pod-token-has-rights',
  description: 'Mount a token of the Kubernetes API only where a binding gives it something to do',
  level: 'mandatory',
  source: 'CIS Kubernetes 5.1.6',
  judgeStack: (resources) => {
    const bound = ofKind(resources, 'RoleBinding', 'ClusterRoleBinding').flatMap(accounts);
    return resources.flatMap((resource) =>
      podsOf(resource)
        .filter(
          ({ spec }) => at(spec, 'automountServiceAccountToken') === true && at(spec, 'serviceAccountName') !== later,
        )
        .filter(
          ({ spec, namespace }) => !bound.includes(`${namespace}/${text(at(spec, 'serviceAccountName')) || 'default'}`),
        )
        .map(({ path }) => ({
          resource,
          path: `${path}.automountServiceAccountToken`,
          fault: 'is true, but no binding names its ServiceAccount: set false',
        })),
    );
  },
};

function accounts({ props }: Resource): string[] {
  return items(at(props, 'subjects')).map(
    (subject) => `${text(at(subject, 'namespace')) || namespaceOf(props)}/${text(at(subject, 'name'))}`,
  );
}
