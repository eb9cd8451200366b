import type { Failure } from '../shared/provider';
import { UNKNOWN, type Marked } from '../shared/values';
import { nearest } from '../shared/schema/suggest';

// What a person sets most; endpoints of single services end in CustomEndpoint.
const KEYS = [
  'project',
  'region',
  'zone',
  'credentials',
  'accessToken',
  'impersonateServiceAccount',
  'billingProject',
  'userProjectOverride',
  'defaultLabels',
  'addPulumiAttributionLabel',
  'disableGooglePartnerName',
  'googlePartnerName',
  'requestReason',
  'requestTimeout',
  'scopes',
  'batching',
  'universeDomain',
  'terraformAttributionLabelAdditionStrategy',
  'pulumiAttributionLabelAdditionStrategy',
  'impersonateServiceAccountDelegates',
  'skipRegionValidation',
  'version',
  'externalCredentials',
  'disableGlobalProjectWarning',
  'pollInterval',
];

/** Refuses configuration keys that the provider does not have, and a project id that none can have. */
export function checkConfig(news: Marked): Failure[] {
  return Object.entries(news.value).flatMap(([key, value]) => {
    if (!KEYS.includes(key) && !key.endsWith('CustomEndpoint')) {
      const near = nearest(key, KEYS);
      return [
        { property: key, reason: `is no key of this provider${near === undefined ? '' : `; did you mean "${near}"?`}` },
      ];
    }
    if (key !== 'project' || typeof value !== 'string' || value === '' || (value as unknown) === UNKNOWN) return [];
    // https://cloud.google.com/resource-manager/docs/creating-managing-projects#before_you_begin
    const fits = /^(?:[a-z][a-z0-9.-]{0,61}:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(value);
    return fits
      ? []
      : [{ property: key, reason: `"${value}" is no project id: 6 to 30 lower-case letters, digits and hyphens` }];
  });
}
