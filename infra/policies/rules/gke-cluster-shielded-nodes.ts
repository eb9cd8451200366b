import { expect, oneOf } from '../judge/expect';
import { forTypes, type ResourceRule } from '../judge/rule';
import { gcp } from '../judge/types';

export const rule: ResourceRule = {
  name: 'gke-cluster-shielded-nodes',
  description: 'Keep Shielded GKE Nodes on',
  level: 'mandatory',
  source: 'CIS GKE 5.5.5',
  appliesTo: forTypes(gcp.cluster),
  judge: ({ props }) => expect(props, 'enableShieldedNodes', oneOf(true, undefined), 'leave it out or set true'),
};
