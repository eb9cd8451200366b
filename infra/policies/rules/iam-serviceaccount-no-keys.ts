import { forTypes, type ResourceRule } from '../judge/rule';

export const rule: ResourceRule = {
  name: 'iam-serviceaccount-no-keys',
  description: 'Make no keys of service accounts: they do not run out, and whoever finds one is the account',
  level: 'mandatory',
  source: 'CIS GCP 1.4',
  appliesTo: forTypes('gcp:serviceaccount/key:Key', 'gcp:storage/hmacKey:HmacKey'),
  judge: () => [{ path: 'type', fault: 'is a key: use Workload Identity, or impersonation for people and pipelines' }],
};
