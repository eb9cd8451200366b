import { addressIn, cidr, contains, disjoint, parseNetwork } from '../addresses';
import { isNot, lacks, absent, atMost, fail, name1035, requires, text, when, within } from '../checks';
import { region } from '../places';
import { computeLink, idOf, needing } from '../references';
import type { Rules } from '../rules';
import { digits } from '../scope';
import { duplicates } from './duplicates';
import { COMPUTE_DOCS, NETWORK, ROUTER, SUBNETWORK } from './tokens';
import { users } from './users';

/** VPC networks. */
export const network: Rules = {
  source: [`${COMPUTE_DOCS}/networks`, 'magic-modules mmv1/products/compute/Network.yaml'],
  id: (inputs, scope) => idOf(NETWORK, text(inputs, 'name') ?? '', inputs, scope),
  immutable: [
    'name',
    'description',
    'project',
    'autoCreateSubnetworks',
    'enableUlaInternalIpv6',
    'internalIpv6Range',
    'networkProfile',
    'params',
    'deleteDefaultRoutesOnCreate',
    'mtu',
  ],
  defaults: { autoCreateSubnetworks: true, deleteDefaultRoutesOnCreate: false },
  checks: [name1035('name'), within('mtu', 1300, 8896)],
  computed: (inputs, scope) => {
    const id = idOf(NETWORK, text(inputs, 'name') ?? '', inputs, scope);
    return {
      selfLink: computeLink(id),
      networkId: digits(id, 19),
      numericId: digits(id, 19),
      mtu: 1460,
      routingMode: 'REGIONAL',
      bgpBestPathSelectionMode: 'LEGACY',
    };
  },
  heldBy: (thing, scope) => [
    ...users(scope, SUBNETWORK, 'network', thing.id),
    ...users(scope, ROUTER, 'network', thing.id),
    ...users(scope, 'gcp:compute/firewall:Firewall', 'network', thing.id),
    ...users(scope, 'gcp:compute/globalAddress:GlobalAddress', 'network', thing.id),
    ...users(scope, 'gcp:redis/instance:Instance', 'authorizedNetwork', thing.id),
    ...users(scope, 'gcp:networkconnectivity/serviceConnectionPolicy:ServiceConnectionPolicy', 'network', thing.id),
  ],
};

/** Subnetworks. */
export const subnetwork: Rules = {
  source: [
    `${COMPUTE_DOCS}/subnetworks`,
    'https://cloud.google.com/vpc/docs/subnets#valid-ranges',
    'magic-modules mmv1/products/compute/Subnetwork.yaml',
  ],
  id: (inputs, scope) => idOf(SUBNETWORK, text(inputs, 'name') ?? '', inputs, scope),
  immutable: [
    'name',
    'description',
    'project',
    'region',
    'network',
    'purpose',
    'reservedInternalRange',
    'externalIpv6Prefix',
    'ipCollection',
    'params',
  ],
  replacesWhen: { ipCidrRange: (before, after) => !grows(before, after) },
  enums: {
    purpose: [
      'PRIVATE',
      'REGIONAL_MANAGED_PROXY',
      'GLOBAL_MANAGED_PROXY',
      'PRIVATE_SERVICE_CONNECT',
      'PEER_MIGRATION',
      'PRIVATE_NAT',
    ],
    privateIpv6GoogleAccess: [
      'DISABLE_GOOGLE_ACCESS',
      'ENABLE_BIDIRECTIONAL_ACCESS_TO_GOOGLE',
      'ENABLE_OUTBOUND_VM_ACCESS_TO_GOOGLE',
    ],
  },
  checks: [
    name1035('name'),
    region('region'),
    cidr('ipCidrRange', 4, 29),
    cidr('secondaryIpRanges[*].ipCidrRange', 4, 29),
    disjoint('ipCidrRange', 'secondaryIpRanges[*].ipCidrRange'),
    name1035('secondaryIpRanges[*].rangeName'),
    atMost('secondaryIpRanges', 170),
    (inputs) => duplicates(inputs, 'secondaryIpRanges[*].rangeName'),
    within('logConfig.flowSampling', 0, 1),
    requires('role', 'purpose'),
    when(
      (inputs) => (text(inputs, 'purpose') ?? '').endsWith('_MANAGED_PROXY'),
      absent('logConfig', 'a proxy-only subnetwork has no flow logs'),
    ),
    (inputs) =>
      ['ipCidrRange', 'reservedInternalRange', 'ipCollection'].every((path) => lacks(inputs, path)) &&
      isNot(inputs, 'stackType', 'IPV6_ONLY')
        ? fail('ipCidrRange', 'is required unless the range comes from reservedInternalRange')
        : [],
  ],
  needs: needing(['network', NETWORK]),
  computed: (inputs, scope) => {
    const id = idOf(SUBNETWORK, text(inputs, 'name') ?? '', inputs, scope);
    const range = parseNetwork(text(inputs, 'ipCidrRange') ?? '');
    return {
      selfLink: computeLink(id),
      gatewayAddress: range === undefined ? '' : addressIn(range, 1),
      subnetworkId: Number(digits(id, 15)),
      purpose: 'PRIVATE',
      stackType: 'IPV4_ONLY',
      privateIpv6GoogleAccess: 'DISABLE_GOOGLE_ACCESS',
      state: 'READY',
    };
  },
  refusesUpdate: (_, after) => {
    const failures = disjoint('ipCidrRange', 'secondaryIpRanges[*].ipCidrRange')(after);
    return failures[0] && `googleapi: Error 400: Invalid IPCidrRange: ${failures[0].reason}, invalid`;
  },
  heldBy: (thing, scope) => [
    ...users(scope, 'gcp:container/cluster:Cluster', 'subnetwork', thing.id),
    ...users(scope, 'gcp:compute/routerNat:RouterNat', 'subnetworks[*].name', thing.id),
    ...users(scope, 'gcp:compute/address:Address', 'subnetwork', thing.id),
    ...users(
      scope,
      'gcp:networkconnectivity/serviceConnectionPolicy:ServiceConnectionPolicy',
      'pscConfig.subnetworks[*]',
      thing.id,
    ),
  ],
};

function grows(before: unknown, after: unknown): boolean {
  const old = typeof before === 'string' ? parseNetwork(before) : undefined;
  const wanted = typeof after === 'string' ? parseNetwork(after) : undefined;
  return old !== undefined && wanted !== undefined && contains(wanted, old);
}
