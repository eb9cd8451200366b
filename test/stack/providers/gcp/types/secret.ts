import { at } from '../../shared/values';
import { lacks, isEmpty, conflicts, exactlyOne, fail, has, labels, list, matches, text, seconds } from '../checks';
import { isRegion } from '../places';
import { idOf, lastOf, needing } from '../references';
import type { Rules } from '../rules';
import { SECRET, SECRET_VERSION } from './tokens';

/** Secrets of Secret Manager. */
export const secret: Rules = {
  source: [
    'https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets',
    'magic-modules mmv1/products/secretmanager/Secret.yaml',
  ],
  nameProperty: 'secretId',
  id: (inputs, scope) => idOf(SECRET, text(inputs, 'secretId') ?? '', inputs, scope),
  immutable: ['secretId', 'project', 'replication', 'tags'],
  defaults: { deletionProtection: false },
  checks: [
    matches('secretId', /^[A-Za-z0-9_-]{1,255}$/, '1 to 255 letters, digits, hyphens and underscores'),
    labels('labels'),
    (inputs) =>
      typeof at(inputs, 'replication') === 'object'
        ? exactlyOne('replication.auto', 'replication.userManaged')(inputs)
        : [],
    conflicts('expireTime', 'ttl'),
    matches('ttl', /^\d+(?:\.\d+)?s$/, 'seconds such as 3600s'),
    matches('versionDestroyTtl', /^\d+(?:\.\d+)?s$/, 'seconds such as 86400s'),
    seconds('rotation.rotationPeriod', 3600, 3_153_600_000, 'from 3600s (an hour) to 3153600000s (100 years)'),
    // "rotation: topics must be set to configure rotation", and the next time with a period.
    (inputs) =>
      has(inputs, 'rotation') && isEmpty(inputs, 'topics') ? fail('topics', 'is required with rotation') : [],
    (inputs) =>
      has(inputs, 'rotation.rotationPeriod') && lacks(inputs, 'rotation.nextRotationTime')
        ? fail('rotation.nextRotationTime', 'is required with rotationPeriod')
        : [],
    (inputs) =>
      list(inputs, 'replication.userManaged.replicas').flatMap((_, index) => {
        const place = text(inputs, `replication.userManaged.replicas[${index}].location`);
        return place === undefined || isRegion(place)
          ? []
          : fail(`replication.userManaged.replicas[${index}].location`, `unknown region "${place}"`);
      }),
    matches('topics[*].name', /^projects\/[^/]+\/topics\/[^/]+$/, 'projects/{project}/topics/{topic}'),
  ],
  needs: (inputs, scope) =>
    list(inputs, 'topics').flatMap((_, index) =>
      needing([`topics[${index}].name`, 'gcp:pubsub/topic:Topic'])(inputs, scope),
    ),
  computed: (inputs, scope) => ({
    name: `projects/${scope.numberOf(scope.project(inputs))}/secrets/${text(inputs, 'secretId') ?? ''}`,
  }),
};

/** Versions of a secret. */
export const secretVersion: Rules = {
  source: [
    'https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions',
    'magic-modules mmv1/products/secretmanager/SecretVersion.yaml',
  ],
  // Versions are numbered; what makes two the same is the secret and the order.
  id: (inputs, scope) => {
    const owner = idOf(SECRET, text(inputs, 'secret') ?? '', inputs, scope);
    return `${owner}/versions/${scope.store.list(SECRET_VERSION).filter((thing) => thing.id.startsWith(`${owner}/`)).length + 1}`;
  },
  fixed: ['name', 'version'],
  immutable: ['secret', 'secretData', 'secretDataWoVersion', 'isSecretDataBase64'],
  defaults: { enabled: true, isSecretDataBase64: false },
  enums: { deletionPolicy: ['DELETE', 'DISABLE', 'ABANDON', 'PREVENT'] },
  checks: [
    exactlyOne('secretData', 'secretDataWo'),
    (inputs) =>
      has(inputs, 'secretDataWo') && lacks(inputs, 'secretDataWoVersion')
        ? fail('secretDataWoVersion', 'is required with secretDataWo')
        : [],
    (inputs) => (text(inputs, 'secretData') === '' ? fail('secretData', 'must not be empty') : []),
  ],
  needs: (inputs, scope) => needing(['secret', SECRET])(inputs, scope),
  computed: (inputs, scope) => {
    const owner = idOf(SECRET, text(inputs, 'secret') ?? '', inputs, scope);
    const number = scope.store.list(SECRET_VERSION).filter((thing) => thing.id.startsWith(`${owner}/`)).length + 1;
    return {
      name: `projects/${scope.numberOf(scope.project(inputs))}/secrets/${lastOf(owner)}/versions/${number}`,
      version: String(number),
    };
  },
};
