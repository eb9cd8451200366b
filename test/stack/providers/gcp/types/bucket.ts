import { at } from '../../shared/values';
import { isNot, lacks, fail, has, labels, list, matches, on, text, within } from '../checks';
import { isRegion, isZone } from '../places';
import { needing } from '../references';
import type { Rules } from '../rules';

export const BUCKET = 'gcp:storage/bucket:Bucket';

/** Buckets of Cloud Storage. */
export const bucket: Rules = {
  source: [
    'https://cloud.google.com/storage/docs/buckets#naming',
    'https://cloud.google.com/storage/docs/locations',
    'terraform-provider-google services/storage/resource_storage_bucket.go',
  ],
  id: (inputs) => text(inputs, 'name') ?? '',
  immutable: ['name', 'project', 'location', 'customPlacementConfig', 'enableObjectRetention', 'hierarchicalNamespace'],
  replacesWhen: { 'retentionPolicy.isLocked': (before, after) => before === true && after !== true },
  defaults: { forceDestroy: false, storageClass: 'STANDARD', requesterPays: false, defaultEventBasedHold: false },
  enums: {
    storageClass: ['STANDARD', 'MULTI_REGIONAL', 'REGIONAL', 'NEARLINE', 'COLDLINE', 'ARCHIVE'],
    publicAccessPrevention: ['inherited', 'enforced'],
    rpo: ['DEFAULT', 'ASYNC_TURBO'],
    'lifecycleRules[*].action.type': ['Delete', 'SetStorageClass', 'AbortIncompleteMultipartUpload'],
    'lifecycleRules[*].condition.withState': ['LIVE', 'ARCHIVED', 'ANY', ''],
  },
  checks: [
    matches(
      'name',
      /^[a-z0-9](?:[a-z0-9._-]{1,220}[a-z0-9])$/,
      '3 to 63 lower-case letters, digits, hyphens, underscores and dots, beginning and ending with a letter or digit',
    ),
    (inputs) => {
      const name = text(inputs, 'name');
      if (name === undefined) return [];
      if (!name.includes('.') && name.length > 63)
        return fail('name', `${name.length} characters, at most 63 are allowed`);
      if (/goog/.test(name) && (name.startsWith('goog') || /google|g00gle/.test(name)))
        return fail('name', 'must not begin with "goog" nor contain "google"');
      return /^\d+\.\d+\.\d+\.\d+$/.test(name) || name.includes('..')
        ? fail('name', 'must not look like an IP address nor have two dots in a row')
        : [];
    },
    (inputs) => {
      const place = text(inputs, 'location')?.toLowerCase();
      return place === undefined ||
        isRegion(place) ||
        isZone(place) ||
        /^(?:us|eu|asia|nam4|eur[4578]|asia1|in|ca|au)$/.test(place)
        ? []
        : fail('location', `unknown location "${place}"`);
    },
    labels('labels'),
    matches('retentionPolicy.retentionPeriod', /^\d+$/, 'seconds as text'),
    (inputs) => {
      const seconds = Number(text(inputs, 'retentionPolicy.retentionPeriod') ?? '1');
      return seconds < 1 || seconds > 3155760000
        ? fail('retentionPolicy.retentionPeriod', 'from 1 to 3155760000 seconds (100 years)')
        : [];
    },
    (inputs) =>
      on(inputs, 'versioning.enabled') && has(inputs, 'retentionPolicy')
        ? fail('versioning.enabled', 'cannot be on together with a retentionPolicy')
        : [],
    (inputs) =>
      list(inputs, 'lifecycleRules').flatMap((_, index) => {
        const path = `lifecycleRules[${index}].action`;
        return text(inputs, `${path}.type`) === 'SetStorageClass' && lacks(inputs, `${path}.storageClass`)
          ? fail(`${path}.storageClass`, 'is required with SetStorageClass')
          : [];
      }),
    (inputs) =>
      on(inputs, 'hierarchicalNamespace.enabled') && isNot(inputs, 'uniformBucketLevelAccess', true)
        ? fail('uniformBucketLevelAccess', 'must be true with a hierarchical namespace')
        : [],
    (inputs) =>
      at(inputs, 'softDeletePolicy.retentionDurationSeconds') === 0
        ? []
        : within('softDeletePolicy.retentionDurationSeconds', 604800, 7776000)(inputs),
  ],
  needs: needing(['encryption.defaultKmsKeyName', 'gcp:kms/cryptoKey:CryptoKey']),
  computed: (inputs, scope) => {
    const name = text(inputs, 'name') ?? '';
    return {
      url: `gs://${name}`,
      selfLink: `https://www.googleapis.com/storage/v1/b/${name}`,
      projectNumber: Number(scope.numberOf(scope.project(inputs))),
      publicAccessPrevention: 'inherited',
      uniformBucketLevelAccess: false,
      softDeletePolicy: { effectiveTime: '2026-01-01T00:00:00Z', retentionDurationSeconds: 604800 },
      rpo: 'DEFAULT',
    };
  },
  heldBy: (thing) =>
    list(thing.properties, 'objects').length > 0 && !on(thing.properties, 'forceDestroy')
      ? ['objects in the bucket (forceDestroy is false)']
      : [],
};
