import { expect, isSet, oneOf } from '../judge/expect';
import { forTypes, type ResourceRule } from '../judge/rule';
import { gcp } from '../judge/types';

export const rule: ResourceRule = {
  name: 'gke-cluster-vpc-native',
  description: 'Give pods addresses of the VPC',
  level: 'mandatory',
  source: 'CIS GKE 5.6.2',
  appliesTo: forTypes(gcp.cluster),
  judge: ({ props }) => [
    ...expect(props, 'networkingMode', oneOf('VPC_NATIVE'), 'set VPC_NATIVE'),
    ...expect(props, 'ipAllocationPolicy', isSet, 'name the secondary ranges of pods and Services'),
  ],
};
