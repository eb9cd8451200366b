import { grantTypes, membersOf } from '../judge/grants';
import type { ResourceRule } from '../judge/rule';

export const rule: ResourceRule = {
  name: 'iam-grant-not-public',
  description: 'Grant nothing to everybody',
  level: 'mandatory',
  source: 'CIS GCP 5.1',
  appliesTo: grantTypes,
  judge: (resource) =>
    membersOf(resource)
      .filter(({ member }) => member === 'allUsers' || member === 'allAuthenticatedUsers')
      .map(({ path, member }) => ({ path, fault: `is ${member}: name who needs it` })),
};
