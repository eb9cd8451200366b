import { exactlyOne, fail, has, isNot, labels, list, matches, name1035, text } from '../checks';
import { idOf, needing } from '../references';
import type { Rules } from '../rules';
import { digits } from '../scope';
import { NETWORK, ZONE } from './tokens';

/** Zones of Cloud DNS. */
export const managedZone: Rules = {
  source: [
    'https://cloud.google.com/dns/docs/reference/rest/v1/managedZones',
    'magic-modules mmv1/products/dns/ManagedZone.yaml',
  ],
  id: (inputs, scope) => idOf(ZONE, text(inputs, 'name') ?? '', inputs, scope),
  immutable: ['name', 'project', 'dnsName', 'visibility', 'reverseLookup', 'serviceDirectoryConfig'],
  defaults: { description: 'Managed by Pulumi', forceDestroy: false },
  checks: [
    name1035('name'),
    labels('labels'),
    matches(
      'dnsName',
      /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+$/,
      'a domain with the dot at its end: example.com.',
    ),
    (inputs) =>
      isNot(inputs, 'visibility', 'private') && has(inputs, 'privateVisibilityConfig')
        ? fail('privateVisibilityConfig', 'needs visibility private')
        : [],
    (inputs) =>
      text(inputs, 'visibility') === 'private' && has(inputs, 'dnssecConfig')
        ? fail('dnssecConfig', 'is for public zones')
        : [],
  ],
  needs: (inputs, scope) =>
    list(inputs, 'privateVisibilityConfig.networks').flatMap((_, index) =>
      needing([`privateVisibilityConfig.networks[${index}].networkUrl`, NETWORK])(inputs, scope),
    ),
  computed: (inputs, scope) => ({
    managedZoneId: digits(managedZone.id(inputs, scope), 19),
    nameServers:
      text(inputs, 'visibility') === 'private'
        ? ['ns-gcp-private.googledomains.com.']
        : [1, 2, 3, 4].map((number) => `ns-cloud-a${number}.googledomains.com.`),
  }),
  heldBy: (thing, scope) =>
    thing.properties['forceDestroy'] === true
      ? []
      : scope.store
          .list('gcp:dns/recordSet:RecordSet')
          .filter((record) => record.id.startsWith(`${thing.id}/`))
          .map((record) => record.id),
};

/** Records of a zone. */
export const recordSet: Rules = {
  source: [
    'https://cloud.google.com/dns/docs/records-overview',
    'terraform-provider-google resource_dns_record_set.go',
  ],
  id: (inputs, scope) =>
    `${idOf(ZONE, text(inputs, 'managedZone') ?? '', inputs, scope)}/rrsets/${text(inputs, 'name') ?? ''}/${text(inputs, 'type') ?? ''}`,
  immutable: ['name', 'project', 'managedZone'],
  enums: {
    type: [
      'A',
      'AAAA',
      'ALIAS',
      'CAA',
      'CNAME',
      'DNSKEY',
      'DS',
      'HTTPS',
      'IPSECKEY',
      'MX',
      'NAPTR',
      'NS',
      'PTR',
      'SOA',
      'SPF',
      'SRV',
      'SSHFP',
      'SVCB',
      'TLSA',
      'TXT',
    ],
  },
  checks: [
    matches('name', /\.$/, 'a domain with the dot at its end'),
    exactlyOne('rrdatas', 'routingPolicy'),
    (inputs) =>
      text(inputs, 'type') === 'A'
        ? matches('rrdatas[*]', /^\d{1,3}(?:\.\d{1,3}){3}$/, 'an IPv4 address')(inputs)
        : text(inputs, 'type') === 'CNAME'
          ? matches('rrdatas[*]', /\.$/, 'a domain with the dot at its end')(inputs)
          : [],
  ],
  needs: needing(['managedZone', ZONE]),
};
