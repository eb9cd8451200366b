import { poolLabel } from '../manifests/labels';
import type { PoolPlan } from '../types';
import { hardenedNode } from './nodes';

/**
 * Node settings of a pool. Agents' pools run gVisor, whose label and taint (`sandbox.gke.io/runtime=gvisor`) GKE adds and does not
 * let anyone declare; that taint is what keeps everything else off these nodes. GKE taints nodes with accelerators likewise.
 */
export function nodeConfig<T>(pool: PoolPlan, serviceAccount: T, labels: Record<string, string>) {
  return {
    ...hardenedNode(serviceAccount),
    machineType: pool.machineType,
    diskType: pool.disk.type,
    diskSizeGb: pool.disk.sizeGb,
    spot: pool.spot,
    labels: { [poolLabel]: pool.tier },
    resourceLabels: labels,
    gvnic: { enabled: true },
    gcfsConfig: { enabled: true },
    kubeletConfig: { insecureKubeletReadonlyPortEnabled: 'FALSE', podPidsLimit: 4096 },
    ...(pool.tier !== 'system' && { sandboxConfig: { type: 'GVISOR' } }),
    ...(pool.accelerator && {
      guestAccelerators: [
        {
          type: pool.accelerator.type,
          count: pool.accelerator.count,
          // gVisor knows the ABI of few drivers; LATEST is what GKE Sandbox supports.
          gpuDriverInstallationConfig: { gpuDriverVersion: 'LATEST' },
        },
      ],
    }),
  };
}

/** Bounds over all zones. Spot nodes come from whichever zone has some left; others are spread evenly. */
export function autoscaling({ nodes, spot }: PoolPlan) {
  return {
    totalMinNodeCount: nodes.min,
    totalMaxNodeCount: nodes.max,
    locationPolicy: spot ? 'ANY' : 'BALANCED',
  };
}

/** Nodes a zone to begin with: enough for the smallest size, and one where everything else must start. */
export function initialNodes({ nodes, tier }: PoolPlan, zones: number): number {
  return Math.max(Math.ceil(nodes.min / zones), tier === 'system' ? 1 : 0);
}

/** A new node first, then the old one goes. Accelerators are scarce: there the old one goes first. */
export function upgrade({ accelerator }: PoolPlan) {
  return accelerator === undefined
    ? { strategy: 'SURGE', maxSurge: 1, maxUnavailable: 0 }
    : { strategy: 'SURGE', maxSurge: 0, maxUnavailable: 1 };
}

/** Throws when the pools cannot make a cluster: a tier twice, no system pool, a spot system pool, accelerators where none belong. */
export function checkPools(pools: readonly PoolPlan[]): void {
  const tiers = pools.map((pool) => pool.tier);
  const twice = tiers.find((tier, index) => tiers.indexOf(tier) !== index);
  if (twice !== undefined) throw new Error(`[pools] holds tier ${twice} twice: a pool is known by its tier`);
  if (!tiers.includes('system'))
    throw new Error('[pools] holds no system pool: the factory itself does not run on gVisor nodes');
  for (const pool of pools) {
    if (pool.tier === 'system' && pool.spot)
      throw new Error('[pools.system.spot] must be false: the dispatcher runs there');
    if (pool.accelerator !== undefined && pool.tier !== 'gpu')
      throw new Error(`[pools.${pool.tier}.accelerator] belongs to tier gpu alone`);
    if (pool.nodes.min > pool.nodes.max) throw new Error(`[pools.${pool.tier}.nodes] has a min above its max`);
  }
}
