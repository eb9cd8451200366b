import * as fc from 'fast-check';
import { splitSize } from '../../../components/manifests/agent/size';
import { podFaults } from '../../../components/manifests/fit';
import { agentsQuota, podShare, quotaShare } from '../../../components/manifests/namespace/quota';
import { bytesQuantity, cpuQuantity, mebibytes, millicores } from '../../../components/manifests/quantities';
import { burstResources, fixedResources } from '../../../components/manifests/resources';
import { agentDeployment, surge } from '../../../components/manifests/agent/workload';
import { gke, plan, plans } from '../cluster/fixtures';

describe('quantities', () => {
  it.each([
    [0.05, '50m'],
    [1, '1'],
    [2.5, '2500m'],
    [416, '416'],
  ])('writes %d cores as %s', (cores, text) => expect(cpuQuantity(cores)).toBe(text));

  it.each([
    [0.125, '128Mi'],
    [2, '2Gi'],
    [1.5, '1536Mi'],
  ])('writes %d GiB as %s', (gibibytes, text) => expect(bytesQuantity(gibibytes)).toBe(text));
});

describe('the two containers of an agent', () => {
  const share = (least: number, most: number) =>
    fc
      .tuple(fc.integer({ min: least, max: most }), fc.integer({ min: least, max: most }))
      .map(([a, b]) => ({ request: Math.min(a, b), limit: Math.max(a, b) }));
  const sizes = fc.record({
    cpu: share(20, 96_000).map(({ request, limit }) => ({ request: request / 1_000, limit: limit / 1_000 })),
    memory: share(256, 786_432).map(({ request, limit }) => ({ request: request / 1_024, limit: limit / 1_024 })),
  });

  it('get exactly what the record gives, and none may use less than it asks for', () => {
    fc.assert(
      fc.property(sizes, (size) => {
        const { agent, tools } = splitSize(size);
        const sums = (['request', 'limit'] as const).map((bound) => ({
          cpu: millicores(agent.cpu[bound]) + millicores(tools.cpu[bound]),
          memory: mebibytes(agent.memory[bound]) + mebibytes(tools.memory[bound]),
        }));
        const whole = (['request', 'limit'] as const).map((bound) => ({
          cpu: millicores(size.cpu[bound]),
          memory: mebibytes(size.memory[bound]),
        }));
        const parts = [agent.cpu, agent.memory, tools.cpu, tools.memory];
        const sound = parts.every(({ request, limit }) => request > 0 && request <= limit);
        // Not by expect: its messages would cost minutes while a counterexample is made smaller.
        return sound && JSON.stringify(sums) === JSON.stringify(whole);
      }),
    );
  });

  it('leave the tools all but the agent’s fixed share', () => {
    expect(splitSize(plan('python').resources)).toEqual({
      agent: { cpu: { request: 0.25, limit: 1 }, memory: { request: 0.25, limit: 0.5 } },
      tools: { cpu: { request: 3.75, limit: 7 }, memory: { request: 7.75, limit: 15.5 } },
    });
  });

  it('share evenly what is less than twice that', () => {
    const little = { cpu: { request: 0.1, limit: 0.1 }, memory: { request: 0.25, limit: 0.25 } };
    const half = { cpu: { request: 0.05, limit: 0.05 }, memory: { request: 0.125, limit: 0.125 } };
    expect(splitSize(little)).toEqual({ agent: half, tools: half });
  });
});

test('an agent may borrow memory, a program that all depend on may not', () => {
  const { tools } = splitSize(plan('frontend').resources);
  expect(burstResources(tools)).toEqual({
    requests: { cpu: '750m', memory: '1792Mi' },
    limits: { cpu: '1', memory: '3584Mi' },
  });
  expect(fixedResources({ cpu: 0.5, memory: 0.5 })).toEqual({
    requests: { cpu: '500m', memory: '512Mi' },
    limits: { cpu: '2', memory: '512Mi' },
  });
});

describe('the quota', () => {
  it('is the sum of the types’ shares', () => {
    const { hard } = agentsQuota(plans.map((one) => quotaShare(one))).spec;
    const shares = plans.map((one) => ({ one, pods: one.replicas.max + 2 * Math.max(1, surge(one)) }));
    const total = (of: (one: (typeof plans)[number]) => number): number =>
      shares.reduce((sum, { one, pods }) => sum + pods * of(one), 0);
    expect(hard.pods).toBe(String(total(() => 1)));
    expect(hard['requests.cpu']).toBe(String(total(({ resources }) => resources.cpu.request)));
    expect(hard['limits.memory']).toBe(`${total(({ resources }) => resources.memory.limit)}Gi`);
  });

  it('has room for every replica, a rollout beside them, and as many that still leave', () => {
    for (const one of plans.filter(({ state }) => state === 'stateless')) {
      const { maxSurge } = agentDeployment(workloadOptions(one)).spec.strategy.rollingUpdate;
      expect(quotaShare(one).pods).toBe(one.replicas.max + 2 * maxSurge);
    }
  });

  it('lets nobody make a Service among the agents, and counts accelerators', () => {
    const { hard } = agentsQuota([quotaShare(plan('ml'), 1)]).spec;
    expect(hard).toMatchObject({ services: '0', 'requests.nvidia.com/gpu': String(quotaShare(plan('ml')).pods) });
  });

  it('knows one pod as both of its containers together', () => {
    expect(podShare(plan('python'))).toMatchObject({ pods: 1, cpuRequests: 4, memoryLimits: 16 });
  });
});

describe('what cannot be', () => {
  const room = { cpu: 15.8, memoryGiB: 56 };

  it('is nothing in the catalogue', () => {
    expect(plans.flatMap((one) => podFaults(one, { cpu: 15.8, memoryGiB: 56 }))).toEqual([]);
  });

  it.each([
    [
      'memory.request',
      { cpu: { request: 1, limit: 1 }, memory: { request: 0.2, limit: 1 } },
      /0\.2 GiB is too little .* at least 0\.25/,
    ],
    ['cpu.request', { cpu: { request: 0.01, limit: 1 }, memory: { request: 1, limit: 1 } }, /at least 0\.02/],
    [
      'cpu.request',
      { cpu: { request: 16, limit: 16 }, memory: { request: 1, limit: 1 } },
      /fit on no node of pool large, which leaves 15\.8/,
    ],
    ['memory.request', { cpu: { request: 1, limit: 1 }, memory: { request: 57, limit: 57 } }, /57 GiB fit on no node/],
    [
      'memory.limit',
      { cpu: { request: 1, limit: 1 }, memory: { request: 2, limit: 1 } },
      /1 is below the request: write at least 2/,
    ],
  ])('is told with its path: %s', (path, size, message) => {
    const faults = podFaults(plan('python', { resources: { ...size, gpu: 'none' } }), room);
    expect(faults).toContainEqual({ path, message: expect.stringMatching(message) as string });
  });
});

function workloadOptions(one: (typeof plans)[number]) {
  return {
    plan: one,
    platform: gke,
    image: 'image',
    name: 'agent',
    serviceAccount: 'agent',
    configMap: 'agent',
    priorityClass: 'agents',
    logLevel: 'info',
    drainSeconds: 540,
    workspaceGiB: 10,
    gpus: 0,
    mcp: false,
    models: undefined,
  };
}
