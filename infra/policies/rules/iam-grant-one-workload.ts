import { grantTypes, membersOf } from '../judge/grants';
import type { ResourceRule } from '../judge/rule';

export const rule: ResourceRule = {
  name: 'iam-grant-one-workload',
  description: 'Grant rights to one Kubernetes ServiceAccount, not to a whole workload pool, namespace or cluster',
  level: 'mandatory',
  source: 'Agent Factory',
  appliesTo: grantTypes,
  judge: (resource) =>
    membersOf(resource)
      .filter(({ member }) => /^principalSet:\/\/.*\/workloadIdentityPools\/.*\.svc\.id\.goog\//.test(member))
      .map(({ path }) => ({ path, fault: 'is a set of workloads: use principal://…/subject/ns/NAMESPACE/sa/NAME' })),
};
