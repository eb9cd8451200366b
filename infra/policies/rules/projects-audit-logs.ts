import type { StackRule } from '../judge/rule';
import { gcp } from '../judge/types';
import { at, items, later } from '../judge/value';

const wanted = ['ADMIN_READ', 'DATA_WRITE'];

export const rule: StackRule = {
  name: 'projects-audit-logs',
  description: 'Keep logs of who wrote what in the project of the cluster',
  level: 'mandatory',
  source: 'CIS GKE 5.7.2, CIS GCP 2.1',
  judgeStack: (resources) => {
    const kept = resources
      .filter(({ type, props }) => type === gcp.auditConfig && at(props, 'service') === 'allServices')
      .flatMap(({ props }) => items(at(props, 'auditLogConfigs')).map((config) => at(config, 'logType')));
    const missing = wanted.filter((type) => !kept.includes(type) && !kept.includes(later));
    return missing.length === 0
      ? []
      : resources
          .filter(({ type }) => type === gcp.cluster)
          .map((resource) => ({
            resource,
            path: 'project',
            fault: `has no projects.IAMAuditConfig of service allServices for ${missing.join(' and ')}: add it`,
          }));
  },
};
