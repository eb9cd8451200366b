import { matching } from '../../shared/values';
import { lacks, isEmpty, exactlyOne, fail, labels, list, matches, name1035, text } from '../checks';
import { regionOr } from '../places';
import { relative } from '../references';
import type { Rules } from '../rules';
import { digits } from '../scope';

/** Certificates of Certificate Manager. */
export const certificate: Rules = {
  source: [
    'https://cloud.google.com/certificate-manager/docs/reference/certificate-manager/rest/v1/projects.locations.certificates',
    'magic-modules mmv1/products/certificatemanager/Certificate.yaml',
  ],
  id: (inputs, scope) =>
    `projects/${scope.project(inputs)}/locations/${text(inputs, 'location') ?? 'global'}/certificates/${text(inputs, 'name') ?? ''}`,
  immutable: ['name', 'project', 'location', 'scope', 'managed'],
  defaults: { location: 'global', scope: 'DEFAULT' },
  enums: { scope: ['DEFAULT', 'EDGE_CACHE', 'ALL_REGIONS', 'CLIENT_AUTH'] },
  checks: [
    name1035('name'),
    labels('labels'),
    regionOr('location', 'global'),
    exactlyOne('managed', 'selfManaged'),
    (inputs) => (list(inputs, 'managed.domains').length > 100 ? fail('managed.domains', 'at most 100 domains') : []),
    (inputs) =>
      matching(inputs, 'managed.domains[*]').some(({ value }) => typeof value === 'string' && value.startsWith('*.')) &&
      isEmpty(inputs, 'managed.dnsAuthorizations') &&
      lacks(inputs, 'managed.issuanceConfig')
        ? fail('managed.dnsAuthorizations', 'a wildcard domain needs a DNS authorization')
        : [],
  ],
  computed: () => ({ sanDnsnames: [], managed: { state: 'PROVISIONING' } }),
};

/** A map from host names to certificates. */
export const certificateMap: Rules = {
  source: ['magic-modules mmv1/products/certificatemanager/CertificateMap.yaml'],
  id: (inputs, scope) =>
    `projects/${scope.project(inputs)}/locations/global/certificateMaps/${text(inputs, 'name') ?? ''}`,
  immutable: ['name', 'project'],
  checks: [name1035('name'), labels('labels')],
  heldBy: (thing, scope) =>
    scope.store
      .list('gcp:certificatemanager/certificateMapEntry:CertificateMapEntry')
      .filter((entry) => entry.id.startsWith(`${thing.id}/`))
      .map((entry) => entry.id),
};

/** One host name of a certificate map. */
export const mapEntry: Rules = {
  source: ['magic-modules mmv1/products/certificatemanager/CertificateMapEntry.yaml'],
  id: (inputs, scope) =>
    `projects/${scope.project(inputs)}/locations/global/certificateMaps/${
      relative(text(inputs, 'map') ?? '')
        .split('/')
        .at(-1) ?? ''
    }/certificateMapEntries/${text(inputs, 'name') ?? ''}`,
  immutable: ['name', 'project', 'map', 'hostname', 'matcher'],
  checks: [
    name1035('name'),
    labels('labels'),
    exactlyOne('hostname', 'matcher'),
    (inputs) => (list(inputs, 'certificates').length > 4 ? fail('certificates', 'at most 4 certificates') : []),
  ],
  needs: (inputs, scope) => [
    {
      type: 'gcp:certificatemanager/certificateMap:CertificateMap',
      id: mapEntry.id(inputs, scope).replace(/\/certificateMapEntries\/.*$/, ''),
      path: 'map',
    },
  ],
};

/** The proof that a domain is ours. */
export const dnsAuthorization: Rules = {
  source: ['magic-modules mmv1/products/certificatemanager/DnsAuthorization.yaml'],
  id: (inputs, scope) =>
    `projects/${scope.project(inputs)}/locations/${text(inputs, 'location') ?? 'global'}/dnsAuthorizations/${text(inputs, 'name') ?? ''}`,
  immutable: ['name', 'project', 'location', 'domain', 'type'],
  defaults: { location: 'global' },
  checks: [
    name1035('name'),
    labels('labels'),
    matches('domain', /^(?!\*)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/, 'a domain without a wildcard'),
  ],
  computed: (inputs, scope) => ({
    type: 'FIXED_RECORD',
    dnsResourceRecords: [
      {
        name: `_acme-challenge.${text(inputs, 'domain') ?? ''}.`,
        type: 'CNAME',
        data: `${digits(dnsAuthorization.id(inputs, scope), 16)}.authorize.certificatemanager.goog.`,
      },
    ],
  }),
};
