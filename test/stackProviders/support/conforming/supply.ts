import { ACCOUNT, PROJECT, type Entry } from './places';

export const supplyEntries: readonly Entry[] = [
  [
    'gcp:artifactregistry/repository:Repository',
    {
      repositoryId: 'factory',
      location: 'europe-west4',
      format: 'DOCKER',
      dockerConfig: { immutableTags: true },
      cleanupPolicies: [
        { id: 'old', action: 'DELETE', condition: { tagState: 'UNTAGGED', olderThan: '2592000s' } },
        { id: 'recent', action: 'KEEP', mostRecentVersions: { keepCount: 10 } },
      ],
      vulnerabilityScanningConfig: { enablementConfig: 'INHERITED' },
    },
  ],
  [
    'gcp:artifactregistry/repositoryIamMember:RepositoryIamMember',
    {
      repository: 'factory',
      location: 'europe-west4',
      role: 'roles/artifactregistry.reader',
      member: `serviceAccount:${ACCOUNT}`,
    },
  ],
  [
    'gcp:cloudbuildv2/connection:Connection',
    {
      name: 'github',
      location: 'europe-west4',
      githubConfig: {
        appInstallationId: 123,
        authorizerCredential: { oauthTokenSecretVersion: `projects/${PROJECT}/secrets/github/versions/1` },
      },
    },
  ],
  [
    'gcp:cloudbuildv2/repository:Repository',
    {
      name: 'factory',
      location: 'europe-west4',
      parentConnection: 'github',
      remoteUri: 'https://github.com/example/factory.git',
    },
  ],
  [
    'gcp:cloudbuild/trigger:Trigger',
    {
      name: 'deploy',
      location: 'europe-west4',
      serviceAccount: `projects/${PROJECT}/serviceAccounts/${ACCOUNT}`,
      repositoryEventConfig: {
        repository: `projects/${PROJECT}/locations/europe-west4/connections/github/repositories/factory`,
        push: { branch: '^main$' },
      },
      approvalConfig: { approvalRequired: true },
      substitutions: { _ENVIRONMENT: 'prod' },
      build: {
        timeout: '1800s',
        steps: [
          { id: 'build', name: 'gcr.io/cloud-builders/docker', args: ['build', '.'] },
          { id: 'push', name: 'gcr.io/cloud-builders/docker', args: ['push'], waitFors: ['build'] },
        ],
        options: { logging: 'CLOUD_LOGGING_ONLY', requestedVerifyOption: 'VERIFIED' },
      },
    },
  ],
];
