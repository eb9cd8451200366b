import type { Machine } from './machines';

/** Pods of one kind. */
export interface Load {
  name: string;
  /** Of one pod. */
  request: Machine;
  count: number;
}

/** A node with what is on it. */
export interface PackedNode {
  used: Machine;
  pods: number;
}

/**
 * Nodes that hold all pods, by first fit of the largest first: what a scheduler does at best, give or take a node (at most 11/9 of the
 * optimum and one node in one dimension). Answers undefined when a pod fits no node at all.
 */
export function pack(loads: readonly Load[], node: Machine, maxPods: number): PackedNode[] | undefined {
  const share = ({ cores, memoryGiB }: Machine): number => Math.max(cores / node.cores, memoryGiB / node.memoryGiB);
  const pods = loads
    .flatMap(({ request, count }) => Array.from({ length: count }, () => request))
    .sort((a, b) => share(b) - share(a));
  const nodes: PackedNode[] = [];
  for (const pod of pods) {
    if (share(pod) > 1) return undefined;
    const place = nodes.find(({ used, pods: count }) => count < maxPods && fits(used, pod, node));
    if (place === undefined) nodes.push({ used: { ...pod }, pods: 1 });
    else {
      place.used.cores += pod.cores;
      place.used.memoryGiB += pod.memoryGiB;
      place.pods += 1;
    }
  }
  return nodes;
}

/** Requests of all pods together. */
export function total(loads: readonly Load[]): Machine {
  return loads.reduce(
    (sum, { request, count }) => ({
      cores: sum.cores + request.cores * count,
      memoryGiB: sum.memoryGiB + request.memoryGiB * count,
    }),
    { cores: 0, memoryGiB: 0 },
  );
}

/** A thousandth of a core or of a GiB: sums of fractions are not exact. */
const slack = 0.001;

function fits(used: Machine, pod: Machine, node: Machine): boolean {
  return used.cores + pod.cores <= node.cores + slack && used.memoryGiB + pod.memoryGiB <= node.memoryGiB + slack;
}
