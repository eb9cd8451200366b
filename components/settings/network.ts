import type * as compute from '@pulumi/gcp/compute';
import type { Unwrap } from '@pulumi/pulumi';

/** Names of the secondary ranges of the nodes' subnetwork. */
export const ranges = { pods: 'pods', services: 'services' } as const;

/** Flow logs of a subnetwork (CIS 5.6.1): both ends and the Kubernetes names of every sampled flow, gathered over 5 s. */
export function flowLogs(sampling: number): Unwrap<NonNullable<compute.SubnetworkArgs['logConfig']>> {
  return { aggregationInterval: 'INTERVAL_5_SEC', flowSampling: sampling, metadata: 'INCLUDE_ALL_METADATA' };
}

/**
 * Ports a node may hold to the outside. Dynamic: a node of many agents gets more than the 64 of an idle one, up to its share of an
 * address's 64,512 ports.
 */
export const natPorts = { enableDynamicPortAllocation: true, minPortsPerVm: 256, maxPortsPerVm: 4096 } as const;

/**
 * A part of a range, by its prefix length and place: the second /29 of 10.0.0.0/24 is 10.0.0.8/29. Throws when the range has no such
 * part.
 */
export function part(range: string, prefix: number, place: number): string {
  const [address = '', length = ''] = range.split('/');
  if (place >= 2 ** (prefix - Number(length)))
    throw new Error(`[${range}] has no /${prefix} number ${place}: give it a shorter prefix`);
  const first = address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0) + place * 2 ** (32 - prefix);
  return `${[24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join('.')}/${prefix}`;
}
