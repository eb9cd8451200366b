import { expect, oneOf } from '../judge/expect';
import { forTypes, type ResourceRule } from '../judge/rule';
import { gcp } from '../judge/types';

export const rule: ResourceRule = {
  name: 'redis-instance-password-and-tls',
  description: 'Let Redis ask for a password and encrypt connections',
  level: 'mandatory',
  source: 'GKE hardening guide',
  appliesTo: forTypes(gcp.redis),
  judge: ({ props }) => [
    ...expect(props, 'authEnabled', oneOf(true), 'set true'),
    ...expect(
      props,
      'transitEncryptionMode',
      oneOf('SERVER_AUTHENTICATION'),
      'set SERVER_AUTHENTICATION; it cannot be changed later',
    ),
  ],
};
