import { namespaces } from '../../types';
import { agentLabels } from '../labels';
import { gkeMetricObject } from '../scaling/autoscaler';
import { gkeMetricName, queueDepthQuery } from '../scaling/metric';

/** GKE's AutoscalingMetric of a type, in the namespace of the HPA that asks for it. */
export function autoscalingMetric(type: string) {
  return {
    apiVersion: 'autoscaling.gke.io/v1beta1' as const,
    kind: 'AutoscalingMetric' as const,
    metadata: { name: gkeMetricObject(type), namespace: namespaces.agents, labels: agentLabels(type) },
    spec: { metrics: [{ promql: { name: gkeMetricName, query: queueDepthQuery(type) } }] },
  };
}
