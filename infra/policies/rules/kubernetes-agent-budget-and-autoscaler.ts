import { namespaceOf, podsOf, podTypes, type Pod } from '../judge/pods';
import type { Resource, StackRule } from '../judge/rule';
import { nameOf, ofKind, selects } from '../judge/together';
import { kindOf } from '../judge/types';
import { at } from '../judge/value';

export const rule: StackRule = {
  name: 'kubernetes-agent-budget-and-autoscaler',
  description: 'Give every agent workload an autoscaler, and a budget of pods that a drain may take',
  level: 'mandatory',
  source: 'Agent Factory',
  judgeStack: (resources) =>
    resources
      .filter(({ type }) => podTypes(type) && ['Deployment', 'StatefulSet'].includes(kindOf(type) ?? ''))
      .flatMap((resource) =>
        podsOf(resource)
          .filter(({ agent }) => agent)
          .flatMap((pod) => [
            ...(isScaled(resource, resources)
              ? []
              : [
                  {
                    resource,
                    path: 'metadata.name',
                    fault: 'has no autoscaler: add a HorizontalPodAutoscaler or ScaledObject',
                  },
                ]),
            ...(hasBudget(pod, resources)
              ? []
              : [
                  {
                    resource,
                    path: 'spec.selector',
                    fault: 'has no PodDisruptionBudget: add one that selects its pods',
                  },
                ]),
          ]),
      ),
};

function isScaled(workload: Resource, resources: readonly Resource[]): boolean {
  return ofKind(resources, 'HorizontalPodAutoscaler', 'ScaledObject').some(({ props }) => {
    const target = at(props, 'spec.scaleTargetRef');
    const kind = at(target, 'kind') ?? 'Deployment'; // what KEDA takes it for
    return (
      kind === kindOf(workload.type) &&
      at(target, 'name') === at(workload.props, 'metadata.name') &&
      namespaceOf(props) === namespaceOf(workload.props)
    );
  });
}

function hasBudget(pod: Pod, resources: readonly Resource[]): boolean {
  return ofKind(resources, 'PodDisruptionBudget').some(
    (budget) =>
      nameOf(budget) !== '' &&
      namespaceOf(budget.props) === pod.namespace &&
      selects(at(budget.props, 'spec.selector'), pod.labels),
  );
}
