import { isIPv4 } from 'node:net';
import { matching } from '../shared/values';
import { fail, type Check } from './checks';

/** An IPv4 network: first address and number of leading bits. */
export interface Network {
  readonly first: number;
  readonly bits: number;
}

/** The network of `10.0.0.0/16`; undefined when the text is not one, or has host bits set. */
export function parseNetwork(text: string): Network | undefined {
  const [address = '', length = '', ...rest] = text.split('/');
  if (rest.length > 0 || !isIPv4(address) || !/^\d{1,2}$/.test(length)) return undefined;
  const bits = Number(length);
  if (bits > 32) return undefined;
  const first = toNumber(address);
  return first % size(bits) === 0 ? { first, bits } : undefined;
}

function overlap(left: Network, right: Network): boolean {
  return left.first < right.first + size(right.bits) && right.first < left.first + size(left.bits);
}

/** Whether `outer` holds all of `inner`. */
export function contains(outer: Network, inner: Network): boolean {
  return outer.first <= inner.first && outer.first + size(outer.bits) >= inner.first + size(inner.bits);
}

/** The nth address of a network. */
export function addressIn(network: Network, offset: number): string {
  return toText(network.first + (offset % size(network.bits)));
}

/** Every value that the pattern names is a network in CIDR notation with a length within the bounds. */
export function cidr(pattern: string, shortest = 4, longest = 32): Check {
  return (inputs) =>
    matching(inputs, pattern).flatMap(({ path, value }) => {
      if (typeof value !== 'string') return [];
      const network = parseNetwork(value);
      if (network === undefined)
        return fail(path, `"${value}" is not an IPv4 network like 10.0.0.0/16 (host bits zero)`);
      if (network.bits >= shortest && network.bits <= longest) return [];
      return fail(path, `expected a prefix length from /${shortest} to /${longest}, got /${network.bits}`);
    });
}

/** Networks that the patterns name must not overlap each other. */
export function disjoint(...patterns: string[]): Check {
  return (inputs) => {
    const known = patterns
      .flatMap((pattern) => matching(inputs, pattern))
      .flatMap(({ path, value }) => {
        if (typeof value !== 'string') return [];
        const network = parseNetwork(value);
        return network === undefined ? [] : [{ path, text: value, network }];
      });
    return known.flatMap((entry, index) => {
      const other = known.slice(0, index).find((candidate) => overlap(candidate.network, entry.network));
      return other === undefined ? [] : fail(entry.path, `${entry.text} overlaps ${other.path} (${other.text})`);
    });
  };
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function toText(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}

function size(bits: number): number {
  return 2 ** (32 - bits);
}
