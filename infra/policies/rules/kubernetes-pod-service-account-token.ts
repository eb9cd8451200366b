import { expect, oneOf } from '../judge/expect';
import { podsOf, podTypes } from '../judge/pods';
import type { ResourceRule } from '../judge/rule';

export const rule: ResourceRule = {
  name: 'kubernetes-pod-service-account-token',
  description: 'Give agents no token of the Kubernetes API, and say of every other pod whether it has one',
  level: 'mandatory',
  source: 'CIS Kubernetes 5.1.6',
  appliesTo: podTypes,
  judge: (resource) =>
    podsOf(resource).flatMap(({ spec, path, agent }) =>
      agent
        ? expect(spec, 'automountServiceAccountToken', oneOf(false), 'set false', path)
        : expect(
            spec,
            'automountServiceAccountToken',
            oneOf(false, true),
            'set false, or true if it asks the API',
            path,
          ),
    ),
};
