import type { StackRule } from '../judge/rule';
import { gcp } from '../judge/types';

export const rule: StackRule = {
  name: 'gkebackup-plan-for-cluster',
  description: 'Back the cluster’s objects and volumes up',
  level: 'mandatory',
  source: 'Agent Factory',
  environments: ['prod'],
  judgeStack: (resources) =>
    resources.some(({ type }) => type === gcp.backupPlan)
      ? []
      : resources
          .filter(({ type }) => type === gcp.cluster)
          .map((resource) => ({
            resource,
            path: 'addonsConfig.gkeBackupAgentConfig',
            fault: 'is of no use without a plan: add gkebackup.BackupPlan',
          })),
};
