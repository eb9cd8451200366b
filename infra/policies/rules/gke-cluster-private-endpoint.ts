import { expect, oneOf } from '../judge/expect';
import { forTypes, type ResourceRule } from '../judge/rule';
import { gcp } from '../judge/types';
import { at, later } from '../judge/value';

export const rule: ResourceRule = {
  name: 'gke-cluster-private-endpoint',
  description: 'Give the API server no public address: a DNS endpoint asks IAM, a private one is in the VPC',
  level: 'mandatory',
  source: 'CIS GKE 5.6.4',
  appliesTo: forTypes(gcp.cluster),
  judge: ({ props }) => {
    const address = at(props, 'controlPlaneEndpointsConfig.ipEndpointsConfig.enabled');
    if (address === false || address === later) return [];
    return expect(
      props,
      'privateClusterConfig.enablePrivateEndpoint',
      oneOf(true),
      'set true, or controlPlaneEndpointsConfig.ipEndpointsConfig.enabled to false',
    );
  },
};
