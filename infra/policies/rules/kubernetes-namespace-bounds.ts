import { agents, namespaceOf } from '../judge/pods';
import type { StackRule } from '../judge/rule';
import { nameOf, ofKind } from '../judge/together';

export const rule: StackRule = {
  name: 'kubernetes-namespace-bounds',
  description: 'Bound the pods of every namespace by a LimitRange, and the agents together by a ResourceQuota',
  level: 'mandatory',
  source: 'Agent Factory',
  judgeStack: (resources) =>
    ofKind(resources, 'Namespace').flatMap((resource) => {
      const name = nameOf(resource);
      const wanted = name === '' ? [] : name === agents.namespace ? ['LimitRange', 'ResourceQuota'] : ['LimitRange'];
      return wanted
        .filter((kind) => !ofKind(resources, kind).some(({ props }) => namespaceOf(props) === name))
        .map((kind) => ({ resource, path: 'metadata.name', fault: `has no ${kind}: add one to ${name}` }));
    }),
};
