/** Roles in the project of the account that previews: it reads, and logs. */
export const previewerRoles: readonly string[] = [
  'roles/logging.logWriter',
  'roles/browser',
  'roles/container.viewer',
  'roles/cloudkms.publicKeyViewer',
];

/** Roles in the project of the account that releases. What it writes to is granted by name: registry, bucket, topic, key. */
export const builderRoles: readonly string[] = [
  'roles/logging.logWriter',
  'roles/ondemandscanning.admin',
  'roles/containeranalysis.occurrences.editor',
];

/** Roles in the project of the account that deploys: one for each kind of thing that the program makes, and none for all of it. */
export const deployerRoles: readonly string[] = [
  'roles/logging.logWriter',
  'roles/browser',
  'roles/artifactregistry.admin',
  'roles/binaryauthorization.attestorsAdmin',
  'roles/binaryauthorization.policyEditor',
  'roles/certificatemanager.editor',
  'roles/cloudbuild.builds.editor',
  'roles/cloudbuild.connectionAdmin',
  'roles/cloudkms.admin',
  'roles/cloudkms.publicKeyViewer',
  'roles/cloudsql.admin',
  'roles/compute.networkAdmin',
  'roles/compute.securityAdmin',
  'roles/compute.storageAdmin',
  'roles/container.admin',
  'roles/containeranalysis.notes.editor',
  'roles/file.editor',
  'roles/gkebackup.admin',
  'roles/iam.serviceAccountAdmin',
  'roles/iam.serviceAccountUser',
  'roles/memorystore.admin',
  'roles/monitoring.editor',
  'roles/networkconnectivity.consumerNetworkAdmin',
  'roles/pubsub.admin',
  'roles/redis.admin',
  'roles/secretmanager.admin',
  'roles/serviceusage.serviceUsageAdmin',
  'roles/storage.admin',
];

/**
 * Project roles that the account that deploys may grant or take away: those of workloads. Its own and those of the other accounts of the
 * pipeline are not among them: a person changes what the pipeline may do.
 */
export const grantableRoles: readonly string[] = [
  'roles/aiplatform.user',
  'roles/cloudsql.client',
  'roles/cloudsql.instanceUser',
  'roles/container.defaultNodeServiceAccount',
  'roles/memorystore.dbConnectionUser',
  'roles/monitoring.viewer',
];

/** Condition under which an account may change the project's policy: these roles and no others. */
export function mayGrantOnly(roles: readonly string[]): string {
  const list = roles.map((role) => `'${role}'`).join(', ');
  return `api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly([${list}])`;
}
