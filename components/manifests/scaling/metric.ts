import { queueMetricLabel, queueMetricName } from '@agent-factory/contract';

/** What serves `task_queue_depth` to the autoscalers. */
export type MetricSource =
  | {
      /** The role metrics-adapter, through external.metrics.k8s.io. */
      backend: 'dispatcher';
    }
  | {
      /** GKE's own adapter, which asks Managed Prometheus. */
      backend: 'gke';
    }
  | {
      /** KEDA, which asks Prometheus and makes the HPAs. */
      backend: 'keda';
      prometheusUrl: string;
      pollingSeconds: number;
    };

/** Name of GKE's AutoscalingMetric of a type's metric, and of the metric in it. */
export const gkeMetricName = 'task-queue-depth';

/** The depth of a type's queue in PromQL. Every replica tells the whole, so the largest counts and they are never added up. */
export function queueDepthQuery(type: string): string {
  return `max(${queueMetricName}{${queueMetricLabel}="${type}"})`;
}
