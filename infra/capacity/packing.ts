import type { Machine } from './machines';

/** Pods of one kind. */
export interface Load {
  name: string;
  /** Of one pod. */
  request: Machine;
  count: number;
  /** No two of them share a node. */
  apart?: boolean;
}

/** A node with what is on it. */
export interface PackedNode {
  used: Machine;
  pods: number;
  /** Loads of which it can take no further pod. */
  taken: Set<string>;
}

/**
 * Nodes that hold all pods, by first fit of the largest first: what a scheduler does at best, give or take a node (at most 11/9 of the
 * optimum and one node in one dimension). Answers undefined when a pod fits no node at all.
 */
export function pack(loads: readonly Load[], node: Machine, maxPods: number): PackedNode[] | undefined {
  const share = ({ cores, memoryGiB }: Machine): number => Math.max(cores / node.cores, memoryGiB / node.memoryGiB);
  const pods = loads
    .flatMap((load) => Array.from({ length: load.count }, () => load))
    .sort((a, b) => share(b.request) - share(a.request));
  const nodes: PackedNode[] = [];
  for (const { name, request, apart = false } of pods) {
    if (share(request) > 1) return undefined;
    let place = nodes.find((on) => on.pods < maxPods && !on.taken.has(name) && fits(on.used, request, node));
    if (place === undefined) {
      place = { used: { cores: 0, memoryGiB: 0 }, pods: 0, taken: new Set() };
      nodes.push(place);
    }
    place.used.cores += request.cores;
    place.used.memoryGiB += request.memoryGiB;
    place.pods += 1;
    if (apart) place.taken.add(name);
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
