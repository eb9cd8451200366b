import { NodePools, type NodePoolsArgs } from '../../components/nodePools';
import type { PoolPlan } from '../../components/types';
import { names, project, recordCloud } from './recordCloud';

const pool = (tier: PoolPlan['tier'], over: Partial<PoolPlan> = {}): PoolPlan => ({
  tier,
  machineType: 'n2d-standard-8',
  nodes: { min: 1, max: 4 },
  disk: { type: 'pd-balanced', sizeGb: 100 },
  spot: false,
  maxPods: 64,
  ...over,
});
const gpu = pool('gpu', { nodes: { min: 0, max: 2 }, accelerator: { type: 'nvidia-l4', count: 1 } });
const args: NodePoolsArgs = {
  names,
  project,
  cluster: 'the-cluster',
  location: 'europe-west1',
  zones: ['europe-west1-b', 'europe-west1-c'],
  pools: [pool('system'), pool('small', { spot: true }), pool('large', { nodes: { min: 3, max: 9 } }), gpu],
  nodeServiceAccount: 'nodes@factory',
  labels: { team: 'agents' },
};
const make = (over: Partial<NodePoolsArgs> = {}) => recordCloud(() => new NodePools('pools', { ...args, ...over }));
const poolOf = async (tier: PoolPlan['tier'], over: Partial<NodePoolsArgs> = {}) =>
  (await make(over)).recording.one('gcp:container/nodePool:NodePool', `pools-${tier}`);
const configOf = async (tier: PoolPlan['tier']) => (await poolOf(tier)).inputs.nodeConfig;

describe('node pools', () => {
  it('run gVisor in every tier but that of the factory itself', async () => {
    expect(await configOf('system')).not.toHaveProperty('sandboxConfig');
    for (const tier of ['small', 'large', 'gpu'] as const)
      expect(await configOf(tier)).toMatchObject({ sandboxConfig: { type: 'GVISOR' } });
  });

  it('wait, where they run gVisor, for the pool that does not, without which GKE refuses them', async () => {
    const { recording } = await make();
    const system = recording.one('gcp:container/nodePool:NodePool', 'pools-system');
    for (const tier of ['small', 'large', 'gpu'])
      expect(recording.one('gcp:container/nodePool:NodePool', `pools-${tier}`).dependencies).toContain(system.urn);
    expect(system.dependencies).toEqual([]);
  });

  it('leave the label and the taint of gVisor to GKE, and carry our tier', async () => {
    for (const tier of ['system', 'small', 'large', 'gpu'] as const) {
      const config = await configOf(tier);
      expect(config).toMatchObject({ labels: { 'agent-factory.dev/pool': tier }, resourceLabels: { team: 'agents' } });
      expect(config).not.toHaveProperty('taints');
      expect(JSON.stringify(config)).not.toContain('sandbox.gke.io');
    }
  });

  it('grow within bounds over all zones, spot ones wherever there are nodes', async () => {
    expect((await poolOf('large')).inputs.autoscaling).toEqual({
      totalMinNodeCount: 3,
      totalMaxNodeCount: 9,
      locationPolicy: 'BALANCED',
    });
    expect((await poolOf('small')).inputs).toMatchObject({
      autoscaling: { locationPolicy: 'ANY' },
      nodeConfig: { spot: true },
    });
  });

  it('begin with the nodes they need in each zone, which later counts for nothing', async () => {
    const large = await poolOf('large');
    expect(large.inputs.initialNodeCount).toBe(2);
    expect(large.ignoreChanges).toEqual(['initialNodeCount']);
    expect((await poolOf('gpu')).inputs.initialNodeCount).toBe(0);
  });

  it('have accelerators with the driver that gVisor knows, and replace such nodes one by one', async () => {
    const { inputs } = await poolOf('gpu');
    expect(inputs.nodeConfig).toMatchObject({
      guestAccelerators: [{ type: 'nvidia-l4', count: 1, gpuDriverInstallationConfig: { gpuDriverVersion: 'LATEST' } }],
    });
    expect(inputs.upgradeSettings).toEqual({ strategy: 'SURGE', maxSurge: 0, maxUnavailable: 1 });
    expect((await poolOf('small')).inputs.upgradeSettings).toEqual({
      strategy: 'SURGE',
      maxSurge: 1,
      maxUnavailable: 0,
    });
  });

  it('have nodes without addresses, as many pods as planned, and disks under our key', async () => {
    expect((await poolOf('small', { diskKey: 'disk-key' })).inputs).toMatchObject({
      networkConfig: { enablePrivateNodes: true },
      maxPodsPerNode: 64,
      nodeConfig: { bootDiskKmsKey: 'disk-key', diskType: 'pd-balanced', diskSizeGb: 100 },
    });
  });

  it.each([
    [[pool('small')], '[pools] holds no system pool'],
    [[pool('system'), pool('small'), pool('small')], '[pools] holds tier small twice'],
    [[pool('system', { spot: true })], '[pools.system.spot] must be false'],
    [[pool('system'), { ...gpu, tier: 'large' as const }], '[pools.large.accelerator] belongs to tier gpu alone'],
    [[pool('system', { nodes: { min: 3, max: 1 } })], '[pools.system.nodes] has a min above its max'],
  ])('that cannot make a cluster are refused: case %#', async (pools, message) => {
    await expect(make({ pools })).rejects.toThrow(message);
  });
});
