import { namespaceOf } from '../judge/pods';
import type { StackRule } from '../judge/rule';
import { nameOf, ofKind } from '../judge/together';
import { at, fields, items, type Value } from '../judge/value';

export const rule: StackRule = {
  name: 'kubernetes-namespace-default-deny',
  description: 'Close every namespace both ways, and open what is needed by further policies',
  level: 'mandatory',
  source: 'CIS GKE 4.3.2',
  judgeStack: (resources) => {
    const closed = ofKind(resources, 'NetworkPolicy')
      .filter(({ props }) => closesAll(at(props, 'spec')))
      .map(({ props }) => namespaceOf(props));
    return ofKind(resources, 'Namespace')
      .filter((resource) => nameOf(resource) !== '' && !closed.includes(nameOf(resource)))
      .map((resource) => ({
        resource,
        path: 'metadata.name',
        fault: `has no default deny: add a NetworkPolicy for all pods of ${nameOf(resource)} with both policyTypes and no rule`,
      }));
  },
};

function closesAll(spec: Value): boolean {
  const types = items(at(spec, 'policyTypes'));
  const open = [...items(at(spec, 'ingress')), ...items(at(spec, 'egress'))];
  const selector = at(spec, 'podSelector');
  const all = ['matchLabels', 'matchExpressions'].every((part) => Object.keys(fields(at(selector, part))).length === 0);
  return (
    all &&
    items(at(selector, 'matchExpressions')).length === 0 &&
    open.length === 0 &&
    types.includes('Ingress') &&
    types.includes('Egress')
  );
}
