import type { ValueObject } from '../../shared/values';
import { matches, text } from '../checks';
import type { Rules, Scope } from '../rules';
import { digits } from '../scope';

/** Service accounts. */
export const serviceAccount: Rules = {
  source: [
    'https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/create',
    'terraform-provider-google resource_google_service_account.go',
  ],
  nameProperty: 'accountId',
  id: (inputs, scope) => `projects/${scope.project(inputs)}/serviceAccounts/${emailOf(inputs, scope)}`,
  immutable: ['accountId', 'project'],
  checks: [
    matches(
      'accountId',
      /^[a-z](?:[-a-z0-9]{4,28}[a-z0-9])$/,
      '6 to 30 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen',
    ),
    matches('displayName', /^[\s\S]{0,100}$/, 'at most 100 characters'),
    matches('description', /^[\s\S]{0,256}$/, 'at most 256 characters'),
  ],
  computed: (inputs, scope) => {
    const email = emailOf(inputs, scope);
    return {
      email,
      member: `serviceAccount:${email}`,
      name: `projects/${scope.project(inputs)}/serviceAccounts/${email}`,
      uniqueId: digits(email, 21),
    };
  },
};

function emailOf(inputs: ValueObject, scope: Scope): string {
  return `${text(inputs, 'accountId') ?? ''}@${scope.project(inputs)}.iam.gserviceaccount.com`;
}
