import type { Rules } from '../rules';
import { auditConfig } from './auditConfig';
import { projectService } from './projectService';
import { serviceAccount } from './serviceAccount';
import { ACCOUNT, SERVICE } from './tokens';

/** Accounts, services and audit, by token. */
export const identityRules: Readonly<Record<string, Rules>> = {
  [ACCOUNT]: serviceAccount,
  [SERVICE]: projectService,
  'gcp:projects/iAMAuditConfig:IAMAuditConfig': auditConfig,
};
