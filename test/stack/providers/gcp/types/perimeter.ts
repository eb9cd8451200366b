import { matching } from '../../shared/values';
import { cidr } from '../addresses';
import {
  absent,
  amount,
  lacks,
  conflicts,
  exactlyOne,
  fail,
  list,
  matches,
  name1035,
  text,
  when,
  within,
} from '../checks';
import { needing } from '../references';
import type { Rules } from '../rules';
import { duplicates } from './duplicates';
import { COMPUTE_DOCS, NETWORK } from './tokens';

/** Firewall rules of a network. */
export const firewall: Rules = {
  source: [`${COMPUTE_DOCS}/firewalls`, 'magic-modules mmv1/products/compute/Firewall.yaml'],
  id: (inputs, scope) => `projects/${scope.project(inputs)}/global/firewalls/${text(inputs, 'name') ?? ''}`,
  immutable: ['name', 'project', 'network', 'direction', 'params'],
  defaults: { priority: 1000 },
  sets: ['sourceRanges', 'destinationRanges', 'sourceTags', 'targetTags', 'allows', 'denies'],
  enums: { 'logConfig.metadata': ['EXCLUDE_ALL_METADATA', 'INCLUDE_ALL_METADATA'] },
  checks: [
    name1035('name'),
    exactlyOne('allows', 'denies'),
    within('priority', 0, 65535),
    cidr('sourceRanges[*]', 0, 32),
    cidr('destinationRanges[*]', 0, 32),
    matches(
      'allows[*].protocol',
      /^(?:tcp|udp|icmp|esp|ah|sctp|ipip|all|\d{1,3})$/,
      'tcp, udp, icmp, esp, ah, sctp, ipip, all or a protocol number',
    ),
    matches(
      'denies[*].protocol',
      /^(?:tcp|udp|icmp|esp|ah|sctp|ipip|all|\d{1,3})$/,
      'tcp, udp, icmp, esp, ah, sctp, ipip, all or a protocol number',
    ),
    matches('allows[*].ports[*]', /^\d{1,5}(?:-\d{1,5})?$/, 'a port or a range like 8000-8080'),
    when(
      (inputs) => text(inputs, 'direction') === 'EGRESS',
      absent('sourceRanges', 'an EGRESS rule has destinationRanges'),
      absent('sourceTags', 'an EGRESS rule has destinationRanges'),
      absent('sourceServiceAccounts', 'an EGRESS rule has destinationRanges'),
    ),
    when(
      (inputs) => text(inputs, 'direction') === 'INGRESS' || lacks(inputs, 'direction'),
      (inputs) =>
        ['sourceRanges', 'sourceTags', 'sourceServiceAccounts'].every((path) => lacks(inputs, path))
          ? fail('sourceRanges', 'an INGRESS rule needs one of sourceRanges, sourceTags or sourceServiceAccounts')
          : [],
    ),
    conflicts('sourceServiceAccounts', 'sourceTags'),
    conflicts('targetServiceAccounts', 'targetTags'),
    conflicts('sourceServiceAccounts', 'targetTags'),
    conflicts('targetServiceAccounts', 'sourceTags'),
  ],
  needs: needing(['network', NETWORK]),
  computed: () => ({ direction: 'INGRESS' }),
};

/** Cloud Armor. */
export const securityPolicy: Rules = {
  source: [`${COMPUTE_DOCS}/securityPolicies`, 'terraform-provider-google resource_compute_security_policy.go'],
  id: (inputs, scope) => `projects/${scope.project(inputs)}/global/securityPolicies/${text(inputs, 'name') ?? ''}`,
  immutable: ['name', 'project', 'type'],
  enums: {
    type: ['CLOUD_ARMOR', 'CLOUD_ARMOR_EDGE', 'CLOUD_ARMOR_INTERNAL_SERVICE'],
    'rules[*].action': ['allow', 'deny(403)', 'deny(404)', 'deny(502)', 'rate_based_ban', 'redirect', 'throttle'],
    'rules[*].match.versionedExpr': ['SRC_IPS_V1'],
  },
  checks: [
    name1035('name'),
    within('rules[*].priority', 0, 2147483647),
    (inputs) => duplicates(inputs, 'rules[*].priority'),
    (inputs) => {
      const rules = list(inputs, 'rules');
      const known = rules.every((_, index) => amount(inputs, `rules[${index}].priority`) !== undefined);
      const hasDefault = matching(inputs, 'rules[*].priority').some(({ value }) => value === 2147483647);
      return rules.length === 0 || !known || hasDefault
        ? []
        : fail('rules', 'the default rule (priority 2147483647) is missing');
    },
    (inputs) =>
      list(inputs, 'rules').flatMap((_, index) => [
        ...conflicts(`rules[${index}].match.config`, `rules[${index}].match.expr`)(inputs),
        ...(/^(?:throttle|rate_based_ban)$/.test(text(inputs, `rules[${index}].action`) ?? '') &&
        lacks(inputs, `rules[${index}].rateLimitOptions`)
          ? fail(`rules[${index}].rateLimitOptions`, 'is required with this action')
          : []),
      ]),
  ],
  computed: () => ({ type: 'CLOUD_ARMOR' }),
};
