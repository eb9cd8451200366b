import { of, type Row } from './rows';

export const namesRows: readonly Row[] = [
  ...of('gcp:certificatemanager/dnsAuthorization:DnsAuthorization', [
    { domain: '*.example.com' },
    'domain',
    /without a wildcard/,
  ]),
  ...of(
    'gcp:certificatemanager/certificate:Certificate',
    [{ selfManaged: {} }, 'managed', /conflicts/],
    [{ 'managed.dnsAuthorizations': undefined }, 'managed.dnsAuthorizations', /wildcard/],
    [{ location: 'mars' }, 'location', /unknown location/],
    [{ scope: 'EDGE' }, 'scope', /EDGE_CACHE/],
  ),
  ...of('gcp:certificatemanager/certificateMap:CertificateMap', [{ name: 'A' }, 'name', /lower-case/]),
  ...of(
    'gcp:certificatemanager/certificateMapEntry:CertificateMapEntry',
    [{ matcher: 'PRIMARY' }, 'hostname', /conflicts with matcher/],
    [{ certificates: undefined }, 'certificates', /is required/],
  ),
  ...of(
    'gcp:dns/managedZone:ManagedZone',
    [{ dnsName: 'factory.example.com' }, 'dnsName', /dot at its end/],
    [{ visibility: 'public' }, 'privateVisibilityConfig', /needs visibility private/],
    [{ dnssecConfig: { state: 'on' } }, 'dnssecConfig', /public zones/],
  ),
  ...of(
    'gcp:dns/recordSet:RecordSet',
    [{ name: 'api.factory.example.com' }, 'name', /dot at its end/],
    [{ type: 'ADDRESS' }, 'type', /CNAME/],
    [{ 'rrdatas[0]': 'ten.zero' }, 'rrdatas[0]', /an IPv4 address/],
    [{ rrdatas: undefined }, 'rrdatas', /one of rrdatas, routingPolicy/],
  ),
  ...of('gcp:certificatemanager/certificate:Certificate', [
    { 'managed.domains': Array.from({ length: 101 }, (_, index) => `a${index}.example.com`) },
    'managed.domains',
    /at most 100/,
  ]),
  ...of('gcp:certificatemanager/certificateMapEntry:CertificateMapEntry', [
    { certificates: ['a', 'b', 'c', 'd', 'e'] },
    'certificates',
    /at most 4/,
  ]),
];
