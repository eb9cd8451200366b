import type { Configuration } from '../config/parse';
import { machineOf, seriesOf } from './machines';
import { hoursAMonth, type PriceList } from './prices';

type Pool = Configuration['pools']['gpu'] | Configuration['pools']['system'];

/** A node of a pool for a month, with its disk and accelerators. */
export function nodeMonthly(pool: Pool, { price }: PriceList): number {
  const machine = machineOf(pool.machineType);
  if (machine === undefined) return 0;
  const series = seriesOf(pool.machineType);
  const hourly =
    machine.cores * price(`${series}.core.hour`) +
    machine.memoryGiB * price(`${series}.gib.hour`) +
    acceleratorHourly(pool, price);
  const disk = pool.diskGb * price(`${pool.diskType}.gb.month`);
  return hourly * (pool.spot ? price('spot.share') : 1) * hoursAMonth + disk + price('nat.node.hour') * hoursAMonth;
}

function acceleratorHourly(pool: Pool, price: PriceList['price']): number {
  if (!('accelerator' in pool) || pool.accelerator === null) return 0;
  return pool.accelerator.count * price(`${pool.accelerator.type}.hour`);
}

/** What costs the same at rest and at most, by the month. */
export function serviceMonthly(config: Configuration, list: PriceList): { name: string; monthly: number }[] {
  if (config.cluster.kind !== 'gke') return [];
  const { queue, database, edge } = config;
  return [
    { name: 'control plane', monthly: list.price('cluster.hour') * hoursAMonth },
    ...(queue.kind === 'redis' || queue.kind === 'valkey'
      ? [{ name: queue.kind, monthly: queueMonthly(queue, list) }]
      : []),
    ...(database.enabled ? [{ name: 'PostgreSQL', monthly: databaseMonthly(database, list) }] : []),
    ...(edge.exposure === 'none'
      ? []
      : [{ name: 'load balancer', monthly: list.price('loadbalancer.hour') * hoursAMonth }]),
  ];
}

function queueMonthly(
  queue: Extract<Configuration['queue'], { kind: 'redis' | 'valkey' }>,
  { price }: PriceList,
): number {
  if (queue.kind === 'valkey')
    return queue.shards * (1 + queue.replicas) * price(`valkey.${queue.nodeType}.hour`) * hoursAMonth;
  return queue.memoryGb * price(queue.highAvailability ? 'redis.ha.gib.hour' : 'redis.basic.gib.hour') * hoursAMonth;
}

function databaseMonthly({ tier, highAvailability, diskGb }: Configuration['database'], { price }: PriceList): number {
  const custom = /^db-custom-(\d+)-(\d+)$/.exec(tier) ?? /^db-perf-optimized-N-(\d+)$/.exec(tier);
  const cores = Number(custom?.[1]);
  // perf-optimized machines have 8 GiB a core
  const memoryGiB = custom?.[2] === undefined ? cores * 8 : Number(custom[2]) / 1_024;
  const hourly =
    custom === null ? price(`sql.${tier}.hour`) : cores * price('sql.core.hour') + memoryGiB * price('sql.gib.hour');
  return (hourly * hoursAMonth + diskGb * price('sql.disk.gb.month')) * (highAvailability ? 2 : 1);
}
