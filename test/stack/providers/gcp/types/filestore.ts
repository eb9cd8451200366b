import { at } from '../../shared/values';
import { cidr } from '../addresses';
import { lacks, conflicts, fail, labels, list, matches, name1035, text } from '../checks';
import { isRegion, regionOrZone } from '../places';
import type { Rules } from '../rules';

/** Filestore instances. */
export const filestore: Rules = {
  source: [
    'https://cloud.google.com/filestore/docs/reference/rest/v1/projects.locations.instances',
    'https://cloud.google.com/filestore/docs/service-tiers',
    'magic-modules mmv1/products/filestore/Instance.yaml',
  ],
  id: (inputs, scope) =>
    `projects/${scope.project(inputs)}/locations/${scope.location(inputs)}/instances/${text(inputs, 'name') ?? ''}`,
  immutable: [
    'name',
    'project',
    'location',
    'zone',
    'tier',
    'protocol',
    'networks',
    'kmsKeyName',
    'fileShares.name',
    'fileShares.sourceBackup',
    'initialReplication',
    'directoryServices',
    'tags',
  ],
  enums: {
    tier: ['STANDARD', 'PREMIUM', 'BASIC_HDD', 'BASIC_SSD', 'HIGH_SCALE_SSD', 'ZONAL', 'REGIONAL', 'ENTERPRISE'],
    'networks[*].modes': ['ADDRESS_MODE_UNSPECIFIED', 'MODE_IPV4', 'MODE_IPV6'],
    'networks[*].connectMode': ['DIRECT_PEERING', 'PRIVATE_SERVICE_ACCESS', 'PRIVATE_SERVICE_CONNECT'],
  },
  checks: [
    name1035('name'),
    labels('labels'),
    conflicts('location', 'zone'),
    regionOrZone('location'),
    matches(
      'fileShares.name',
      /^[a-z][a-z0-9_]{0,15}$/,
      '1 to 16 lower-case letters, digits and underscores, beginning with a letter',
    ),
    (inputs) => {
      const least: Readonly<Record<string, number>> = {
        STANDARD: 1024,
        BASIC_HDD: 1024,
        PREMIUM: 2560,
        BASIC_SSD: 2560,
        HIGH_SCALE_SSD: 10240,
        ZONAL: 1024,
        REGIONAL: 1024,
        ENTERPRISE: 1024,
      };
      const tier = text(inputs, 'tier') ?? '';
      const size = at(inputs, 'fileShares.capacityGb');
      const min = least[tier];
      return typeof size === 'number' && min !== undefined && size < min
        ? fail('fileShares.capacityGb', `at least ${min} with tier ${tier}, got ${size}`)
        : [];
    },
    (inputs) => {
      const place = text(inputs, 'location');
      const isRegional = /^(?:REGIONAL|ENTERPRISE)$/.test(text(inputs, 'tier') ?? '');
      if (place === undefined || lacks(inputs, 'tier')) return [];
      return isRegional === isRegion(place)
        ? []
        : fail(
            'location',
            `tier ${text(inputs, 'tier') ?? ''} wants a ${isRegional ? 'region' : 'zone'}, got ${place}`,
          );
    },
    (inputs) =>
      text(inputs, 'protocol') === 'NFS_V4_1' &&
      !/^(?:HIGH_SCALE_SSD|ZONAL|REGIONAL|ENTERPRISE)$/.test(text(inputs, 'tier') ?? 'ZONAL')
        ? fail('protocol', 'NFS_V4_1 needs tier ZONAL, REGIONAL or ENTERPRISE')
        : [],
    (inputs) =>
      Array.isArray(at(inputs, 'networks')) && list(inputs, 'networks').length !== 1
        ? fail('networks', 'must have one entry')
        : [],
    cidr('networks[*].reservedIpRange', 24, 29),
  ],
  computed: (inputs, scope) => ({ location: scope.location(inputs) }),
  refusesUpdate: (before, after) => {
    const [old, wanted] = [at(before, 'fileShares.capacityGb'), at(after, 'fileShares.capacityGb')];
    return /^(?:STANDARD|PREMIUM|BASIC)/.test(text(after, 'tier') ?? '') &&
      typeof old === 'number' &&
      typeof wanted === 'number' &&
      wanted < old
      ? `googleapi: Error 400: basic tier instances cannot shrink (from ${old} to ${wanted} GiB), badRequest`
      : undefined;
  },
};
