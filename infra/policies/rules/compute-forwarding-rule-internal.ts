import { expect } from '../judge/expect';
import { forTypes, type ResourceRule } from '../judge/rule';
import { text } from '../judge/value';

export const rule: ResourceRule = {
  name: 'compute-forwarding-rule-internal',
  description: 'Open nothing to the internet but by the Gateway, which has certificates and health checks',
  level: 'mandatory',
  source: 'Agent Factory',
  appliesTo: forTypes(
    'gcp:compute/forwardingRule:ForwardingRule',
    'gcp:compute/globalForwardingRule:GlobalForwardingRule',
  ),
  judge: ({ props }) =>
    expect(
      props,
      'loadBalancingScheme',
      (scheme) => scheme === '' || text(scheme).startsWith('INTERNAL'),
      'set "" for Private Service Connect, or INTERNAL_MANAGED; the default is EXTERNAL',
    ),
};
