import { fail, matches, text } from '../checks';
import type { Rules } from '../rules';

// https://cloud.google.com/service-usage/docs/reference/rest/v1/services; each one that a program names must be spelt as it is.
/** Services (APIs) that a project has enabled. */
export const projectService: Rules = {
  source: [
    'https://cloud.google.com/service-usage/docs/reference/rest/v1/services',
    'terraform-provider-google resource_google_project_service.go',
  ],
  api: '',
  id: (inputs, scope) => `${scope.project(inputs)}/${text(inputs, 'service') ?? ''}`,
  immutable: ['project', 'service'],
  defaults: { disableOnDestroy: false, checkIfServiceHasUsageOnDestroy: false },
  checks: [
    matches('service', /^[a-z][a-z0-9.-]+\.googleapis\.com$/, 'the name of a service such as container.googleapis.com'),
    (inputs) => {
      const value = text(inputs, 'service');
      // The provider refuses these by name and says what to give instead (ignoredProjectServices, bannedProjectServices).
      const wrong: Readonly<Record<string, string>> = {
        'bigquery-json.googleapis.com': 'bigquery.googleapis.com',
        'dataproc-control.googleapis.com': '',
        'source.googleapis.com': '',
        'stackdriverprovisioning.googleapis.com': '',
      };
      return value !== undefined && wrong[value] !== undefined
        ? fail('service', `the provider does not manage ${value}`)
        : [];
    },
  ],
};
