import { at, isObject, type ValueObject } from '../../shared/values';
import { lacks, amount, type Check, conflicts, fail, has, list, name1035, text, within } from '../checks';
import { isSandboxed, nodeConfigChecks } from './nodeConfig';

/** Rules of a pool whose properties stand behind `prefix` (empty, or `nodePools[*].` inside a cluster). */
export function poolChecks(prefix: string): Check[] {
  if (prefix !== '') {
    return [
      (inputs) =>
        list(inputs, 'nodePools').flatMap((pool, index) =>
          isObject(pool)
            ? poolChecks('').flatMap((check) =>
                check(pool).map(({ property, reason }) => ({ property: `nodePools[${index}].${property}`, reason })),
              )
            : [],
        ),
      (inputs) => {
        const pools = list(inputs, 'nodePools').filter(isObject);
        return pools.length > 0 && pools.every((pool) => isSandboxed(pool, 'nodeConfig'))
          ? fail('nodePools', 'every pool has GKE Sandbox: at least one must not, for the system pods')
          : [];
      },
    ];
  }
  return [
    name1035('name', 40),
    conflicts('name', 'namePrefix'),
    counts,
    autoscaling,
    within('maxPodsPerNode', 8, 256),
    upgrade,
    ...nodeConfigChecks('nodeConfig'),
  ];
}

function counts(inputs: ValueObject) {
  const fixed = amount(inputs, 'nodeCount');
  const isEmpty = lacks(inputs, 'nodeCount') && lacks(inputs, 'initialNodeCount') && lacks(inputs, 'autoscaling');
  return [
    ...(has(inputs, 'nodeCount') && has(inputs, 'autoscaling')
      ? fail(
          'nodeCount',
          "conflicts with autoscaling: every update would take the autoscaler's nodes away; give initialNodeCount",
        )
      : []),
    ...(fixed !== undefined && fixed < 0 ? fail('nodeCount', 'must not be negative') : []),
    ...(isEmpty ? fail('initialNodeCount', 'one of nodeCount, initialNodeCount or autoscaling must be given') : []),
  ];
}

// https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters.nodePools#NodePoolAutoscaling
function autoscaling(inputs: ValueObject) {
  if (!isObject(at(inputs, 'autoscaling'))) return [];
  const pairs = [
    ['autoscaling.minNodeCount', 'autoscaling.maxNodeCount'],
    ['autoscaling.totalMinNodeCount', 'autoscaling.totalMaxNodeCount'],
  ] as const;
  const perZone = has(inputs, 'autoscaling.minNodeCount') || has(inputs, 'autoscaling.maxNodeCount');
  const total = has(inputs, 'autoscaling.totalMinNodeCount') || has(inputs, 'autoscaling.totalMaxNodeCount');
  const initial = amount(inputs, 'initialNodeCount');
  const max = amount(inputs, 'autoscaling.maxNodeCount');
  return [
    ...(perZone && total
      ? fail(
          'autoscaling.totalMinNodeCount',
          'conflicts with minNodeCount and maxNodeCount: limits are per zone or in total',
        )
      : []),
    ...(!perZone && !total
      ? fail('autoscaling.maxNodeCount', 'one of maxNodeCount or totalMaxNodeCount must be given')
      : []),
    ...(perZone && lacks(inputs, 'autoscaling.maxNodeCount')
      ? fail('autoscaling.maxNodeCount', 'is required with minNodeCount')
      : []),
    ...(total && lacks(inputs, 'autoscaling.totalMaxNodeCount')
      ? fail('autoscaling.totalMaxNodeCount', 'is required with totalMinNodeCount')
      : []),
    ...pairs.flatMap(([low, high]) => {
      const from = amount(inputs, low);
      const to = amount(inputs, high);
      const above =
        from !== undefined && to !== undefined && from > to ? fail(low, `${from} is more than ${high} (${to})`) : [];
      const none = to !== undefined && to < 1 ? fail(high, 'must be at least 1') : [];
      return [...above, ...none];
    }),
    ...within('autoscaling.minNodeCount', 0, 15000)(inputs),
    ...within('autoscaling.totalMinNodeCount', 0, 15000)(inputs),
    ...(initial !== undefined && max !== undefined && initial > max
      ? fail('initialNodeCount', `${initial} is more than autoscaling.maxNodeCount (${max})`)
      : []),
  ];
}

function upgrade(inputs: ValueObject) {
  const surge = amount(inputs, 'upgradeSettings.maxSurge');
  const unavailable = amount(inputs, 'upgradeSettings.maxUnavailable');
  const strategy = text(inputs, 'upgradeSettings.strategy') ?? 'SURGE';
  if (strategy === 'BLUE_GREEN' && (surge !== undefined || unavailable !== undefined))
    return fail('upgradeSettings.maxSurge', 'conflicts with strategy BLUE_GREEN');
  if (strategy === 'SURGE' && has(inputs, 'upgradeSettings.blueGreenSettings'))
    return fail('upgradeSettings.blueGreenSettings', 'needs strategy BLUE_GREEN');
  return surge === 0 && unavailable === 0
    ? fail('upgradeSettings.maxSurge', 'maxSurge and maxUnavailable cannot both be 0')
    : [];
}
