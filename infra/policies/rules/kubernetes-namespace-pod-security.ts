import type { ResourceRule } from '../judge/rule';
import { forKinds } from '../judge/types';
import { at, later, text } from '../judge/value';

const label = 'pod-security.kubernetes.io/enforce';

export const rule: ResourceRule = {
  name: 'kubernetes-namespace-pod-security',
  description:
    'Let Kubernetes itself refuse pods below the restricted standard; baseline where others’ programs need it',
  level: 'mandatory',
  source: 'PSS restricted',
  appliesTo: forKinds('Namespace'),
  judge: ({ props }) => {
    const enforced = at(props, ['metadata', 'labels', label]);
    const ours = text(at(props, 'metadata.name')).startsWith('factory-');
    if (enforced === later || enforced === 'restricted' || (enforced === 'baseline' && !ours)) return [];
    return [{ path: `metadata.labels["${label}"]`, fault: `is ${text(enforced) || 'not set'}: set restricted` }];
  },
};
