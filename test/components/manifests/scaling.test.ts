import { agentTypes } from '@agent-factory/contract';
import * as fc from 'fast-check';
import {
  scaleInBelow,
  scaleInTolerance,
  scalingBehavior,
  scalingTimes,
} from '../../../components/manifests/scaling/behavior';
import { agentHpa, agentScaledObject } from '../../../components/manifests/scaling/autoscaler';
import { disruptionBudget } from '../../../components/manifests/scaling/budget';
import { autoscalingMetric } from '../../../components/manifests/queueMetric/autoscalingMetric';
import { platformOf } from '../../../components/manifests/platform';
import { existing, gke, names, plan, plans } from '../cluster/fixtures';

const withTolerance = platformOf({ kind: 'gke', version: '1.36' });
const workload = { kind: 'Deployment', name: 'agent-tester' };

describe('scaling in', () => {
  /** Whether an HPA lets a metric take pods away: Kubernetes' own words (podautoscaler/replica_calculator.go, tolerances.isWithin). */
  const takesAway = (value: number, target: number, tolerance: number): boolean => value / target < 1 - tolerance;
  const targets = fc.record({
    queueTarget: fc.integer({ min: 1, max: 1_000 }),
    cpuTargetPercent: fc.integer({ min: 1, max: 100 }),
  });

  it('happens only with the queue under 2 a pod and CPU under 40 %, whatever the targets', () => {
    fc.assert(
      fc.property(
        targets,
        fc.double({ min: 0, max: 2_000, noNaN: true }),
        fc.double({ min: 0, max: 200, noNaN: true }),
        (plan, depth, cpu) => {
          const tolerance = scaleInTolerance(plan);
          const goes =
            takesAway(depth, plan.queueTarget, tolerance) && takesAway(cpu, plan.cpuTargetPercent, tolerance);
          const calm = depth < scaleInBelow.queueDepth && cpu < scaleInBelow.cpuPercent;
          expect(goes && !calm).toBe(false);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('is no stricter than one of the two floors asks for, to a thousandth', () => {
    fc.assert(
      fc.property(targets, ({ queueTarget, cpuTargetPercent }) => {
        const tolerance = scaleInTolerance({ queueTarget, cpuTargetPercent });
        const floors = [1 - scaleInBelow.queueDepth / queueTarget, 1 - scaleInBelow.cpuPercent / cpuTargetPercent, 0];
        expect(tolerance).toBeGreaterThanOrEqual(Math.max(...floors));
        expect(tolerance).toBeLessThan(Math.max(...floors) + 0.001);
        expect(tolerance).toBeLessThanOrEqual(1);
      }),
    );
  });

  it.each([
    { queueTarget: 5, tolerance: '600m' },
    { queueTarget: 3, tolerance: '429m' },
    { queueTarget: 2, tolerance: '429m' },
  ])('has the tolerance $tolerance for a target of $queueTarget', ({ queueTarget, tolerance }) => {
    const one = plan('tester', { queueTarget });
    expect(scalingBehavior(one, withTolerance.can).scaleDown).toMatchObject({ tolerance });
  });

  it('keeps the cluster’s tolerance where an HPA has none of its own', () => {
    expect(scalingBehavior(plan('tester'), existing.can).scaleDown).not.toHaveProperty('tolerance');
    expect(platformOf({ kind: 'existing', version: '1.35' }).can.hpaTolerance).toBe(true);
  });
});

describe('the behaviour of an HPA', () => {
  it('is that of the requirements: half more a minute, one less in two minutes', () => {
    expect(scalingBehavior(plan('tester'), withTolerance.can)).toEqual({
      scaleUp: {
        stabilizationWindowSeconds: 60,
        selectPolicy: 'Max',
        policies: [{ type: 'Percent', value: 50, periodSeconds: 60 }],
      },
      scaleDown: {
        stabilizationWindowSeconds: 300,
        selectPolicy: 'Max',
        policies: [{ type: 'Pods', value: 1, periodSeconds: 120 }],
        tolerance: '600m',
      },
    });
  });

  it('can be made faster as a whole, for a trial', () => {
    const times = { upPeriod: 6, upStabilisation: 6, downPeriod: 12, downStabilisation: 30 };
    const { scaleUp, scaleDown } = scalingBehavior(plan('tester'), withTolerance.can, times);
    expect([scaleUp.stabilizationWindowSeconds, scaleUp.policies[0]?.periodSeconds]).toEqual([6, 6]);
    expect([scaleDown.stabilizationWindowSeconds, scaleDown.policies[0]?.periodSeconds]).toEqual([30, 12]);
    expect(scalingTimes).toEqual({ upPeriod: 60, upStabilisation: 60, downPeriod: 120, downStabilisation: 300 });
  });

  it('takes a first step from none, and from one pod on only ever half more', () => {
    const { policies } = scalingBehavior(plan('tester', { replicas: { min: 0, max: 8 } }), withTolerance.can).scaleUp;
    /** What a policy allows from n pods (podautoscaler/horizontal.go, calculateScaleUpLimitWithScalingRules). */
    const allowed = (n: number, { type, value }: { type: string; value: number }): number =>
      type === 'Pods' ? n + value : Math.ceil(n * (1 + value / 100));
    const limit = (n: number): number => Math.max(...policies.map((policy) => allowed(n, policy)));
    expect(limit(0)).toBe(1);
    for (let n = 1; n <= 200; n += 1) expect(limit(n)).toBe(Math.ceil(n * 1.5));
  });
});

describe('an autoscaler', () => {
  it('reads CPU and the type’s own queue from the dispatcher’s metric', () => {
    const hpa = agentHpa({ plan: plan('tester'), names, platform: gke, workload }, { backend: 'dispatcher' });
    expect(hpa.metadata.namespace).toBe('factory-agents');
    expect(hpa.spec).toMatchObject({
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'agent-tester' },
      minReplicas: 1,
      maxReplicas: 8,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
        {
          type: 'External',
          external: {
            metric: { name: 'task_queue_depth', selector: { matchLabels: { agent_type: 'tester' } } },
            target: { type: 'AverageValue', averageValue: '5' },
          },
        },
      ],
    });
  });

  it('reads GKE’s metric by the object and name under which it is made', () => {
    const made = autoscalingMetric('tester');
    const [promql] = made.spec.metrics.map((metric) => metric.promql);
    const hpa = agentHpa({ plan: plan('tester'), names, platform: gke, workload }, { backend: 'gke' });
    expect(hpa.spec.metrics[1]).toMatchObject({
      external: { metric: { name: `autoscaling.gke.io|${made.metadata.name}|${promql?.name}` } },
    });
    expect(promql?.query).toBe('max(task_queue_depth{agent_type="tester"})');
    expect(made.metadata.namespace).toBe(hpa.metadata.namespace);
  });

  it('is KEDA’s with KEDA: the same bounds, targets and behaviour', () => {
    const source = { backend: 'keda', prometheusUrl: 'http://prometheus:9090', pollingSeconds: 5 } as const;
    const options = { plan: plan('tester'), names, platform: withTolerance, workload };
    const scaled = agentScaledObject(options, source);
    const hpa = agentHpa(options, { backend: 'dispatcher' });
    expect(scaled.spec.advanced.horizontalPodAutoscalerConfig.behavior).toEqual(hpa.spec.behavior);
    expect([scaled.spec.minReplicaCount, scaled.spec.maxReplicaCount]).toEqual([1, 8]);
    expect(scaled.spec.triggers.map(({ type, metricType }) => `${type} ${metricType}`)).toEqual([
      'cpu Utilization',
      'prometheus AverageValue',
    ]);
    expect(scaled.spec.triggers[1]?.metadata).toMatchObject({ threshold: '5', ignoreNullValues: 'false' });
  });

  it('takes bounds and targets of each type from the catalogue', () => {
    for (const type of agentTypes) {
      const { spec } = agentHpa({ plan: plan(type.name), names, platform: gke, workload }, { backend: 'dispatcher' });
      const external = spec.metrics[1]?.external;
      expect({ min: spec.minReplicas, max: spec.maxReplicas }).toEqual(type.scaling.environments.prod);
      expect(external?.target.averageValue).toBe(String(type.scaling.queue_target));
    }
    expect(plans.reduce((sum, { replicas }) => sum + replicas.max, 0)).toBe(55);
  });
});

test('a disruption takes one pod at a time, and never waits for one that is not well', () => {
  const { spec } = disruptionBudget({ name: 'a', namespace: 'b', labels: {} }, { app: 'a' });
  expect(spec).toEqual({
    maxUnavailable: 1,
    selector: { matchLabels: { app: 'a' } },
    unhealthyPodEvictionPolicy: 'AlwaysAllow',
  });
});
