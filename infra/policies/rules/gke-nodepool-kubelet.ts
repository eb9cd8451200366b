import { expect, oneOf } from '../judge/expect';
import { forTypes, type ResourceRule } from '../judge/rule';
import { gcp } from '../judge/types';

export const rule: ResourceRule = {
  name: 'gke-nodepool-kubelet',
  description: 'Close the kubelet’s unauthenticated port, and bound the processes of a pod',
  level: 'mandatory',
  source: 'GKE golden path',
  appliesTo: forTypes(gcp.nodePool),
  judge: ({ props }) => [
    ...expect(props, 'nodeConfig.kubeletConfig.insecureKubeletReadonlyPortEnabled', oneOf('FALSE'), 'set FALSE'),
    ...expect(
      props,
      'nodeConfig.kubeletConfig.podPidsLimit',
      (limit) => typeof limit === 'number' && limit > 0,
      'set 1024 or more, up to what a pod needs',
    ),
  ],
};
