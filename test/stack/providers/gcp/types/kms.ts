import { lacks, fail, has, labels, matches, text } from '../checks';
import { isRegion } from '../places';
import { idOf, relative } from '../references';
import type { Rules } from '../rules';
import { KEY_RING } from './tokens';

/** Key rings of Cloud KMS. */
export const keyRing: Rules = {
  source: [
    'https://cloud.google.com/kms/docs/reference/rest/v1/projects.locations.keyRings',
    'https://cloud.google.com/kms/docs/locations',
  ],
  id: (inputs, scope) => idOf(KEY_RING, text(inputs, 'name') ?? '', inputs, scope),
  immutable: ['name', 'project', 'location'],
  checks: [
    matches('name', /^[A-Za-z0-9_-]{1,63}$/, '1 to 63 letters, digits, hyphens and underscores'),
    (inputs) => {
      const place = text(inputs, 'location');
      return place === undefined ||
        isRegion(place) ||
        /^(?:global|us|europe|asia\d?|eur\d|nam\d+|in|ca|au|de|it)$/.test(place)
        ? []
        : fail('location', `unknown location "${place}"`);
    },
  ],
  // Key rings and keys cannot be deleted, so that their names cannot be used again.
  undeletable: true,
};

/** Keys of Cloud KMS. */
export const cryptoKey: Rules = {
  source: [
    'https://cloud.google.com/kms/docs/reference/rest/v1/projects.locations.keyRings.cryptoKeys',
    'magic-modules mmv1/products/kms/CryptoKey.yaml',
  ],
  id: (inputs, scope) =>
    `${idOf(KEY_RING, text(inputs, 'keyRing') ?? '', inputs, scope)}/cryptoKeys/${text(inputs, 'name') ?? ''}`,
  immutable: [
    'name',
    'keyRing',
    'purpose',
    'importOnly',
    'skipInitialVersionCreation',
    'destroyScheduledDuration',
    'cryptoKeyBackend',
    'versionTemplate.protectionLevel',
  ],
  defaults: { purpose: 'ENCRYPT_DECRYPT' },
  enums: {
    purpose: [
      'ENCRYPT_DECRYPT',
      'ASYMMETRIC_SIGN',
      'ASYMMETRIC_DECRYPT',
      'MAC',
      'RAW_ENCRYPT_DECRYPT',
      'KEY_ENCAPSULATION',
    ],
    'versionTemplate.protectionLevel': ['SOFTWARE', 'HSM', 'EXTERNAL', 'EXTERNAL_VPC', 'HSM_SINGLE_TENANT'],
  },
  checks: [
    matches('name', /^[A-Za-z0-9_-]{1,63}$/, '1 to 63 letters, digits, hyphens and underscores'),
    labels('labels'),
    matches('rotationPeriod', /^\d+(?:\.\d{1,9})?s$/, 'seconds such as 7776000s'),
    (inputs) => {
      const period = /^(\d+)(?:\.\d+)?s$/.exec(text(inputs, 'rotationPeriod') ?? '')?.[1];
      if (period === undefined) return [];
      if (Number(period) < 86400) return fail('rotationPeriod', 'must be at least 86400s (a day)');
      return has(inputs, 'purpose') &&
        text(inputs, 'purpose') !== 'ENCRYPT_DECRYPT' &&
        text(inputs, 'purpose') !== undefined
        ? fail('rotationPeriod', 'only keys of purpose ENCRYPT_DECRYPT rotate by themselves')
        : [];
    },
    matches(
      'keyRing',
      /^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+$/,
      'the id of a key ring: projects/P/locations/L/keyRings/R',
    ),
    (inputs) =>
      /^ASYMMETRIC|^MAC/.test(text(inputs, 'purpose') ?? '') && lacks(inputs, 'versionTemplate')
        ? fail('versionTemplate', 'is required with this purpose: it names the algorithm')
        : [],
  ],
  needs: (inputs, scope) => [
    { type: KEY_RING, id: idOf(KEY_RING, text(inputs, 'keyRing') ?? '', inputs, scope), path: 'keyRing' },
  ],
  computed: (inputs) => ({
    destroyScheduledDuration: '2592000s',
    importOnly: false,
    versionTemplate: { algorithm: 'GOOGLE_SYMMETRIC_ENCRYPTION', protectionLevel: 'SOFTWARE' },
    primaries: [
      {
        name: `${relative(text(inputs, 'keyRing') ?? '')}/cryptoKeys/${text(inputs, 'name') ?? ''}/cryptoKeyVersions/1`,
        state: 'ENABLED',
      },
    ],
  }),
  undeletable: true,
};
