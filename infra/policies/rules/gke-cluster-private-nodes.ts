import { expect, oneOf } from '../judge/expect';
import { forTypes, type ResourceRule } from '../judge/rule';
import { gcp } from '../judge/types';

export const rule: ResourceRule = {
  name: 'gke-cluster-private-nodes',
  description: 'Give nodes no public address',
  level: 'mandatory',
  source: 'CIS GKE 5.6.5',
  appliesTo: forTypes(gcp.cluster),
  judge: ({ props }) => expect(props, 'privateClusterConfig.enablePrivateNodes', oneOf(true), 'set true'),
};
