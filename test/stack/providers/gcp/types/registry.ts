import { matching } from '../../shared/values';
import { lacks, conflicts, fail, has, labels, list, matches, text } from '../checks';
import { regionOr } from '../places';
import { idOf, needing } from '../references';
import type { Rules } from '../rules';
import { REGISTRY } from './tokens';

/** Repositories of Artifact Registry. */
export const registry: Rules = {
  source: [
    'https://cloud.google.com/artifact-registry/docs/reference/rest/v1/projects.locations.repositories',
    'magic-modules mmv1/products/artifactregistry/Repository.yaml',
  ],
  nameProperty: 'repositoryId',
  id: (inputs, scope) => idOf(REGISTRY, text(inputs, 'repositoryId') ?? '', inputs, scope),
  immutable: [
    'repositoryId',
    'project',
    'location',
    'format',
    'kmsKeyName',
    'mode',
    'mavenConfig',
    'remoteRepositoryConfig.dockerRepository',
  ],
  enums: {
    format: ['DOCKER', 'MAVEN', 'NPM', 'PYTHON', 'APT', 'YUM', 'KFP', 'GO', 'GENERIC', 'RUBY'],
    'cleanupPolicies[*].action': ['DELETE', 'KEEP'],
    'cleanupPolicies[*].condition.tagState': ['TAGGED', 'UNTAGGED', 'ANY'],
    'vulnerabilityScanningConfig.enablementConfig': ['INHERITED', 'DISABLED'],
  },
  checks: [
    matches(
      'repositoryId',
      /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
      '1 to 63 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen',
    ),
    regionOr('location', 'us', 'europe', 'asia'),
    labels('labels'),
    (inputs) =>
      has(inputs, 'dockerConfig') &&
      text(inputs, 'format') !== 'DOCKER' &&
      has(inputs, 'format') &&
      text(inputs, 'format') !== undefined
        ? fail('dockerConfig', 'needs format DOCKER')
        : [],
    (inputs) =>
      text(inputs, 'mode') === 'REMOTE_REPOSITORY' && lacks(inputs, 'remoteRepositoryConfig')
        ? fail('remoteRepositoryConfig', 'is required with mode REMOTE_REPOSITORY')
        : [],
    (inputs) =>
      text(inputs, 'mode') === 'VIRTUAL_REPOSITORY' && lacks(inputs, 'virtualRepositoryConfig')
        ? fail('virtualRepositoryConfig', 'is required with mode VIRTUAL_REPOSITORY')
        : [],
    (inputs) =>
      list(inputs, 'cleanupPolicies').flatMap((_, index) => {
        const path = `cleanupPolicies[${index}]`;
        const both = conflicts(`${path}.condition`, `${path}.mostRecentVersions`)(inputs);
        const recent =
          text(inputs, `${path}.action`) === 'DELETE' && has(inputs, `${path}.mostRecentVersions`)
            ? fail(`${path}.mostRecentVersions`, 'needs action KEEP')
            : [];
        const age = matches(
          `${path}.condition.olderThan`,
          /^\d+(?:\.\d+)?(?:s|m|h|d)$/,
          'a duration such as 2592000s or 30d',
        )(inputs);
        return [...both, ...recent, ...age];
      }),
    (inputs) => {
      const ids = matching(inputs, 'cleanupPolicies[*].id').flatMap(({ value }) =>
        typeof value === 'string' ? [value] : [],
      );
      return ids.length !== new Set(ids).size ? fail('cleanupPolicies', 'two policies have the same id') : [];
    },
  ],
  needs: needing(['kmsKeyName', 'gcp:kms/cryptoKey:CryptoKey']),
  computed: (inputs, scope) => {
    const place = scope.location(inputs);
    const name = text(inputs, 'repositoryId') ?? '';
    return {
      location: place,
      name,
      registryUri: `${place}-docker.pkg.dev/${scope.project(inputs)}/${name}`,
      vulnerabilityScanningConfig: { enablementState: 'SCANNING_ACTIVE', enablementStateReason: '' },
    };
  },
};
