import { long, of, type Row } from './rows';

export const supplyRows: readonly Row[] = [
  ...of(
    'gcp:artifactregistry/repository:Repository',
    [{ repositoryId: 'Factory' }, 'repositoryId', /lower-case/],
    [{ format: 'OCI' }, 'format', /DOCKER/],
    [{ format: 'NPM' }, 'dockerConfig', /needs format DOCKER/],
    [{ location: 'eu' }, 'location', /unknown location/],
    [{ 'cleanupPolicies[1].action': 'DELETE' }, 'cleanupPolicies[1].mostRecentVersions', /needs action KEEP/],
    [{ 'cleanupPolicies[0].condition.olderThan': 'a month' }, 'cleanupPolicies[0].condition.olderThan', /a duration/],
    [{ 'cleanupPolicies[1].id': 'old' }, 'cleanupPolicies', /same id/],
    [
      { 'vulnerabilityScanningConfig.enablementConfig': 'ENABLED' },
      'vulnerabilityScanningConfig.enablementConfig',
      /INHERITED/,
    ],
    [{ mode: 'REMOTE_REPOSITORY' }, 'remoteRepositoryConfig', /is required/],
  ),
  ...of(
    'gcp:cloudbuild/trigger:Trigger',
    [{ 'build.options.logging': undefined }, 'build.options.logging', /needs logging CLOUD_LOGGING_ONLY/],
    [{ 'build.options.logging': 'GCS_ONLY' }, 'build.logsBucket', /is required with logging GCS_ONLY/],
    [{ filename: 'cloudbuild.yaml' }, 'build', /conflicts with filename/],
    [{ build: undefined }, 'build', /one of build, filename, gitFileSource/],
    [{ repositoryEventConfig: undefined }, 'triggerTemplate', /one of triggerTemplate/],
    [
      { serviceAccount: 'sa@my-project.iam.gserviceaccount.com' },
      'serviceAccount',
      /projects\/\{project\}\/serviceAccounts/,
    ],
    [{ substitutions: { ENVIRONMENT: 'prod' } }, 'substitutions["ENVIRONMENT"]', /_UPPER_CASE/],
    [{ 'repositoryEventConfig.push.branch': '(main' }, 'repositoryEventConfig.push.branch', /no regular expression/],
    [{ 'repositoryEventConfig.pullRequest': { branch: 'x' } }, 'repositoryEventConfig.push', /conflicts/],
    [{ 'build.timeout': '30m' }, 'build.timeout', /seconds such as/],
    [{ 'build.steps[1].waitFors[0]': 'biuld' }, 'build.steps[1].waitFors[0]', /no step has the id/],
    [{ 'build.steps': [] }, 'build.steps', /at least one step/],
    [{ 'build.options.machineType': 'E2_HUGE' }, 'build.options.machineType', /E2_HIGHCPU_8/],
    [{ name: 'a b' }, 'name', /letters, digits and hyphens/],
  ),
  ...of(
    'gcp:cloudbuildv2/connection:Connection',
    [
      { 'githubConfig.authorizerCredential.oauthTokenSecretVersion': 'github' },
      'githubConfig.authorizerCredential.oauthTokenSecretVersion',
      /projects\/\*\/secrets/,
    ],
    [
      { 'githubConfig.authorizerCredential': undefined },
      'githubConfig.authorizerCredential',
      /is required with appInstallationId/,
    ],
  ),
  ...of('gcp:cloudbuildv2/repository:Repository', [
    { remoteUri: 'git@github.com:example/factory.git' },
    'remoteUri',
    /HTTPS clone address/,
  ]),
  ...of(
    'gcp:binaryauthorization/policy:Policy',
    [{ 'defaultAdmissionRule.evaluationMode': 'ATTEST' }, 'defaultAdmissionRule.evaluationMode', /REQUIRE_ATTESTATION/],
    [
      { 'defaultAdmissionRule.requireAttestationsBies': [] },
      'defaultAdmissionRule.requireAttestationsBies',
      /is required/,
    ],
    [
      { 'defaultAdmissionRule.evaluationMode': 'ALWAYS_DENY' },
      'defaultAdmissionRule.requireAttestationsBies',
      /needs evaluationMode/,
    ],
    [
      {
        clusterAdmissionRules: [
          { cluster: 'factory', evaluationMode: 'ALWAYS_DENY', enforcementMode: 'DRYRUN_AUDIT_LOG_ONLY' },
        ],
      },
      'clusterAdmissionRules[0].cluster',
      /LOCATION\.CLUSTER/,
    ],
  ),
  ...of(
    'gcp:binaryauthorization/attestor:Attestor',
    [
      { 'attestationAuthorityNote.publicKeys[0].pkixPublicKey': { publicKeyPem: 'x' } },
      'attestationAuthorityNote.publicKeys[0].asciiArmoredPgpPublicKey',
      /conflicts/,
    ],
    [
      { 'attestationAuthorityNote.publicKeys[0]': {} },
      'attestationAuthorityNote.publicKeys[0]',
      /needs asciiArmoredPgpPublicKey or pkixPublicKey/,
    ],
  ),
  ...of(
    'gcp:containeranalysis/note:Note',
    [{ attestationAuthority: undefined }, 'attestationAuthority', /is required/],
    [{ name: 'a b' }, 'name', /1 to 255/],
  ),
  ...of('gcp:artifactregistry/repository:Repository', [
    { mode: 'VIRTUAL_REPOSITORY' },
    'virtualRepositoryConfig',
    /is required/,
  ]),
  ...of(
    'gcp:cloudbuild/trigger:Trigger',
    [{ webhookConfig: { secret: 'x' } }, 'webhookConfig', /conflicts with repositoryEventConfig/],
    [{ 'substitutions._ENVIRONMENT': long(4001) }, 'substitutions._ENVIRONMENT', /at most 4000/],
    [{ 'repositoryEventConfig.push.tag': 'v1' }, 'repositoryEventConfig.push.branch', /conflicts with/],
  ),
  ...of('gcp:cloudbuildv2/connection:Connection', [
    { gitlabConfig: {} },
    'githubConfig',
    /conflicts with gitlabConfig/,
  ]),
  ...of('gcp:containeranalysis/note:Note', [
    { 'attestationAuthority.hint.humanReadableName': '' },
    'attestationAuthority.hint.humanReadableName',
    /must not be empty/,
  ]),
];
