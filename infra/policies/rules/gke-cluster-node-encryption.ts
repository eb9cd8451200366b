import { expect, oneOf } from '../judge/expect';
import { forTypes, type ResourceRule } from '../judge/rule';
import { gcp } from '../judge/types';

export const rule: ResourceRule = {
  name: 'gke-cluster-node-encryption',
  description: 'Encrypt what nodes send each other',
  level: 'mandatory',
  source: 'GKE hardening guide',
  environments: ['prod'],
  appliesTo: forTypes(gcp.cluster),
  judge: ({ props }) =>
    expect(
      props,
      'inTransitEncryptionConfig',
      oneOf('IN_TRANSIT_ENCRYPTION_INTER_NODE_TRANSPARENT'),
      'set IN_TRANSIT_ENCRYPTION_INTER_NODE_TRANSPARENT',
    ),
};
