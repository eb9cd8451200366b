import type { AgentPlan } from '../../types';
import type { Capabilities } from '../platform';

/** How fast a type scales. Seconds. */
export interface ScalingTimes {
  /** A step up adds half of the pods, at most once in so long. */
  upPeriod: number;
  /** The lowest wish of so long counts when scaling up. */
  upStabilisation: number;
  /** A step down takes one pod, at most once in so long. */
  downPeriod: number;
  /** The highest wish of so long counts when scaling down. */
  downStabilisation: number;
}

/** The figures that the factory ships with. */
export const scalingTimes: ScalingTimes = {
  upPeriod: 60,
  upStabilisation: 60,
  downPeriod: 120,
  downStabilisation: 300,
};

/** Below both of these, per pod, a type may scale in: queue depth, and CPU in percent of the request. */
export const scaleInBelow = { queueDepth: 2, cpuPercent: 40 } as const;

/**
 * Tolerance of scaling in. An HPA takes pods away only when every metric is below target × (1 − tolerance), so the one tolerance
 * that it has must keep both floors: it is the larger of the two that they ask for. The other floor is then lower than asked.
 */
export function scaleInTolerance({ queueTarget, cpuTargetPercent }: Targets): number {
  const forQueue = 1 - scaleInBelow.queueDepth / queueTarget;
  const forCpu = 1 - scaleInBelow.cpuPercent / cpuTargetPercent;
  // Rounded up to the thousandths that a quantity is written in: never below what the floors ask for.
  return Math.ceil(Math.max(forQueue, forCpu, 0) * 1_000 - 1e-9) / 1_000;
}

type Targets = Pick<AgentPlan, 'queueTarget' | 'cpuTargetPercent'>;

/** `behavior` of an HPA, and of the HPA that KEDA makes. */
export function scalingBehavior(
  plan: Targets & Pick<AgentPlan, 'replicas'>,
  can: Pick<Capabilities, 'hpaTolerance'>,
  times: ScalingTimes = scalingTimes,
) {
  const half = { type: 'Percent', value: 50, periodSeconds: times.upPeriod };
  // Half of none is none. From one pod on, half rounded up is never less than one, so this rule changes nothing there.
  const first = { type: 'Pods', value: 1, periodSeconds: times.upPeriod };
  const tolerance = scaleInTolerance(plan);
  return {
    scaleUp: {
      stabilizationWindowSeconds: times.upStabilisation,
      selectPolicy: 'Max',
      policies: plan.replicas.min === 0 ? [half, first] : [half],
    },
    scaleDown: {
      stabilizationWindowSeconds: times.downStabilisation,
      selectPolicy: 'Max',
      policies: [{ type: 'Pods', value: 1, periodSeconds: times.downPeriod }],
      ...(can.hpaTolerance ? { tolerance: thousandths(tolerance) } : {}),
    },
  };
}

/** A share as the API server writes it: `429m`, `0`, `1`. */
function thousandths(share: number): string {
  const milli = Math.round(share * 1_000);
  return milli % 1_000 === 0 ? String(milli / 1_000) : `${milli}m`;
}
