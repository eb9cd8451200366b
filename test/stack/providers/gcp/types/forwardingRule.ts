import { isIP } from 'node:net';
import { fail, isNot, labels, lacks, name1035, text, when } from '../checks';
import { computeLink, idOf, needing } from '../references';
import type { Rules } from '../rules';
import { COMPUTE_DOCS, NETWORK } from './tokens';

const TOKEN = 'gcp:compute/forwardingRule:ForwardingRule';
const ADDRESS = 'gcp:compute/address:Address';

/** A forwarding rule of a region; here it is an endpoint of Private Service Connect. */
export const forwardingRule: Rules = {
  source: [`${COMPUTE_DOCS}/forwardingRules`, 'magic-modules mmv1/products/compute/ForwardingRule.yaml'],
  id: (inputs, scope) => idOf(TOKEN, text(inputs, 'name') ?? '', inputs, scope),
  immutable: ['name', 'project', 'region', 'ipAddress', 'loadBalancingScheme', 'network', 'subnetwork', 'ipProtocol'],
  // The empty one is written for an endpoint of Private Service Connect, and for nothing else.
  enums: { loadBalancingScheme: ['', 'EXTERNAL', 'EXTERNAL_MANAGED', 'INTERNAL', 'INTERNAL_MANAGED'] },
  checks: [
    name1035('name'),
    labels('labels'),
    when(
      (inputs) => (text(inputs, 'target') ?? '').includes('/serviceAttachments/'),
      (inputs) =>
        isNot(inputs, 'loadBalancingScheme', '')
          ? fail('loadBalancingScheme', 'must be empty for an endpoint of Private Service Connect')
          : [],
      (inputs) =>
        lacks(inputs, 'network') ? fail('network', 'is required for an endpoint of Private Service Connect') : [],
    ),
  ],
  needs: (inputs, scope) => {
    // An address may also be given as it is, without a resource behind it.
    const isLiteral = isIP(text(inputs, 'ipAddress') ?? '') !== 0;
    return needing(['network', NETWORK], ...(isLiteral ? [] : [['ipAddress', ADDRESS] as const]))(inputs, scope);
  },
  computed: (inputs, scope) => ({
    selfLink: computeLink(idOf(TOKEN, text(inputs, 'name') ?? '', inputs, scope)),
    pscConnectionStatus: 'ACCEPTED',
  }),
};
