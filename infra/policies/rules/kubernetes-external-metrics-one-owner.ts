import type { Resource, StackRule } from '../judge/rule';
import { nameOf, ofKind } from '../judge/together';
import { at, text } from '../judge/value';

export const rule: StackRule = {
  name: 'kubernetes-external-metrics-one-owner',
  description: 'Let one program of a cluster answer for external.metrics.k8s.io',
  level: 'mandatory',
  source: 'Agent Factory',
  judgeStack: (resources) => {
    const owners = [
      ...ofKind(resources, 'APIService')
        .filter((resource) => nameOf(resource).endsWith('.external.metrics.k8s.io'))
        .map((resource) => ({ resource, owner: ownerOf(resource) })),
      ...ofKind(resources, 'ScaledObject').map((resource) => ({ resource, owner: 'KEDA' })),
      ...ofKind(resources, 'AutoscalingMetric').map((resource) => ({ resource, owner: 'GKE' })),
    ];
    const names = [...new Set(owners.map(({ owner }) => owner))];
    const [, second] = names;
    const resource = owners.find(({ owner }) => owner === second)?.resource;
    return second === undefined
      ? []
      : [
          {
            resource,
            path: 'metadata.name',
            fault: `makes a second owner (${names.join(', ')}): keep one of queueMetric’s back ends`,
          },
        ];
  },
};

function ownerOf({ props, urn }: Resource): string {
  const name = text(at(props, 'spec.service.name'));
  return name === '' ? urn : `the Service ${name}`;
}
