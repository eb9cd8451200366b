import { expect, oneOf } from '../judge/expect';
import { forTypes, type ResourceRule } from '../judge/rule';
import { gcp } from '../judge/types';

export const rule: ResourceRule = {
  name: 'gke-nodepool-repair-upgrade',
  description: 'Let Google repair and upgrade nodes',
  level: 'mandatory',
  source: 'CIS GKE 5.5.2, 5.5.3',
  appliesTo: forTypes(gcp.nodePool),
  judge: ({ props }) => [
    ...expect(props, 'management.autoRepair', oneOf(true), 'set true'),
    ...expect(props, 'management.autoUpgrade', oneOf(true), 'set true'),
  ],
};
