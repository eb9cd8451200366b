import type { ValueObject } from '../../shared/values';
import { lacks, absent, fail, has, isNot, labels, name1035, text, when, within } from '../checks';
import { region } from '../places';
import { computeLink, idOf, needing } from '../references';
import type { Rules } from '../rules';
import { digits } from '../scope';
import { COMPUTE_DOCS, NETWORK, SUBNETWORK } from './tokens';
import { users } from './users';

/** Global addresses and ranges. */
export const globalAddress: Rules = {
  source: [`${COMPUTE_DOCS}/globalAddresses`, 'magic-modules mmv1/products/compute/GlobalAddress.yaml'],
  id: (inputs, scope) => idOf('gcp:compute/globalAddress:GlobalAddress', text(inputs, 'name') ?? '', inputs, scope),
  immutable: [
    'name',
    'project',
    'description',
    'address',
    'addressType',
    'ipVersion',
    'network',
    'prefixLength',
    'purpose',
  ],
  enums: { purpose: ['VPC_PEERING', 'PRIVATE_SERVICE_CONNECT'] },
  checks: [
    name1035('name'),
    labels('labels'),
    within('prefixLength', 8, 29),
    when(
      (inputs) => text(inputs, 'purpose') === 'VPC_PEERING',
      (inputs) => (lacks(inputs, 'prefixLength') ? fail('prefixLength', 'is required with purpose VPC_PEERING') : []),
      (inputs) => (lacks(inputs, 'network') ? fail('network', 'is required with purpose VPC_PEERING') : []),
    ),
    when(
      (inputs) => has(inputs, 'purpose'),
      (inputs) =>
        isNot(inputs, 'addressType', 'INTERNAL') ? fail('addressType', 'must be INTERNAL with a purpose') : [],
    ),
    when(
      (inputs) => has(inputs, 'network') && lacks(inputs, 'addressType') && lacks(inputs, 'purpose'),
      absent('network', 'only with addressType INTERNAL'),
    ),
  ],
  needs: needing(['network', NETWORK]),
  computed: (inputs, scope) =>
    addressOutputs(idOf('gcp:compute/globalAddress:GlobalAddress', text(inputs, 'name') ?? '', inputs, scope), inputs),
  heldBy: (thing, scope) =>
    users(scope, 'gcp:servicenetworking/connection:Connection', 'reservedPeeringRanges[*]', thing.id),
};

/** Regional addresses. */
export const address: Rules = {
  source: [`${COMPUTE_DOCS}/addresses`, 'magic-modules mmv1/products/compute/Address.yaml'],
  id: (inputs, scope) => idOf('gcp:compute/address:Address', text(inputs, 'name') ?? '', inputs, scope),
  immutable: [
    'name',
    'project',
    'region',
    'description',
    'address',
    'addressType',
    'ipVersion',
    'network',
    'networkTier',
    'prefixLength',
    'purpose',
    'subnetwork',
    'ipv6EndpointType',
    'ipCollection',
  ],
  enums: {
    purpose: [
      'GCE_ENDPOINT',
      'SHARED_LOADBALANCER_VIP',
      'VPC_PEERING',
      'IPSEC_INTERCONNECT',
      'PRIVATE_SERVICE_CONNECT',
    ],
  },
  checks: [
    name1035('name'),
    region('region'),
    labels('labels'),
    when((inputs) => isNot(inputs, 'addressType', 'INTERNAL'), absent('subnetwork', 'only with addressType INTERNAL')),
  ],
  needs: needing(['network', NETWORK], ['subnetwork', SUBNETWORK]),
  computed: (inputs, scope) => ({
    ...addressOutputs(idOf('gcp:compute/address:Address', text(inputs, 'name') ?? '', inputs, scope), inputs),
    networkTier: 'PREMIUM',
    purpose: text(inputs, 'addressType') === 'INTERNAL' ? 'GCE_ENDPOINT' : '',
  }),
};

function addressOutputs(id: string, inputs: ValueObject): ValueObject {
  const internal = text(inputs, 'addressType') === 'INTERNAL';
  const number = Number(digits(id, 6));
  const made = internal
    ? `10.${64 + (number % 64)}.${(number >> 3) % 256}.0`
    : `34.${120 + (number % 100)}.${(number >> 4) % 256}.${1 + (number % 254)}`;
  return { address: made, prefixLength: 0, selfLink: computeLink(id), addressId: digits(id, 19) };
}
