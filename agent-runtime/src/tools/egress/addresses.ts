import { BlockList, isIPv4, isIPv6 } from 'node:net';

const notPublic = new BlockList();
/** Private, loopback, link-local (cloud metadata among them), shared, documentation, benchmark, multicast and reserved ranges. */
const ranges: readonly (readonly [string, number, 'ipv4' | 'ipv6'])[] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.0.2.0', 24, 'ipv4'],
  ['192.88.99.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['198.51.100.0', 24, 'ipv4'],
  ['203.0.113.0', 24, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
];
for (const [network, prefix, family] of ranges) notPublic.addSubnet(network, prefix, family);

/** Only 2000::/3 is handed out to the public; what in it embeds an IPv4 address or serves documentation is left out. */
const globalUnicast = new BlockList();
globalUnicast.addSubnet('2000::', 3, 'ipv6');
const specialUnicast = new BlockList();
specialUnicast.addSubnet('2001::', 23, 'ipv6');
specialUnicast.addSubnet('2001:db8::', 32, 'ipv6');
specialUnicast.addSubnet('2002::', 16, 'ipv6');
specialUnicast.addSubnet('3fff::', 20, 'ipv6');

/** Whether an IP address is one of the public internet. Anything else, and what is no address, is not. Pure. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !notPublic.check(address, 'ipv4');
  if (!isIPv6(address) || address.includes('%')) return false;
  return globalUnicast.check(address, 'ipv6') && !specialUnicast.check(address, 'ipv6');
}
