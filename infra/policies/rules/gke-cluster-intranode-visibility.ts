import { expect, oneOf } from '../judge/expect';
import { forTypes, type ResourceRule } from '../judge/rule';
import { gcp } from '../judge/types';

export const rule: ResourceRule = {
  name: 'gke-cluster-intranode-visibility',
  description: 'Let flow logs see traffic between pods of one node',
  level: 'mandatory',
  source: 'CIS GKE 5.6.1',
  appliesTo: forTypes(gcp.cluster),
  judge: ({ props }) => expect(props, 'enableIntranodeVisibility', oneOf(true), 'set true'),
};
