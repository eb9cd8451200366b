import * as container from '@pulumi/gcp/container';
import * as pulumi from '@pulumi/pulumi';
import type { Names } from './names';
import { autoscaling, checkPools, initialNodes, nodeConfig, upgrade } from './settings/nodePool';
import type { PoolPlan } from './types';

export interface NodePoolsArgs {
  names: Names;
  /** Project id. */
  project: string;
  /** Id of the cluster. */
  cluster: pulumi.Input<string>;
  /** Zone or region of the cluster. */
  location: string;
  /** Zones of the nodes. */
  zones: readonly string[];
  /** One pool a tier; exactly one of them is `system`. */
  pools: readonly PoolPlan[];
  /** E-mail of the nodes' service account. */
  nodeServiceAccount: pulumi.Input<string>;
  /** Key of the boot disks. Defaults to Google's. */
  diskKey?: pulumi.Input<string>;
  /** Labels of the machines: the provider's default labels do not reach them. */
  labels: Record<string, string>;
}

type Made = [tier: PoolPlan['tier'], name: pulumi.Output<string>, pool: container.NodePool];

/** Node pools: one for the factory itself, and a gVisor pool for each tier of agents, scaled by what waits for a node. */
export class NodePools extends pulumi.ComponentResource {
  /** Names of the pools by tier. Depend on them for whatever needs a node. */
  readonly pools: Readonly<Partial<Record<PoolPlan['tier'], pulumi.Output<string>>>>;

  constructor(name: string, args: NodePoolsArgs, opts?: pulumi.ComponentResourceOptions) {
    super('agent-factory:components:NodePools', name, {}, opts);
    checkPools(args.pools);

    // A cluster runs its own pods outside gVisor: it takes a sandbox pool only once it has another.
    const system = args.pools
      .filter(({ tier }) => tier === 'system')
      .map((pool) => this.createPool(name, args, pool, []));
    const agents = args.pools
      .filter(({ tier }) => tier !== 'system')
      .map((pool) => this.createPool(name, args, pool, system));

    this.pools = Object.fromEntries([...system, ...agents].map(([tier, made]) => [tier, made]));

    this.registerOutputs({ pools: this.pools });
  }

  private createPool(name: string, args: NodePoolsArgs, pool: PoolPlan, after: readonly Made[]): Made {
    const made = new container.NodePool(
      `${name}-${pool.tier}`,
      {
        name: args.names('gcp.nodePool', pool.tier),
        project: args.project,
        cluster: args.cluster,
        location: args.location,
        nodeLocations: [...args.zones],
        initialNodeCount: initialNodes(pool, args.zones.length),
        autoscaling: autoscaling(pool),
        maxPodsPerNode: pool.maxPods,
        management: { autoRepair: true, autoUpgrade: true },
        upgradeSettings: upgrade(pool),
        networkConfig: { enablePrivateNodes: true },
        nodeConfig: {
          ...nodeConfig(pool, args.nodeServiceAccount, args.labels),
          ...(args.diskKey !== undefined && { bootDiskKmsKey: args.diskKey }),
        },
      },
      {
        parent: this,
        dependsOn: after.map(([, , made]) => made),
        // Counts only at birth; later the autoscaler decides, and a changed count would replace the pool.
        ignoreChanges: ['initialNodeCount'],
        customTimeouts: { create: '45m', update: '90m', delete: '45m' },
      },
    );
    return [pool.tier, made.name, made];
  }
}
