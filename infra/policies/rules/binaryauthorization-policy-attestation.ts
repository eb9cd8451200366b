import { expect, oneOf } from '../judge/expect';
import { forTypes, type ResourceRule } from '../judge/rule';

export const rule: ResourceRule = {
  name: 'binaryauthorization-policy-attestation',
  description: 'Start only images that the pipeline signed',
  level: 'mandatory',
  source: 'CIS GKE 5.1.4',
  appliesTo: forTypes('gcp:binaryauthorization/policy:Policy'),
  judge: ({ props }) => [
    ...expect(
      props,
      'defaultAdmissionRule.evaluationMode',
      oneOf('REQUIRE_ATTESTATION', 'ALWAYS_DENY'),
      'set REQUIRE_ATTESTATION',
    ),
    ...expect(
      props,
      'defaultAdmissionRule.enforcementMode',
      oneOf('ENFORCED_BLOCK_AND_AUDIT_LOG'),
      'set ENFORCED_BLOCK_AND_AUDIT_LOG',
    ),
  ],
};
