import { expect, oneOf } from '../judge/expect';
import { forTypes, type ResourceRule } from '../judge/rule';
import { gcp } from '../judge/types';

export const rule: ResourceRule = {
  name: 'gke-cluster-kubelet-readonly-port',
  description: 'Close the kubelet’s unauthenticated port on all pools',
  level: 'mandatory',
  source: 'GKE golden path',
  appliesTo: forTypes(gcp.cluster),
  judge: ({ props }) =>
    expect(
      props,
      'nodePoolDefaults.nodeConfigDefaults.insecureKubeletReadonlyPortEnabled',
      oneOf('FALSE'),
      'set FALSE',
    ),
};
