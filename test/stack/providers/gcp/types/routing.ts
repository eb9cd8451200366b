import { at, type ValueObject } from '../../shared/values';
import { lacks, absent, amount, fail, has, list, name1035, on, ordered, text, when, within } from '../checks';
import { region } from '../places';
import { computeLink, idOf, lastOf, needing } from '../references';
import type { Rules } from '../rules';
import { COMPUTE_DOCS, NETWORK, ROUTER } from './tokens';

/** Cloud routers. */
export const router: Rules = {
  source: [`${COMPUTE_DOCS}/routers`, 'magic-modules mmv1/products/compute/Router.yaml'],
  id: (inputs, scope) => idOf(ROUTER, text(inputs, 'name') ?? '', inputs, scope),
  immutable: ['name', 'project', 'region', 'network', 'encryptedInterconnectRouter', 'nccGateway'],
  checks: [
    name1035('name'),
    region('region'),
    matchesAsn,
    (inputs) => (lacks(inputs, 'network') && lacks(inputs, 'nccGateway') ? fail('network', 'is required') : []),
  ],
  needs: needing(['network', NETWORK]),
  computed: (inputs, scope) => ({ selfLink: computeLink(idOf(ROUTER, text(inputs, 'name') ?? '', inputs, scope)) }),
  heldBy: (thing, scope) =>
    scope.store
      .list('gcp:compute/routerNat:RouterNat')
      .filter((nat) => nat.id.startsWith(`${routerKey(thing.id)}/`))
      .map((nat) => nat.id),
};

/** Cloud NAT. */
export const routerNat: Rules = {
  source: [
    `${COMPUTE_DOCS}/routers`,
    'https://cloud.google.com/nat/docs/ports-and-addresses',
    'magic-modules mmv1/products/compute/RouterNat.yaml',
  ],
  id: (inputs, scope) =>
    `${scope.project(inputs)}/${scope.region(inputs)}/${lastOf(text(inputs, 'router') ?? '')}/${text(inputs, 'name') ?? ''}`,
  immutable: ['name', 'project', 'region', 'router', 'type', 'endpointTypes', 'initialNatIps'],
  enums: {
    'subnetworks[*].sourceIpRangesToNats': ['ALL_IP_RANGES', 'LIST_OF_SECONDARY_IP_RANGES', 'PRIMARY_IP_RANGE'],
    endpointTypes: ['ENDPOINT_TYPE_VM', 'ENDPOINT_TYPE_SWG', 'ENDPOINT_TYPE_MANAGED_PROXY_LB'],
  },
  defaults: {
    icmpIdleTimeoutSec: 30,
    udpIdleTimeoutSec: 30,
    tcpEstablishedIdleTimeoutSec: 1200,
    tcpTransitoryIdleTimeoutSec: 30,
    tcpTimeWaitTimeoutSec: 120,
  },
  checks: [
    name1035('name'),
    region('region'),
    when(
      (inputs) => text(inputs, 'sourceSubnetworkIpRangesToNat') === 'LIST_OF_SUBNETWORKS',
      (inputs) =>
        lacks(inputs, 'subnetworks')
          ? fail('subnetworks', 'is required with sourceSubnetworkIpRangesToNat LIST_OF_SUBNETWORKS')
          : [],
    ),
    when(
      (inputs) =>
        has(inputs, 'subnetworks') && (text(inputs, 'sourceSubnetworkIpRangesToNat') ?? '').startsWith('ALL_'),
      (inputs) =>
        list(inputs, 'subnetworks').length === 0
          ? []
          : fail('subnetworks', 'only with sourceSubnetworkIpRangesToNat LIST_OF_SUBNETWORKS'),
    ),
    when(
      (inputs) => text(inputs, 'natIpAllocateOption') === 'MANUAL_ONLY',
      (inputs) =>
        lacks(inputs, 'natIps') && lacks(inputs, 'initialNatIps')
          ? fail('natIps', 'is required with natIpAllocateOption MANUAL_ONLY')
          : [],
    ),
    when(
      (inputs) => text(inputs, 'natIpAllocateOption') === 'AUTO_ONLY',
      (inputs) =>
        list(inputs, 'natIps').length > 0 ? fail('natIps', 'only with natIpAllocateOption MANUAL_ONLY') : [],
    ),
    when(
      (inputs) => on(inputs, 'enableDynamicPortAllocation'),
      (inputs) =>
        on(inputs, 'enableEndpointIndependentMapping')
          ? fail('enableEndpointIndependentMapping', 'cannot be on with enableDynamicPortAllocation')
          : [],
      powerOfTwo('minPortsPerVm'),
      powerOfTwo('maxPortsPerVm'),
    ),
    when(
      (inputs) =>
        has(inputs, 'maxPortsPerVm') &&
        at(inputs, 'enableDynamicPortAllocation') !== undefined &&
        !on(inputs, 'enableDynamicPortAllocation'),
      absent('maxPortsPerVm', 'only with enableDynamicPortAllocation'),
    ),
    ordered('minPortsPerVm', 'maxPortsPerVm'),
    within('minPortsPerVm', 2, 65536),
  ],
  needs: needing(['router', ROUTER]),
  computed: () => ({
    minPortsPerVm: 0,
    enableDynamicPortAllocation: false,
    endpointTypes: ['ENDPOINT_TYPE_VM'],
    autoNetworkTier: 'PREMIUM',
  }),
};

function routerKey(id: string): string {
  const [, project = '', , region = '', , name = ''] = id.split('/');
  return `${project}/${region}/${name}`;
}

function matchesAsn(inputs: ValueObject) {
  const asn = amount(inputs, 'bgp.asn');
  if (asn === undefined) return [];
  const isPrivate = (asn >= 64512 && asn <= 65534) || (asn >= 4200000000 && asn <= 4294967294) || asn === 16550;
  return isPrivate
    ? []
    : fail('bgp.asn', `${asn} is not a private ASN (RFC 6996): 64512-65534 or 4200000000-4294967294`);
}

function powerOfTwo(path: string) {
  return (inputs: ValueObject) => {
    const value = amount(inputs, path);
    return value === undefined || Number.isInteger(Math.log2(value))
      ? []
      : fail(path, `must be a power of two with dynamic port allocation, got ${value}`);
  };
}
