import { at, matching } from '../../shared/values';
import { amount, exactlyOne, fail, has, labels, list, matches, text, within } from '../checks';
import { stable } from '../outputs';
import { regionOr } from '../places';
import { needing } from '../references';
import type { Rules } from '../rules';
import { digits } from '../scope';
import { noPolicy } from './connectionPolicy';
import { EVICTION } from './eviction';
import { pscAddress, singleZone } from './pscStore';
import { NETWORK } from './tokens';

/** Valkey instances of Memorystore. */
export const valkey: Rules = {
  source: [
    'https://cloud.google.com/memorystore/docs/valkey/reference/rest/v1/projects.locations.instances',
    'magic-modules mmv1/products/memorystore/Instance.yaml',
  ],
  nameProperty: 'instanceId',
  id: (inputs, scope) =>
    `projects/${scope.project(inputs)}/locations/${text(inputs, 'location') ?? ''}/instances/${text(inputs, 'instanceId') ?? ''}`,
  immutable: [
    'instanceId',
    'location',
    'project',
    'authorizationMode',
    'transitEncryptionMode',
    'zoneDistributionConfig',
    'desiredPscAutoConnections',
    'desiredAutoCreatedEndpoints',
    'kmsKey',
    'mode',
    'gcsSource',
    'managedBackupSource',
  ],
  defaults: { deletionProtectionEnabled: true },
  enums: {
    authorizationMode: ['AUTH_DISABLED', 'IAM_AUTH', 'TOKEN_AUTH'],
    transitEncryptionMode: ['TRANSIT_ENCRYPTION_DISABLED', 'SERVER_AUTHENTICATION'],
    nodeType: [
      'SHARED_CORE_NANO',
      'CUSTOM_MICRO',
      'CUSTOM_MINI',
      'HIGHCPU_MEDIUM',
      'HIGHMEM_MEDIUM',
      'HIGHMEM_XLARGE',
      'HIGHMEM_2XLARGE',
      'STANDARD_SMALL',
      'STANDARD_LARGE',
    ],
    engineVersion: ['VALKEY_7_2', 'VALKEY_8_0', 'VALKEY_9_0'],
    'persistenceConfig.rdbConfig.rdbSnapshotPeriod': ['ONE_HOUR', 'SIX_HOURS', 'TWELVE_HOURS', 'TWENTY_FOUR_HOURS'],
    'persistenceConfig.aofConfig.appendFsync': ['NEVER', 'EVERY_SEC', 'ALWAYS'],
  },
  checks: [
    matches(
      'instanceId',
      /^[a-z0-9](?:[a-z0-9-]{2,61})[a-z0-9]$/,
      '4 to 63 lower-case letters, digits and hyphens, not ending with a hyphen',
    ),
    regionOr('location'),
    labels('labels'),
    within('shardCount', 1, 250),
    within('replicaCount', 0, 5),
    within('automatedBackupConfig.fixedFrequencySchedule.startTime.hours', 0, 23),
    matches('automatedBackupConfig.retention', /^\d+(?:\.\d+)?s$/, 'seconds such as 3024000s'),
    (inputs) => singleZone(inputs),
    (inputs) =>
      text(inputs, 'mode') === 'CLUSTER_DISABLED' && (amount(inputs, 'shardCount') ?? 1) !== 1
        ? fail('shardCount', 'must be 1 with mode CLUSTER_DISABLED')
        : [],
    (inputs) =>
      has(inputs, 'desiredAutoCreatedEndpoints') && has(inputs, 'desiredPscAutoConnections')
        ? exactlyOne('desiredAutoCreatedEndpoints', 'desiredPscAutoConnections')(inputs)
        : [],
    matches(
      'desiredAutoCreatedEndpoints[*].network',
      /^projects\/[^/]+\/global\/networks\/[^/]+$/,
      'projects/{project}/global/networks/{network}',
    ),
    matches(
      'desiredPscAutoConnections[*].network',
      /^projects\/[^/]+\/global\/networks\/[^/]+$/,
      'projects/{project}/global/networks/{network}',
    ),
    (inputs) => {
      const configs = at(inputs, 'engineConfigs');
      const value =
        typeof configs === 'object' && configs !== null && !Array.isArray(configs)
          ? configs['maxmemory-policy']
          : undefined;
      return typeof value === 'string' && !EVICTION.includes(value)
        ? fail('engineConfigs.maxmemory-policy', `expected one of ${EVICTION.join(', ')}, got ${value}`)
        : [];
    },
  ],
  needs: (inputs, scope) =>
    list(inputs, 'desiredAutoCreatedEndpoints').flatMap((_, index) =>
      needing([`desiredAutoCreatedEndpoints[${index}].network`, NETWORK])(inputs, scope),
    ),
  refusesCreate: (inputs, scope) =>
    noPolicy(
      [
        ...matching(inputs, 'desiredAutoCreatedEndpoints[*].network'),
        ...matching(inputs, 'desiredPscAutoConnections[*].network'),
      ],
      'gcp-memorystore',
      text(inputs, 'location') ?? '',
      inputs,
      scope,
    ),
  computed: (inputs, scope) => {
    const id = `projects/${scope.project(inputs)}/locations/${text(inputs, 'location') ?? ''}/instances/${text(inputs, 'instanceId') ?? ''}`;
    const network =
      text(inputs, 'desiredAutoCreatedEndpoints[0].network') ??
      text(inputs, 'desiredPscAutoConnections[0].network') ??
      '';
    const connection = {
      pscConnectionId: digits(id, 17),
      ipAddress: pscAddress(id),
      port: 6379,
      network,
      projectId: scope.project(inputs),
      connectionType:
        text(inputs, 'mode') === 'CLUSTER_DISABLED' ? 'CONNECTION_TYPE_PRIMARY' : 'CONNECTION_TYPE_DISCOVERY',
      forwardingRule: `https://www.googleapis.com/compute/v1/projects/${scope.project(inputs)}/regions/${text(inputs, 'location') ?? ''}/forwardingRules/sca-auto-fr-${stable(id, 8)}`,
      serviceAttachment: `projects/${digits(id, 12)}/regions/${text(inputs, 'location') ?? ''}/serviceAttachments/gcp-memorystore-auto-${stable(id, 8)}`,
    };
    return {
      name: id,
      state: 'ACTIVE',
      engineVersion: 'VALKEY_8_0',
      nodeType: 'HIGHMEM_MEDIUM',
      mode: 'REDIS_CLUSTER',
      authorizationMode: 'AUTH_DISABLED',
      transitEncryptionMode: 'TRANSIT_ENCRYPTION_DISABLED',
      replicaCount: 0,
      endpoints: network === '' ? [] : [{ connections: [{ pscAutoConnection: connection }] }],
      pscAutoConnections: network === '' ? [] : [connection],
      discoveryEndpoints: [],
      nodeConfigs: [{ sizeGb: 13 }],
      zoneDistributionConfig: { mode: 'MULTI_ZONE' },
      persistenceConfig: { mode: 'DISABLED' },
    };
  },
};
