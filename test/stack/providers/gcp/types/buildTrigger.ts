import { UNKNOWN, at, isObject } from '../../shared/values';
import { lacks, atLeastOne, conflicts, fail, has, list, matches, text } from '../checks';
import { stableUuid } from '../outputs';
import { regionOr } from '../places';
import { needing, relative } from '../references';
import type { Rules } from '../rules';
import { BUILD_REPOSITORY } from './tokens';

const TRIGGER_EVENTS = [
  'triggerTemplate',
  'github',
  'pubsubConfig',
  'webhookConfig',
  'sourceToBuild',
  'repositoryEventConfig',
  'bitbucketServerTriggerConfig',
  'developerConnectEventConfig',
];

/** What starts a build. */
export const trigger: Rules = {
  source: [
    'https://cloud.google.com/build/docs/api/reference/rest/v1/projects.locations.triggers',
    'https://cloud.google.com/build/docs/securing-builds/configure-user-specified-service-accounts',
    'magic-modules mmv1/products/cloudbuild/Trigger.yaml',
  ],
  id: (inputs, scope) =>
    `projects/${scope.project(inputs)}/locations/${text(inputs, 'location') ?? 'global'}/triggers/${stableUuid(`${scope.project(inputs)} ${text(inputs, 'name') ?? ''}`)}`,
  immutable: ['location', 'project'],
  defaults: { location: 'global' },
  enums: {
    includeBuildLogs: ['INCLUDE_BUILD_LOGS_UNSPECIFIED', 'INCLUDE_BUILD_LOGS_WITH_STATUS'],
    'build.options.logging': [
      'LOGGING_UNSPECIFIED',
      'LEGACY',
      'GCS_ONLY',
      'STACKDRIVER_ONLY',
      'CLOUD_LOGGING_ONLY',
      'NONE',
    ],
    'build.options.requestedVerifyOption': ['NOT_VERIFIED', 'VERIFIED'],
    'build.options.machineType': [
      'UNSPECIFIED',
      'N1_HIGHCPU_8',
      'N1_HIGHCPU_32',
      'E2_HIGHCPU_8',
      'E2_HIGHCPU_32',
      'E2_MEDIUM',
    ],
    'build.options.substitutionOption': ['MUST_MATCH', 'ALLOW_LOOSE'],
  },
  checks: [
    matches(
      'name',
      /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,62}[a-zA-Z0-9])?$/,
      '1 to 64 letters, digits and hyphens, beginning and ending with a letter or digit',
    ),
    regionOr('location', 'global'),
    conflicts('build', 'filename', 'gitFileSource'),
    atLeastOne(...TRIGGER_EVENTS),
    conflicts(...TRIGGER_EVENTS.filter((path) => path !== 'sourceToBuild')),
    atLeastOne('build', 'filename', 'gitFileSource'),
    // "if 'build.service_account' is specified, the build must either (a) specify 'build.logs_bucket', (b) use …"
    (inputs) => {
      const logging = text(inputs, 'build.options.logging') ?? '';
      const fine =
        /^(?:CLOUD_LOGGING_ONLY|NONE|GCS_ONLY|LEGACY)$/.test(logging) ||
        !lacks(inputs, 'build.logsBucket') ||
        at(inputs, 'build.options.logging') === UNKNOWN;
      if (has(inputs, 'serviceAccount') && isObject(at(inputs, 'build')) && !fine)
        return fail(
          'build.options.logging',
          'a serviceAccount of your own needs logging CLOUD_LOGGING_ONLY, NONE, or a logsBucket',
        );
      return /^(?:GCS_ONLY|LEGACY)$/.test(logging) && lacks(inputs, 'build.logsBucket')
        ? fail('build.logsBucket', `is required with logging ${logging}`)
        : [];
    },
    matches(
      'serviceAccount',
      /^projects\/[^/]+\/serviceAccounts\/[^/]+$/,
      'projects/{project}/serviceAccounts/{email or unique id}',
    ),
    matches('substitutions.*', /^[\s\S]{0,4000}$/, 'at most 4000 characters'),
    (inputs) => {
      const substitutions = at(inputs, 'substitutions');
      return isObject(substitutions)
        ? Object.keys(substitutions).flatMap((key) =>
            /^_[A-Z0-9_]{1,99}$/.test(key)
              ? []
              : fail(`substitutions["${key}"]`, 'the name of a substitution of your own is _UPPER_CASE'),
          )
        : [];
    },
    (inputs) =>
      has(inputs, 'repositoryEventConfig')
        ? conflicts('repositoryEventConfig.push', 'repositoryEventConfig.pullRequest')(inputs)
        : [],
    (inputs) =>
      has(inputs, 'repositoryEventConfig.push')
        ? conflicts('repositoryEventConfig.push.branch', 'repositoryEventConfig.push.tag')(inputs)
        : [],
    (inputs) =>
      [
        'repositoryEventConfig.push.branch',
        'repositoryEventConfig.push.tag',
        'repositoryEventConfig.pullRequest.branch',
      ].flatMap((path) => {
        const value = text(inputs, path);
        return value === undefined || isExpression(value) ? [] : fail(path, `"${value}" is no regular expression`);
      }),
    matches('build.timeout', /^\d+(?:\.\d+)?s$/, 'seconds such as 1200s'),
    (inputs) =>
      isObject(at(inputs, 'build')) &&
      Array.isArray(at(inputs, 'build.steps')) &&
      list(inputs, 'build.steps').length === 0
        ? fail('build.steps', 'must have at least one step')
        : [],
    (inputs) => {
      const steps = list(inputs, 'build.steps');
      const ids = steps.map((_, index) => at(inputs, `build.steps[${index}].id`));
      return list(inputs, 'build.steps').flatMap((_, index) =>
        list(inputs, `build.steps[${index}].waitFors`).flatMap((name, position) =>
          name === '-' || typeof name !== 'string' || ids.includes(name) || ids.includes(UNKNOWN)
            ? []
            : fail(`build.steps[${index}].waitFors[${position}]`, `no step has the id "${name}"`),
        ),
      );
    },
  ],
  needs: (inputs, scope) => {
    const repository = text(inputs, 'repositoryEventConfig.repository');
    const account = text(inputs, 'serviceAccount');
    return [
      ...(repository === undefined
        ? []
        : [{ type: BUILD_REPOSITORY, id: relative(repository), path: 'repositoryEventConfig.repository' }]),
      ...(account !== undefined && /@[a-z0-9-]+\.iam\./.test(account)
        ? [{ type: 'gcp:serviceaccount/account:Account', id: relative(account), path: 'serviceAccount' }]
        : []),
      ...needing(['pubsubConfig.topic', 'gcp:pubsub/topic:Topic'])(inputs, scope),
    ];
  },
  computed: (inputs, scope) => ({
    triggerId: stableUuid(`${scope.project(inputs)} ${text(inputs, 'name') ?? ''}`),
    approvalConfig: { approvalRequired: false },
  }),
};

function isExpression(text: string): boolean {
  try {
    return new RegExp(text).source !== '';
  } catch {
    return false;
  }
}
