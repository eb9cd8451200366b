import { expect, oneOf } from '../judge/expect';
import type { ResourceRule } from '../judge/rule';
import { forKinds } from '../judge/types';

export const rule: ResourceRule = {
  name: 'kubernetes-serviceaccount-no-automount',
  description: 'Let pods ask for a token of the Kubernetes API, rather than hand one to all',
  level: 'mandatory',
  source: 'CIS Kubernetes 5.1.6',
  appliesTo: forKinds('ServiceAccount'),
  judge: ({ props }) => expect(props, 'automountServiceAccountToken', oneOf(false), 'set false'),
};
