import { queueMetricLabel, queueMetricName } from '@agent-factory/contract';
import type { Names } from '../../names';
import { namespaces, type AgentPlan } from '../../types';
import { agentLabels } from '../labels';
import type { Platform } from '../platform';
import { scalingBehavior, scalingTimes, type ScalingTimes } from './behavior';
import { gkeMetricName, queueDepthQuery, type MetricSource } from './metric';

/** What an autoscaler is made with. */
interface AutoscalerOptions {
  plan: AgentPlan;
  names: Names;
  platform: Platform;
  workload: { kind: string; name: string };
  times?: ScalingTimes | undefined;
}

function metadata({ plan, names }: AutoscalerOptions) {
  return {
    name: names('k8s.object', 'agent', plan.name),
    namespace: namespaces.agents,
    labels: agentLabels(plan.name),
  };
}

/** Average CPU and depth of the queue a pod; whichever wants more pods wins. */
export function agentHpa(options: AutoscalerOptions, source: Exclude<MetricSource, { backend: 'keda' }>) {
  const { plan, platform, workload, times } = options;
  const cpu = { name: 'cpu', target: { type: 'Utilization', averageUtilization: plan.cpuTargetPercent } };
  return {
    apiVersion: 'autoscaling/v2' as const,
    kind: 'HorizontalPodAutoscaler' as const,
    metadata: metadata(options),
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', ...workload },
      minReplicas: plan.replicas.min,
      maxReplicas: plan.replicas.max,
      metrics: [
        { type: 'Resource', resource: cpu },
        {
          type: 'External',
          external: {
            metric: externalMetric(plan.name, source),
            target: { type: 'AverageValue', averageValue: String(plan.queueTarget) },
          },
        },
      ],
      behavior: scalingBehavior(plan, platform.can, times),
    },
  };
}

function externalMetric(type: string, source: Exclude<MetricSource, { backend: 'keda' }>) {
  return source.backend === 'dispatcher'
    ? { name: queueMetricName, selector: { matchLabels: { [queueMetricLabel]: type } } }
    : { name: `autoscaling.gke.io|${gkeMetricObject(type)}|${gkeMetricName}` };
}

/** Name of the AutoscalingMetric of a type. */
export function gkeMetricObject(type: string): string {
  return `agent-${type}`;
}

/** KEDA's ScaledObject: KEDA makes the HPA, and wakes a type that is at none. */
export function agentScaledObject(options: AutoscalerOptions, source: Extract<MetricSource, { backend: 'keda' }>) {
  const { plan, platform, workload, times } = options;
  return {
    apiVersion: 'keda.sh/v1alpha1' as const,
    kind: 'ScaledObject' as const,
    metadata: metadata(options),
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', ...workload },
      minReplicaCount: plan.replicas.min,
      maxReplicaCount: plan.replicas.max,
      pollingInterval: source.pollingSeconds,
      cooldownPeriod: (times ?? scalingTimes).downStabilisation,
      advanced: {
        horizontalPodAutoscalerConfig: {
          name: options.names('k8s.object', 'agent', plan.name),
          behavior: scalingBehavior(plan, platform.can, times),
        },
      },
      triggers: [
        { type: 'cpu', metricType: 'Utilization', metadata: { value: String(plan.cpuTargetPercent) } },
        {
          type: 'prometheus',
          metricType: 'AverageValue',
          metadata: {
            serverAddress: source.prometheusUrl,
            query: queueDepthQuery(plan.name),
            threshold: String(plan.queueTarget),
            activationThreshold: '0',
            // Silence is not an empty queue.
            ignoreNullValues: 'false',
          },
        },
      ],
    },
  };
}
