import { grantKind, grantTypes } from '../judge/grants';
import type { ResourceRule } from '../judge/rule';

export const rule: ResourceRule = {
  name: 'iam-grant-not-authoritative',
  description:
    'Add grants one by one: a policy or a binding takes away what others granted, Google’s own agents included',
  level: 'mandatory',
  source: 'Agent Factory',
  appliesTo: grantTypes,
  judge: ({ type }) =>
    grantKind(type) === 'Member'
      ? []
      : [
          {
            path: 'type',
            fault: `is ${type.split(':').at(-1) ?? type}: use the IAMMember resource of the same service`,
          },
        ],
};
