import { matching } from '../../shared/values';
import { amount, fail, labels, list, matches, name1035, text, when, within } from '../checks';
import { region } from '../places';
import { needing } from '../references';
import type { Rules } from '../rules';
import { noPolicy } from './connectionPolicy';
import { pscAddress, singleZone } from './pscStore';
import { NETWORK } from './tokens';

/** Redis clusters of Memorystore. */
export const cluster: Rules = {
  source: [
    'https://cloud.google.com/memorystore/docs/cluster/reference/rest/v1/projects.locations.clusters',
    'magic-modules mmv1/products/redis/Cluster.yaml',
  ],
  id: (inputs, scope) =>
    `projects/${scope.project(inputs)}/locations/${scope.region(inputs)}/clusters/${text(inputs, 'name') ?? ''}`,
  immutable: [
    'name',
    'project',
    'region',
    'pscConfigs',
    'authorizationMode',
    'transitEncryptionMode',
    'kmsKey',
    'zoneDistributionConfig',
    'gcsSource',
    'managedBackupSource',
  ],
  defaults: { deletionProtectionEnabled: true, replicaCount: 0 },
  checks: [
    name1035('name'),
    region('region'),
    labels('labels'),
    within('shardCount', 1, 250),
    within('replicaCount', 0, 5),
    (inputs) => singleZone(inputs),
    when(
      (inputs) => text(inputs, 'nodeType') === 'REDIS_SHARED_CORE_NANO',
      (inputs) =>
        (amount(inputs, 'shardCount') ?? 0) > 10
          ? fail('shardCount', 'at most 10 with nodeType REDIS_SHARED_CORE_NANO')
          : [],
    ),
    matches(
      'pscConfigs[*].network',
      /^projects\/[^/]+\/global\/networks\/[^/]+$/,
      'projects/{project}/global/networks/{network}',
    ),
  ],
  needs: (inputs, scope) =>
    list(inputs, 'pscConfigs').flatMap((_, index) => needing([`pscConfigs[${index}].network`, NETWORK])(inputs, scope)),
  refusesCreate: (inputs, scope) =>
    noPolicy(matching(inputs, 'pscConfigs[*].network'), 'gcp-memorystore-redis', scope.region(inputs), inputs, scope),
  computed: (inputs, scope) => {
    const id = `projects/${scope.project(inputs)}/locations/${scope.region(inputs)}/clusters/${text(inputs, 'name') ?? ''}`;
    const address = pscAddress(id);
    return {
      state: 'ACTIVE',
      nodeType: 'REDIS_HIGHMEM_MEDIUM',
      sizeGb: 13 * (amount(inputs, 'shardCount') ?? 1),
      preciseSizeGb: 13 * (amount(inputs, 'shardCount') ?? 1),
      discoveryEndpoints: [
        { address, port: 6379, pscConfigs: [{ network: text(inputs, 'pscConfigs[0].network') ?? '' }] },
      ],
    };
  },
};
