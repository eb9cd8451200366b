import { Network, type NetworkArgs } from '../../components/network';
import { part } from '../../components/settings/network';
import { valueOf } from '../support/pulumi/recorder';
import { names, project, recordCloud } from './recordCloud';

const args: NetworkArgs = {
  names,
  region: 'europe-west1',
  cidrs: { nodes: '10.10.0.0/20', pods: '10.20.0.0/14', services: '10.30.0.0/20', psc: '10.41.0.0/24' },
};
const make = (over: Partial<NetworkArgs> = {}) => recordCloud(() => new Network('network', { ...args, ...over }));

describe('the network', () => {
  it('has no subnetworks but ours, with ranges for pods and Services', async () => {
    const { recording } = await make();
    expect(recording.one('gcp:compute/network:Network').inputs).toMatchObject({
      name: 'factory-dev',
      autoCreateSubnetworks: false,
    });
    expect(recording.one('gcp:compute/subnetwork:Subnetwork', 'network-nodes').inputs).toMatchObject({
      ipCidrRange: '10.10.0.0/20',
      privateIpGoogleAccess: true,
      secondaryIpRanges: [
        { rangeName: 'pods', ipCidrRange: '10.20.0.0/14' },
        { rangeName: 'services', ipCidrRange: '10.30.0.0/20' },
      ],
    });
  });

  it('logs the flows of every subnetwork', async () => {
    const { recording } = await make({ flowLogSampling: 0.1 });
    const subnets = recording.of('gcp:compute/subnetwork:Subnetwork');
    expect(subnets).toHaveLength(2);
    for (const subnet of subnets)
      expect(subnet.inputs.logConfig).toMatchObject({ flowSampling: 0.1, metadata: 'INCLUDE_ALL_METADATA' });
  });

  it('has a subnetwork for the proxies of internal load balancers where there are any', async () => {
    const { recording } = await make({ cidrs: { ...args.cidrs, proxies: '10.42.0.0/23' } });
    expect(recording.one('gcp:compute/subnetwork:Subnetwork', 'network-proxies').inputs).toMatchObject({
      ipCidrRange: '10.42.0.0/23',
      purpose: 'REGIONAL_MANAGED_PROXY',
      role: 'ACTIVE',
    });
  });

  it('lets nodes out by NAT alone, and hands out the subnetwork only when that stands', async () => {
    const { recording, result } = await make();
    const nat = recording.one('gcp:compute/routerNat:RouterNat');
    expect(nat.inputs).toMatchObject({ natIpAllocateOption: 'AUTO_ONLY', enableDynamicPortAllocation: true });
    expect(nat.inputs.logConfig).toEqual({ enable: true, filter: 'ERRORS_ONLY' });
    expect(await valueOf(result.subnetId)).toBe(
      `projects/${project}/regions/europe-west1/subnetworks/factory-dev-nodes`,
    );
    expect(await valueOf(result.natIps)).toEqual([]);
  });

  it('keeps as many addresses for traffic to the outside as it is asked for', async () => {
    const { recording, result } = await make({ natAddresses: 2 });
    expect(recording.of('gcp:compute/address:Address').map((address) => address.inputs.name)).toEqual([
      'factory-dev-nat-0',
      'factory-dev-nat-1',
    ]);
    expect(recording.one('gcp:compute/routerNat:RouterNat').inputs).toMatchObject({
      natIpAllocateOption: 'MANUAL_ONLY',
      natIps: [expect.stringContaining('nat-0'), expect.stringContaining('nat-1')],
    });
    expect(await valueOf(result.natIps)).toHaveLength(2);
  });

  it('lets nothing in, and logs what tries', async () => {
    const { recording } = await make();
    const rules = recording.of('gcp:compute/firewall:Firewall');
    expect(rules.map((rule) => rule.inputs.allows)).toEqual([undefined]);
    expect(rules[0]?.inputs).toMatchObject({
      denies: [{ protocol: 'all' }],
      sourceRanges: ['0.0.0.0/0'],
      priority: 65000,
    });
  });
});

describe('a part of a range', () => {
  it.each([
    ['10.40.0.0/20', 29, 0, '10.40.0.0/29'],
    ['10.40.0.0/20', 26, 1, '10.40.0.64/26'],
    ['10.40.255.0/24', 32, 255, '10.40.255.255/32'],
    ['192.168.0.0/16', 24, 255, '192.168.255.0/24'],
  ])('of %s by /%d number %d is %s', (range, prefix, place, expected) => {
    expect(part(range, prefix, place)).toBe(expected);
  });

  it('is refused past the end of the range', () => {
    expect(() => part('10.40.0.0/28', 29, 2)).toThrow('[10.40.0.0/28] has no /29 number 2');
  });
});
