import type { AgentType } from '@agent-factory/contract';

/** The environments that a stack can be. */
export type StackEnvironment = 'dev' | 'staging' | 'prod';

/** An agent type as one environment runs it: its catalogue record with the configuration's overrides applied. */
export interface AgentPlan extends Omit<AgentType, 'scaling'> {
  /** HPA bounds. A `min` of 0 needs a metric back end that can activate (see QueueMetric). */
  replicas: { min: number; max: number };
  /** task_queue_depth an agent (AverageValue of the HPA). */
  queueTarget: number;
  /** Average CPU in percent of the request. */
  cpuTargetPercent: number;
}

/** A node pool of agents or of the system. */
export interface PoolPlan {
  /** `system` runs the factory's own pods without gVisor; the others are gVisor pools of agents. */
  tier: 'system' | 'small' | 'large' | 'gpu';
  /** Compute Engine machine type, such as n4-standard-8. */
  machineType: string;
  /** Nodes over all zones. */
  nodes: { min: number; max: number };
  /** Boot disk. */
  disk: { type: string; sizeGb: number };
  /** Spot nodes: cheaper, taken back with 30 s notice. Never for `system`. */
  spot: boolean;
  /** Accelerator of each node; only in tier `gpu`. */
  accelerator?: { type: string; count: number };
  /** Pods a node. */
  maxPods: number;
}

/** Where something of the factory is reached inside the cluster. */
export interface Endpoint {
  host: string;
  port: number;
}

/** Namespaces of the factory. */
export const namespaces = { system: 'factory-system', agents: 'factory-agents' } as const;
