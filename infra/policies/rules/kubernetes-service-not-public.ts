import { expect } from '../judge/expect';
import type { ResourceRule } from '../judge/rule';
import { forKinds } from '../judge/types';
import { at, items, later } from '../judge/value';

const internal = 'networking.gke.io/load-balancer-type';

export const rule: ResourceRule = {
  name: 'kubernetes-service-not-public',
  description: 'Open Services to the cluster only; the Gateway is the way in',
  level: 'mandatory',
  source: 'Agent Factory',
  appliesTo: forKinds('Service'),
  judge: ({ props }) => {
    const annotation = at(props, ['metadata', 'annotations', internal]);
    const inside = annotation === 'Internal' || annotation === later;
    return [
      ...expect(
        props,
        'spec.type',
        (type) => type !== 'NodePort' && (type !== 'LoadBalancer' || inside),
        `use ClusterIP behind the Gateway, or annotate ${internal}: Internal`,
      ),
      ...expect(props, 'spec.externalIPs', (addresses) => items(addresses).length === 0, 'take them out'),
    ];
  },
};
