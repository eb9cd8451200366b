import { expect, oneOf } from '../judge/expect';
import { forTypes, type ResourceRule } from '../judge/rule';
import { gcp } from '../judge/types';

export const rule: ResourceRule = {
  name: 'gke-nodepool-private-nodes',
  description: 'Give the nodes of every pool no public address',
  level: 'mandatory',
  source: 'CIS GKE 5.6.5',
  appliesTo: forTypes(gcp.nodePool),
  judge: ({ props }) => expect(props, 'networkConfig.enablePrivateNodes', oneOf(true), 'set true'),
};
