import { expect, oneOf } from '../judge/expect';
import { forTypes, type ResourceRule } from '../judge/rule';
import { gcp } from '../judge/types';

export const rule: ResourceRule = {
  name: 'gke-cluster-no-anonymous-access',
  description: 'Let nobody unknown into the API, whatever bindings say',
  level: 'mandatory',
  source: 'GKE golden path',
  appliesTo: forTypes(gcp.cluster),
  judge: ({ props }) => [
    ...expect(props, 'rbacBindingConfig.enableInsecureBindingSystemAuthenticated', oneOf(false), 'set false'),
    ...expect(props, 'rbacBindingConfig.enableInsecureBindingSystemUnauthenticated', oneOf(false), 'set false'),
    ...expect(props, 'anonymousAuthenticationConfig.mode', oneOf('LIMITED'), 'set LIMITED: health checks only'),
  ],
};
