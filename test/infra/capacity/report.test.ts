import { agentTypes, FactoryError } from '@agent-factory/contract';
import * as fc from 'fast-check';
import type { Json } from '../../../infra/config/inherit';
import { parseConfiguration } from '../../../infra/config/parse';
import { tiers } from '../../../infra/config/pools';
import { isPriceKey, priceKeys } from '../../../infra/capacity/prices';
import { capacityReport, capacitySummary, type CapacityReport } from '../../../infra/capacity/report';
import { capacityTable } from '../../../infra/capacity/table';

const roomy: Record<string, Json> = Object.fromEntries(tiers.map((tier) => [tier, { max: 200 }]));

const parse = (raw: Record<string, Json>) =>
  parseConfiguration(
    { environment: 'staging', protect: false, ...raw },
    {
      catalogue: agentTypes,
      gcp: { project: 'some-project', region: 'europe-west1' },
      isSecret: () => true,
    },
  );
const report = (raw: Record<string, Json> = {}): CapacityReport => capacityReport(parse({ pools: roomy, ...raw }));

const replicas = fc
  .tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 20 }))
  .map(([min, more]) => ({ min, max: min + more }));
const agents = fc.dictionary(fc.constantFrom(...agentTypes.map(({ name }) => name)), replicas, { maxKeys: 6 });

