import { at, isObject, matching, UNKNOWN } from '../../shared/values';
import { lacks, exactlyOne, fail, has, labels, list, matches, text } from '../checks';
import { needing } from '../references';
import type { Rules } from '../rules';
import { digits } from '../scope';

export const CHANNEL = 'gcp:monitoring/notificationChannel:NotificationChannel';

const CONDITIONS = [
  'conditionAbsent',
  'conditionMonitoringQueryLanguage',
  'conditionThreshold',
  'conditionMatchedLog',
  'conditionPrometheusQueryLanguage',
  'conditionSql',
];

/** Alerts of Cloud Monitoring. */
export const alertPolicy: Rules = {
  source: [
    'https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies',
    'magic-modules mmv1/products/monitoring/AlertPolicy.yaml',
  ],
  id: (inputs, scope) =>
    `projects/${scope.project(inputs)}/alertPolicies/${digits(text(inputs, 'displayName') ?? '', 19)}`,
  immutable: ['project'],
  defaults: { enabled: true },
  checks: [
    labels('userLabels'),
    (inputs) =>
      Array.isArray(at(inputs, 'conditions')) &&
      (list(inputs, 'conditions').length === 0 || list(inputs, 'conditions').length > 6)
        ? fail('conditions', 'from 1 to 6 conditions')
        : [],
    (inputs) =>
      list(inputs, 'conditions').flatMap((condition, index) =>
        isObject(condition)
          ? exactlyOne(...CONDITIONS)(condition).map(({ property, reason }) => ({
              property: `conditions[${index}].${property}`,
              reason,
            }))
          : [],
      ),
    // "durations of a minute": monitoring takes multiples of 60 s, PromQL evaluation of 30 s.
    duration('conditions[*].conditionThreshold.duration', 60),
    duration('conditions[*].conditionAbsent.duration', 60),
    duration('conditions[*].conditionPrometheusQueryLanguage.duration', 1),
    duration('conditions[*].conditionPrometheusQueryLanguage.evaluationInterval', 30),
    (inputs) =>
      matching(inputs, 'conditions[*].conditionPrometheusQueryLanguage.query').flatMap(({ path, value }) => {
        if (typeof value !== 'string') return [];
        const balanced = value.split('(').length === value.split(')').length;
        return value.trim() === '' || !balanced
          ? fail(path, 'is no PromQL query: it is empty or its parentheses do not match')
          : [];
      }),
    matches(
      'notificationChannels[*]',
      /^projects\/[^/]+\/notificationChannels\/[^/]+$/,
      'projects/{project}/notificationChannels/{id}',
    ),
    (inputs) =>
      has(inputs, 'alertStrategy.notificationRateLimit') &&
      Array.isArray(at(inputs, 'conditions')) &&
      list(inputs, 'conditions').every((_, index) => lacks(inputs, `conditions[${index}].conditionMatchedLog`))
        ? fail('alertStrategy.notificationRateLimit', 'is for log-based alerts (conditionMatchedLog)')
        : [],
  ],
  needs: (inputs, scope) =>
    list(inputs, 'notificationChannels').flatMap((_, index) =>
      needing([`notificationChannels[${index}]`, CHANNEL])(inputs, scope),
    ),
  computed: (inputs, scope) => ({
    name: `projects/${scope.project(inputs)}/alertPolicies/${digits(text(inputs, 'displayName') ?? '', 19)}`,
  }),
};

// https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.notificationChannelDescriptors
const LABELS_OF_CHANNEL: Readonly<Record<string, readonly string[]>> = {
  email: ['email_address'],
  pubsub: ['topic'],
  slack: ['channel_name'],
  pagerduty: [],
  sms: ['number'],
  webhook_tokenauth: ['url'],
  webhook_basicauth: ['url', 'username'],
  google_chat: ['space'],
};

/** Where alerts go. */
export const channel: Rules = {
  source: [
    'https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.notificationChannels',
    'https://cloud.google.com/monitoring/support/notification-options',
  ],
  id: (inputs, scope) =>
    `projects/${scope.project(inputs)}/notificationChannels/${digits(`${text(inputs, 'displayName') ?? ''} ${text(inputs, 'type') ?? ''}`, 19)}`,
  immutable: ['project'],
  defaults: { enabled: true, forceDelete: false },
  checks: [
    (inputs) => {
      const type = text(inputs, 'type');
      if (type === undefined) return [];
      const wanted = LABELS_OF_CHANNEL[type];
      if (wanted === undefined)
        return fail('type', `unknown channel type "${type}": ${Object.keys(LABELS_OF_CHANNEL).join(', ')}`);
      return at(inputs, 'labels') === UNKNOWN
        ? []
        : wanted.flatMap((label) =>
            lacks(inputs, `labels.${label}`) ? fail(`labels.${label}`, `is required with type ${type}`) : [],
          );
    },
    matches('labels.email_address', /^[^@\s]+@[^@\s]+\.[^@\s]+$/, 'an e-mail address'),
    (inputs) =>
      ['auth_token', 'password', 'service_key'].flatMap((label) =>
        has(inputs, `labels.${label}`) ? fail(`labels.${label}`, 'is a secret: give it in sensitiveLabels') : [],
      ),
  ],
  computed: (inputs, scope) => ({ name: channel.id(inputs, scope), verificationStatus: '' }),
  heldBy: (thing, scope) =>
    thing.properties['forceDelete'] === true
      ? []
      : scope.store
          .list('gcp:monitoring/alertPolicy:AlertPolicy')
          .filter((policy) => list(policy.properties, 'notificationChannels').includes(thing.id))
          .map((policy) => policy.id),
};

function duration(pattern: string, step: number) {
  return (inputs: Parameters<typeof matching>[0] & object) =>
    matching(inputs, pattern).flatMap(({ path, value }) => {
      if (typeof value !== 'string') return [];
      const seconds = /^(\d+)s$/.exec(value)?.[1];
      if (seconds === undefined) return fail(path, `"${value}" is not valid: seconds such as 60s`);
      return Number(seconds) % step === 0 ? [] : fail(path, `must be a multiple of ${step}s, got ${value}`);
    });
}
