import { lacks, conflicts, fail, has, matches, name1035, text } from '../checks';
import { regionOr } from '../places';
import { relative } from '../references';
import type { Rules } from '../rules';
import { BUILD_CONNECTION, BUILD_REPOSITORY } from './tokens';

/** The connection of Cloud Build to a host of repositories. */
export const buildConnection: Rules = {
  source: [
    'https://cloud.google.com/build/docs/api/reference/rest/v2/projects.locations.connections',
    'https://cloud.google.com/build/docs/automating-builds/github/connect-repo-github',
  ],
  id: (inputs, scope) =>
    `projects/${scope.project(inputs)}/locations/${text(inputs, 'location') ?? ''}/connections/${text(inputs, 'name') ?? ''}`,
  immutable: ['name', 'project', 'location', 'bitbucketDataCenterConfig.webhookSecretSecretVersion'],
  checks: [
    name1035('name'),
    regionOr('location'),
    conflicts(
      'githubConfig',
      'githubEnterpriseConfig',
      'gitlabConfig',
      'bitbucketCloudConfig',
      'bitbucketDataCenterConfig',
    ),
    matches(
      'githubConfig.authorizerCredential.oauthTokenSecretVersion',
      /^projects\/[^/]+\/secrets\/[^/]+\/versions\/[^/]+$/,
      'projects/*/secrets/*/versions/*',
    ),
    (inputs) =>
      has(inputs, 'githubConfig.appInstallationId') && lacks(inputs, 'githubConfig.authorizerCredential')
        ? fail('githubConfig.authorizerCredential', 'is required with appInstallationId')
        : [],
  ],
  computed: (inputs) => ({
    installationStates: [
      {
        stage: has(inputs, 'githubConfig.appInstallationId') ? 'COMPLETE' : 'PENDING_USER_OAUTH',
        message: '',
        actionUri: '',
      },
    ],
  }),
  heldBy: (thing, scope) =>
    scope.store
      .list(BUILD_REPOSITORY)
      .filter((repository) => repository.id.startsWith(`${thing.id}/`))
      .map((repository) => repository.id),
};

/** A repository that builds are made from. */
export const buildRepository: Rules = {
  source: ['https://cloud.google.com/build/docs/api/reference/rest/v2/projects.locations.connections.repositories'],
  id: (inputs, scope) => {
    const parent = relative(text(inputs, 'parentConnection') ?? '');
    const full = parent.startsWith('projects/')
      ? parent
      : `projects/${scope.project(inputs)}/locations/${scope.location(inputs)}/connections/${parent}`;
    return `${full}/repositories/${text(inputs, 'name') ?? ''}`;
  },
  immutable: ['name', 'project', 'location', 'parentConnection', 'remoteUri', 'annotations'],
  checks: [
    matches('remoteUri', /^https:\/\/[^\s]+\.git$/, 'the HTTPS clone address, ending with .git'),
    matches('name', /^[a-zA-Z0-9][\w.-]{0,62}$/, '1 to 63 letters, digits, dots, hyphens and underscores'),
  ],
  needs: (inputs, scope) => [
    {
      type: BUILD_CONNECTION,
      id: buildRepository.id(inputs, scope).replace(/\/repositories\/.*$/, ''),
      path: 'parentConnection',
    },
  ],
};
