import { expect, oneOf } from '../judge/expect';
import { forTypes, type ResourceRule } from '../judge/rule';
import { gcp } from '../judge/types';

export const rule: ResourceRule = {
  name: 'gke-cluster-security-posture',
  description: 'Have Google look for weak workloads',
  level: 'mandatory',
  source: 'CIS GKE 5.10.4',
  appliesTo: forTypes(gcp.cluster),
  judge: ({ props }) =>
    expect(
      props,
      'securityPostureConfig.mode',
      oneOf('BASIC', 'ENTERPRISE'),
      'set BASIC, which is free, or ENTERPRISE',
    ),
};
