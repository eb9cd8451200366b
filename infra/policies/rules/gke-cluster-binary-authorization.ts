import { expect, oneOf } from '../judge/expect';
import { forTypes, type ResourceRule } from '../judge/rule';
import { gcp } from '../judge/types';

export const rule: ResourceRule = {
  name: 'gke-cluster-binary-authorization',
  description: 'Let the cluster start only images that the project’s Binary Authorization policy allows',
  level: 'mandatory',
  source: 'CIS GKE 5.1.4',
  environments: ['staging', 'prod'],
  appliesTo: forTypes(gcp.cluster),
  judge: ({ props }) =>
    expect(
      props,
      'binaryAuthorization.evaluationMode',
      oneOf('PROJECT_SINGLETON_POLICY_ENFORCE'),
      'set PROJECT_SINGLETON_POLICY_ENFORCE',
    ),
};
