/** What a node of a machine type has, and what is left of it for pods. */
export interface Machine {
  cores: number;
  memoryGiB: number;
}

/** GiB a core by class, from cloud.google.com/compute/docs/machine-resource, 2026-11. */
const ratios: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  e2: { standard: 4, highmem: 8, highcpu: 1 },
  n1: { standard: 3.75, highmem: 6.5, highcpu: 0.9 },
  n2: { standard: 4, highmem: 8, highcpu: 1 },
  n2d: { standard: 4, highmem: 8, highcpu: 1 },
  n4: { standard: 4, highmem: 8, highcpu: 2 },
  c3: { standard: 4, highmem: 8, highcpu: 2 },
  c3d: { standard: 4, highmem: 8, highcpu: 2 },
  c4: { standard: 3.75, highmem: 7.75, highcpu: 2 },
  c4a: { standard: 4, highmem: 8, highcpu: 2 },
  t2d: { standard: 4 },
  g2: { standard: 4 },
};

/** Machine types whose cores are not in their name. */
const named: Readonly<Record<string, Machine>> = {
  'e2-medium': { cores: 2, memoryGiB: 4 },
  'a2-highgpu-1g': { cores: 12, memoryGiB: 85 },
  'a2-highgpu-2g': { cores: 24, memoryGiB: 170 },
  'a3-highgpu-1g': { cores: 26, memoryGiB: 234 },
};

/** Series of which machine types are known. */
export const machineSeries: readonly string[] = [
  ...new Set([...Object.keys(ratios), ...Object.keys(named).map(seriesOf)]),
];

/** The series of a machine type, such as n2d. */
export function seriesOf(machineType: string): string {
  return machineType.split('-')[0] ?? machineType;
}

/** What a machine type has; undefined for one that is not known. */
export function machineOf(machineType: string): Machine | undefined {
  const exact = named[machineType];
  if (exact !== undefined) return exact;
  const match = /^([a-z0-9]+)-([a-z]+)-(\d+)$/.exec(machineType);
  if (match === null) return undefined;
  const [, series = '', kind = '', count = ''] = match;
  const ratio = ratios[series]?.[kind];
  const cores = Number(count);
  return ratio === undefined || cores < 1 ? undefined : { cores, memoryGiB: cores * ratio };
}

/** Requests of the pods that GKE runs on each node (networking, logging, metrics, metadata), measured by Google as about this much. */
const daemons: Machine = { cores: 0.35, memoryGiB: 0.7 };

/**
 * What pods may request on a node: its resources less what GKE reserves (cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes)
 * and less the pods of GKE itself.
 */
export function allocatable({ cores, memoryGiB }: Machine): Machine {
  const kept = bands(memoryGiB, [
    [4, 0.25],
    [4, 0.2],
    [8, 0.1],
    [112, 0.06],
    [Infinity, 0.02],
  ]);
  const busy = bands(cores, [
    [1, 0.06],
    [1, 0.01],
    [2, 0.005],
    [Infinity, 0.0025],
  ]);
  const eviction = 0.1;
  return {
    cores: Math.max(0, cores - busy - daemons.cores),
    memoryGiB: Math.max(0, memoryGiB - kept - eviction - daemons.memoryGiB),
  };
}

/** The sum of shares of an amount, band by band. */
function bands(amount: number, shares: readonly (readonly [width: number, share: number])[]): number {
  let left = amount;
  let sum = 0;
  for (const [width, share] of shares) {
    const part = Math.min(left, width);
    sum += part * share;
    left -= part;
  }
  return sum;
}
