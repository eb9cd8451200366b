import { expect } from '../judge/expect';
import type { ResourceRule } from '../judge/rule';
import { forKinds, kindOf } from '../judge/types';
import { at, items, later, type Value } from '../judge/value';

export const rule: ResourceRule = {
  name: 'kubernetes-autoscaler-bounds',
  description: 'Bound how far a workload grows, and scale by CPU as well: the queue’s metric may fall silent',
  level: 'mandatory',
  source: 'Agent Factory',
  appliesTo: forKinds('HorizontalPodAutoscaler', 'ScaledObject'),
  judge: ({ type, props }) => {
    const keda = kindOf(type) === 'ScaledObject';
    const most = keda ? 'spec.maxReplicaCount' : 'spec.maxReplicas';
    const list = keda ? 'spec.triggers' : 'spec.metrics';
    const cpu = (metric: Value) =>
      metric === later || [at(metric, 'resource.name'), at(metric, 'type')].includes('cpu');
    return [
      ...expect(props, most, (count) => typeof count === 'number' && count > 0, 'set the largest number of pods'),
      ...expect(props, list, (metrics) => items(metrics).some(cpu), 'add the CPU metric'),
    ];
  },
};
