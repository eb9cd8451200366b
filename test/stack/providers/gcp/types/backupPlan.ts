import { at, isObject } from '../../shared/values';
import { conflicts, exactlyOne, fail, labels, matches, name1035, text, within } from '../checks';
import { regionOr } from '../places';
import { relative } from '../references';
import type { Rules } from '../rules';

/** Backup for GKE. */
export const backupPlan: Rules = {
  source: [
    'https://cloud.google.com/kubernetes-engine/docs/add-on/backup-for-gke/reference/rest/v1/projects.locations.backupPlans',
    'magic-modules mmv1/products/gkebackup/BackupPlan.yaml',
  ],
  id: (inputs, scope) =>
    `projects/${scope.project(inputs)}/locations/${text(inputs, 'location') ?? ''}/backupPlans/${text(inputs, 'name') ?? ''}`,
  immutable: ['name', 'project', 'location', 'cluster'],
  checks: [
    name1035('name'),
    regionOr('location'),
    labels('labels'),
    matches(
      'cluster',
      /^(?:https:\/\/container\.googleapis\.com\/v1\/|\/\/[^/]+\/)?projects\/[^/]+\/(?:locations|zones)\/[^/]+\/clusters\/[^/]+$/,
      'the id of the cluster: projects/P/locations/L/clusters/C',
    ),
    (inputs) =>
      isObject(at(inputs, 'backupConfig'))
        ? exactlyOne(
            'backupConfig.allNamespaces',
            'backupConfig.selectedNamespaces',
            'backupConfig.selectedApplications',
            'backupConfig.selectedNamespaceLabels',
          )(inputs)
        : [],
    matches('backupSchedule.cronSchedule', /^\S+ \S+ \S+ \S+ \S+$/, 'five cron fields'),
    conflicts('backupSchedule.cronSchedule', 'backupSchedule.rpoConfig'),
    within('retentionPolicy.backupDeleteLockDays', 0, 90),
    within('retentionPolicy.backupRetainDays', 0, 365),
    (inputs) => {
      const lock = at(inputs, 'retentionPolicy.backupDeleteLockDays');
      const keep = at(inputs, 'retentionPolicy.backupRetainDays');
      return typeof lock === 'number' && typeof keep === 'number' && keep !== 0 && keep < lock
        ? fail('retentionPolicy.backupRetainDays', `${keep} is less than backupDeleteLockDays (${lock})`)
        : [];
    },
  ],
  needs: (inputs) => [
    { type: 'gcp:container/cluster:Cluster', id: relative(text(inputs, 'cluster') ?? ''), path: 'cluster' },
  ],
  computed: () => ({ state: 'READY', deactivated: false, protectedPodCount: 0 }),
};
