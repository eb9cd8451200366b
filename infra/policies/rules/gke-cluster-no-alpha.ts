import { expect, oneOf } from '../judge/expect';
import { forTypes, type ResourceRule } from '../judge/rule';
import { gcp } from '../judge/types';

export const rule: ResourceRule = {
  name: 'gke-cluster-no-alpha',
  description: 'Use no alpha features: such a cluster is deleted after 30 days',
  level: 'mandatory',
  source: 'CIS GKE 5.10.2',
  appliesTo: forTypes(gcp.cluster),
  judge: ({ props }) => expect(props, 'enableKubernetesAlpha', oneOf(false, undefined), 'leave it out or set false'),
};
