import { RunError } from '@pulumi/pulumi/errors';
import { tiers, type Tier } from '../config/pools';
import type { Configuration } from '../config/parse';
import { nodeMonthly, serviceMonthly } from './cost';
import { loadsOf, type Moment } from './loads';
import { allocatable, machineOf, type Machine } from './machines';
import { pack, total, type Load } from './packing';
import { priceList, type PriceList } from './prices';

/** Two figures: with nothing to do, and with every type at its maximum. */
export interface Span {
  idle: number;
  peak: number;
}

/** What an environment needs and costs; money by the month. */
export interface CapacityReport {
  environment: string;
  currency: string;
  prices: { date: string; basis: string; confirmed: boolean; overridden: string[] };
  pools: PoolReport[];
  agents: { type: string; replicas: Span; monthly: Span }[];
  services: { name: string; monthly: number }[];
  monthly: Span;
  /** Where the configuration cannot do all that it says. */
  warnings: string[];
}

interface PoolReport {
  tier: Tier;
  machineType: string;
  /** Nodes that the pods need, and no fewer than the pool keeps. */
  nodes: Span;
  /** Nodes that the pool may have. */
  maxNodes: number;
  /** Share of what those nodes offer to pods that is requested, 0 to 1: the larger of CPU and memory. */
  used: Span;
  requested: { cores: Span; memoryGiB: Span };
  monthly: Span;
}

/** What of a report is worth a stack output: the rest is in the table. */
export interface CapacitySummary {
  currency: string;
  monthly: Span;
  /** Nodes by pool. */
  nodes: Record<string, Span>;
  /** Money by agent type. */
  agents: Record<string, Span>;
  warnings: string[];
}

export function capacitySummary({ currency, monthly, pools, agents, warnings }: CapacityReport): CapacitySummary {
  return {
    currency,
    monthly,
    nodes: Object.fromEntries(pools.map(({ tier, nodes }) => [tier, nodes])),
    agents: Object.fromEntries(agents.map((agent) => [agent.type, agent.monthly])),
    warnings,
  };
}

/**
 * Packs the pods of an environment onto its nodes and prices them; an existing cluster has no pools, and costs nothing that is known
 * here. Throws a RunError for a price that nobody gave and for a pool that cannot hold what always runs.
 */
export function capacityReport(config: Configuration): CapacityReport {
  const prices = priceList(config.prices);
  const pools =
    config.cluster.kind === 'gke'
      ? tiers.filter((tier) => config.pools[tier].max > 0).map((tier) => poolReport(config, tier, prices))
      : [];
  const tooSmall = pools.filter(({ nodes, maxNodes }) => nodes.idle > maxNodes);
  if (tooSmall.length > 0)
    throw new RunError(
      tooSmall
        .map(
          ({ tier, nodes, maxNodes }) =>
            `pools.${tier}.max is ${maxNodes}, but what always runs needs ${nodes.idle} nodes`,
        )
        .join('\n'),
    );
  const services = serviceMonthly(config, prices).map(({ name, monthly }) => ({ name, monthly: round(monthly) }));
  const sum = (moment: Moment): number =>
    pools.reduce((money, { monthly }) => money + monthly[moment], 0) +
    services.reduce((money, { monthly }) => money + monthly, 0);
  return {
    environment: config.environment,
    currency: prices.currency,
    prices: { date: prices.date, basis: prices.basis, confirmed: prices.confirmed, overridden: prices.overridden },
    pools,
    agents: config.plans.map(({ name, pool, replicas }) => ({
      type: name,
      replicas: { idle: replicas.min, peak: replicas.max },
      monthly: spanOf((moment) => round(shareOf(config, pool, name, moment) * moneyOf(pools, pool, moment))),
    })),
    services,
    monthly: spanOf((moment) => round(sum(moment))),
    warnings: pools
      .filter(({ nodes, maxNodes }) => nodes.peak > maxNodes)
      .map(
        ({ tier, nodes, maxNodes }) =>
          `pools.${tier}.max is ${maxNodes}, but with all that runs on it at its maximum it needs ${nodes.peak} nodes; the rest will wait`,
      ),
  };
}

function poolReport(config: Configuration, tier: Tier, prices: PriceList): PoolReport {
  const pool = config.pools[tier];
  const machine = machineOf(pool.machineType);
  const room = machine === undefined ? { cores: 0, memoryGiB: 0 } : allocatable(machine);
  const loads = spanOf((moment) => loadsOf(config, tier, moment));
  // A pod that fits no node is a fault of the configuration, refused before.
  const nodes = spanOf((moment) => Math.max(pool.min, pack(loads[moment], room, pool.maxPods)?.length ?? 0));
  const money = nodeMonthly(pool, prices);
  const requested = spanOf((moment) => total(loads[moment]));
  return {
    tier,
    machineType: pool.machineType,
    nodes,
    maxNodes: pool.max,
    used: spanOf((moment) => (nodes[moment] === 0 ? 0 : round(dominant(requested[moment], room) / nodes[moment]))),
    requested: {
      cores: spanOf((moment) => round(requested[moment].cores)),
      memoryGiB: spanOf((moment) => round(requested[moment].memoryGiB)),
    },
    monthly: spanOf((moment) => round(nodes[moment] * money)),
  };
}

/**
 * A type's part of what its pool costs: by what its pods ask for, so that the parts of all types are the whole. Nodes that are kept
 * while nothing runs are everyone's, by what each may ask for at most.
 */
function shareOf(config: Configuration, tier: Tier, type: string, moment: Moment): number {
  const machine = machineOf(config.pools[tier].machineType);
  if (machine === undefined) return 0;
  const weigh = ({ request, count }: Load): number => count * dominant(request, allocatable(machine));
  const now = loadsOf(config, tier, moment);
  const loads = now.some(({ count }) => count > 0) ? now : loadsOf(config, tier, 'peak');
  const whole = loads.reduce((sum, load) => sum + weigh(load), 0);
  const own = loads.find(({ name }) => name === type);
  return own === undefined || whole === 0 ? 0 : weigh(own) / whole;
}

function moneyOf(pools: readonly PoolReport[], tier: Tier, moment: Moment): number {
  return pools.find((pool) => pool.tier === tier)?.monthly[moment] ?? 0;
}

function dominant({ cores, memoryGiB }: Machine, room: Machine): number {
  return Math.max(cores / room.cores, memoryGiB / room.memoryGiB);
}

function spanOf<T>(of: (moment: Moment) => T): { idle: T; peak: T } {
  return { idle: of('idle'), peak: of('peak') };
}

function round(amount: number): number {
  return Math.round(amount * 100) / 100;
}
