/** PodDisruptionBudget: one pod at a time may be taken by a drain. Pods that are not well do not hold it up. */
export function disruptionBudget(
  metadata: { name: string; namespace: string; labels: Record<string, string> },
  selector: Record<string, string>,
) {
  return {
    apiVersion: 'policy/v1' as const,
    kind: 'PodDisruptionBudget' as const,
    metadata,
    spec: { maxUnavailable: 1, selector: { matchLabels: selector }, unhealthyPodEvictionPolicy: 'AlwaysAllow' },
  };
}
