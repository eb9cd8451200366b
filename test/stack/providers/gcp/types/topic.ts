import { fail, labels, list, matches, text, seconds } from '../checks';
import { isRegion } from '../places';
import { idOf, needing } from '../references';
import type { Rules } from '../rules';
import { TOPIC } from './tokens';

/** Topics of Pub/Sub. */
export const topic: Rules = {
  source: [
    'https://cloud.google.com/pubsub/docs/pubsub-basics#resource_names',
    'magic-modules mmv1/products/pubsub/Topic.yaml',
  ],
  id: (inputs, scope) => idOf(TOPIC, text(inputs, 'name') ?? '', inputs, scope),
  immutable: ['name', 'project', 'tags'],
  checks: [
    matches(
      'name',
      /^(?!goog)[A-Za-z][A-Za-z0-9._~+%-]{2,254}$/,
      '3 to 255 letters, digits and - _ . ~ + %, beginning with a letter and not with goog',
    ),
    labels('labels'),
    seconds('messageRetentionDuration', 600, 2_678_400, 'from 600s (10 minutes) to 2678400s (31 days)'),
    (inputs) =>
      list(inputs, 'messageStoragePolicy.allowedPersistenceRegions').flatMap((place, index) =>
        typeof place === 'string' && !isRegion(place)
          ? fail(`messageStoragePolicy.allowedPersistenceRegions[${index}]`, `unknown region "${place}"`)
          : [],
      ),
  ],
  needs: needing(['kmsKeyName', 'gcp:kms/cryptoKey:CryptoKey']),
};
