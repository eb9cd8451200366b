import { expect, oneOf } from '../judge/expect';
import { forTypes, type ResourceRule } from '../judge/rule';

export const rule: ResourceRule = {
  name: 'compute-network-no-auto-subnetworks',
  description: 'Make subnetworks where they are needed, not in every region',
  level: 'mandatory',
  source: 'CIS GKE 5.6.2',
  appliesTo: forTypes('gcp:compute/network:Network'),
  judge: ({ props }) => expect(props, 'autoCreateSubnetworks', oneOf(false), 'set false'),
};
