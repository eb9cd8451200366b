import { expect, isSet } from '../judge/expect';
import { forTypes, type ResourceRule } from '../judge/rule';
import { gcp } from '../judge/types';

export const rule: ResourceRule = {
  name: 'gke-cluster-workload-identity',
  description: 'Give the cluster a workload pool, so that pods have identities of their own',
  level: 'mandatory',
  source: 'CIS GKE 5.2.2',
  appliesTo: forTypes(gcp.cluster),
  judge: ({ props }) => expect(props, 'workloadIdentityConfig.workloadPool', isSet, 'set it to PROJECT.svc.id.goog'),
};
