import { expect, oneOf } from '../judge/expect';
import { forTypes, type ResourceRule } from '../judge/rule';
import { gcp } from '../judge/types';

export const rule: ResourceRule = {
  name: 'memorystore-instance-iam-and-tls',
  description: 'Let Valkey ask for IAM tokens and encrypt connections',
  level: 'mandatory',
  source: 'GKE hardening guide',
  appliesTo: forTypes(gcp.valkey),
  judge: ({ props }) => [
    ...expect(props, 'authorizationMode', oneOf('IAM_AUTH'), 'set IAM_AUTH; it cannot be changed later'),
    ...expect(
      props,
      'transitEncryptionMode',
      oneOf('SERVER_AUTHENTICATION'),
      'set SERVER_AUTHENTICATION; it cannot be changed later',
    ),
  ],
};
