import { fail, list, matches, text } from '../checks';
import type { Rules } from '../rules';
import { principals } from './principals';

/** Which accesses a project's audit log keeps. */
export const auditConfig: Rules = {
  source: [
    'https://cloud.google.com/logging/docs/audit/configure-data-access',
    'terraform-provider-google tpgiamresource/resource_iam_audit_config.go',
  ],
  api: 'cloudresourcemanager.googleapis.com',
  id: (inputs) => `${text(inputs, 'project') ?? ''}/audit_config/${text(inputs, 'service') ?? ''}`,
  immutable: ['project', 'service'],
  enums: { 'auditLogConfigs[*].logType': ['DATA_READ', 'DATA_WRITE', 'ADMIN_READ'] },
  sets: ['auditLogConfigs'],
  checks: [
    (inputs) =>
      list(inputs, 'auditLogConfigs').length === 0 && Array.isArray(inputs['auditLogConfigs'])
        ? fail('auditLogConfigs', 'must have at least one entry')
        : [],
    matches(
      'service',
      /^(?:allServices|[a-z0-9.-]+\.googleapis\.com)$/,
      'allServices or a service such as storage.googleapis.com',
    ),
    ...principals('auditLogConfigs[*].exemptedMembers[*]'),
  ],
};
