/**
 * IAM member of the pods of one Kubernetes ServiceAccount, without any Google service account between
 * (cloud.google.com/kubernetes-engine/docs/concepts/workload-identity).
 */
export function workloadPrincipal(
  projectNumber: string,
  workloadPool: string,
  namespace: string,
  serviceAccount: string,
): string {
  return `principal://iam.googleapis.com/projects/${projectNumber}/locations/global/workloadIdentityPools/${workloadPool}/subject/ns/${namespace}/sa/${serviceAccount}`;
}

/** Roles that give whole projects away. No component grants one. */
const basicRoles = ['roles/owner', 'roles/editor', 'roles/viewer'];

/** The roles, when none of them is a basic one. Throws with the basic one. */
export function narrowRoles(roles: readonly string[], path: string): readonly string[] {
  const basic = roles.find((role) => basicRoles.includes(role));
  if (basic !== undefined) throw new Error(`[${path}] holds ${basic}: name a role for the one thing that is needed`);
  return roles;
}
