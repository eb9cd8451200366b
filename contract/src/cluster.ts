/** What the objects of a cluster and the programs that run in it agree on. */

/** Labels of every pod of an agent. The recycler deletes no pod that lacks one of them. */
export const agentPodLabels = {
  'app.kubernetes.io/part-of': 'agent-factory',
  'app.kubernetes.io/component': 'agent',
} as const;

/** Audience of the projected token by which an agent registers. */
export const agentTokenAudience = 'agent-factory';

/** The aggregated API that the role `metrics-adapter` serves, and its port: private GKE lets the control plane reach it without a firewall rule. */
export const externalMetricsApi = { group: 'external.metrics.k8s.io', version: 'v1beta1', port: 10_250 } as const;