describe('the capacity of an environment', () => {
  test('costs no less with one replica more of any type', () => {
    fc.assert(
      fc.property(agents, fc.constantFrom(...agentTypes), (given, { name, scaling }) => {
        const now = given[name] ?? scaling.environments.staging;
        const before = report({ agents: given });
        const after = report({ agents: { ...given, [name]: { min: now.min + 1, max: now.max + 1 } } });
        expect(after.monthly.idle).toBeGreaterThanOrEqual(before.monthly.idle);
        expect(after.monthly.peak).toBeGreaterThanOrEqual(before.monthly.peak);
      }),
      { numRuns: 40 },
    );
  });

  test('the parts of the types are what their pools cost', () => {
    const kept = { small: { min: 3, max: 200 }, large: { min: 2, max: 200 }, gpu: { min: 1, max: 200 } };
    fc.assert(
      fc.property(agents, fc.boolean(), (given, keeps) => {
        const { pools, agents: parts } = report({ agents: given, pools: keeps ? kept : roomy });
        for (const moment of ['idle', 'peak'] as const) {
          const whole = pools
            .filter(({ tier }) => tier !== 'system')
            .reduce((sum, { monthly }) => sum + monthly[moment], 0);
          // A part is rounded to a hundredth.
          expect(Math.abs(parts.reduce((sum, { monthly }) => sum + monthly[moment], 0) - whole)).toBeLessThan(0.15);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('nodes that are kept while nothing runs are everyone’s', () => {
    const asleep = Object.fromEntries(agentTypes.map(({ name }) => [name, { min: 0 }]));
    const { pools, agents: parts } = report({
      agents: asleep,
      queueMetric: { backend: 'keda', keda: { prometheusUrl: 'http://prometheus.monitoring:9090' } },
      pools: { ...roomy, small: { min: 2, max: 200 } },
    });
    const small = pools.find(({ tier }) => tier === 'small');
    expect(small).toMatchObject({ nodes: { idle: 2 }, used: { idle: 0 } });
    expect(parts.reduce((sum, { monthly }) => sum + monthly.idle, 0)).toBeCloseTo(small?.monthly.idle ?? 0, 0);
  });

  test('all of it is nodes and services', () => {
    const { pools, services, monthly } = report({ edge: { exposure: 'internal', host: 'factory.example.com' } });
    expect(services.map(({ name }) => name)).toEqual(['control plane', 'redis', 'PostgreSQL', 'load balancer']);
    const fixed = services.reduce((sum, { monthly: money }) => sum + money, 0);
    expect(monthly.idle).toBeCloseTo(
      pools.reduce((sum, pool) => sum + pool.monthly.idle, fixed),
      1,
    );
    expect(monthly.peak).toBeCloseTo(
      pools.reduce((sum, pool) => sum + pool.monthly.peak, fixed),
      1,
    );
  });

  test('a pool that cannot hold the maxima is warned of, and one that can is not', () => {
    const small = (max: number): CapacityReport => report({ pools: { ...roomy, small: { max } } });
    const needed = small(200).pools.find(({ tier }) => tier === 'small')?.nodes.peak ?? 0;
    expect(needed).toBeGreaterThan(2);
    expect(small(needed).warnings).toEqual([]);
    expect(small(needed - 1).warnings).toEqual([expect.stringContaining(`pools.small.max is ${needed - 1}`)]);
    expect(capacityTable(small(needed - 1))).toContain('> **Warning** pools.small.max');
  });

  test('a pool that cannot hold what always runs is refused', () => {
    const many = { tester: { min: 60, max: 60 } };
    expect(() => report({ agents: many, pools: { ...roomy, small: { max: 2 } } })).toThrow(
      /pools\.small\.max is 2, but what always runs needs \d+ nodes/,
    );
  });

  test('replicas that keep apart need a node each', () => {
    const system = (antiAffinity: string) =>
      report({ dispatcher: { antiAffinity, serve: { replicas: 3, maxReplicas: 9 } } }).pools.find(
        ({ tier }) => tier === 'system',
      )?.nodes;
    expect(system('required')).toEqual({ idle: 3, peak: 9 });
    expect(system('preferred')?.peak).toBeLessThan(9);
  });

  test('spot nodes cost less', () => {
    const large = (spot: boolean) => report({ pools: { ...roomy, large: { max: 200, spot } } }).monthly.peak;
    expect(large(true)).toBeLessThan(large(false));
  });

  test('an existing cluster has no pools and no cost', () => {
    const {
      pools,
      services,
      monthly,
      agents: parts,
    } = report({
      pools: {},
      cluster: { kind: 'existing', name: 'kind' },
      queue: { kind: 'inCluster' },
      images: { registry: 'localhost:5000' },
      database: { enabled: false },
      dispatcher: { artifacts: { backend: 'volume' }, serve: { replicas: 1, maxReplicas: 1 } },
    });
    expect({ pools, services, monthly }).toEqual({ pools: [], services: [], monthly: { idle: 0, peak: 0 } });
    expect(parts).toHaveLength(agentTypes.length);
  });

  test('the summary says the same in short', () => {
    const whole = report();
    const { monthly, nodes, agents: parts } = capacitySummary(whole);
    expect(monthly).toEqual(whole.monthly);
    expect(Object.keys(nodes)).toEqual(whole.pools.map(({ tier }) => tier));
    expect(Object.keys(parts)).toEqual(agentTypes.map(({ name }) => name));
  });
});

describe('prices', () => {
  test('a key that is not known is refused with those that are', () => {
    let found: FactoryError | undefined;
    try {
      report({ prices: { 'n2d.core.hours': 1 } });
    } catch (error) {
      if (error instanceof FactoryError) found = error;
    }
    expect(found?.faults).toEqual([
      { path: 'prices["n2d.core.hours"]', message: expect.stringContaining(priceKeys.join(', ')) as string },
    ]);
  });

  test('one from the configuration counts, and is shown', () => {
    const plain = report();
    const own = report({ prices: { 'cluster.hour': 1.1 } });
    expect(own.monthly.idle - plain.monthly.idle).toBeCloseTo(730, 6);
    expect(own.prices.overridden).toEqual(['cluster.hour']);
    expect(capacityTable(own)).toContain('from the configuration: cluster.hour');
    expect(capacityTable(plain)).not.toContain('from the configuration');
  });

  test('one that nobody gave is asked for; it may be given', () => {
    const pools = { ...roomy, gpu: { max: 200, accelerator: { type: 'nvidia-new' } } };
    expect(() => report({ pools })).toThrow('there is no nvidia-new.hour; give it in the configuration');
    expect(report({ pools, prices: { 'nvidia-new.hour': 2 } }).prices.overridden).toEqual(['nvidia-new.hour']);
    expect(isPriceKey('spot.discount')).toBe(false);
  });

  test('the table says of which day they are, and that nobody has confirmed them', () => {
    const { prices } = report();
    expect(prices.date).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(capacityTable(report())).toContain(`Prices of ${prices.date}`);
    expect(capacityTable(report())).toContain('not confirmed against a bill');
  });
});
