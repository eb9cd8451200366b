import { placeOf, type Target } from './place';
import { grants, textAt } from './shown';
import type { Command, Step } from './step';

/** What a workflow of GitHub may do in the project: look at everything but the values of secrets. */
const viewerRoles = ['roles/viewer', 'roles/iam.securityReviewer', 'roles/cloudkms.publicKeyViewer'] as const;

/** Cloud Build's connection to GitHub, and the identity by which workflows of one repository and environment preview. */
export function githubSteps(target: Target, repository: string, projectNumber: string): Step[] {
  return [...connectionSteps(target, projectNumber), ...workflowSteps(target, repository, projectNumber)];
}

function connectionSteps({ project, region, ...target }: Target, projectNumber: string): Step[] {
  const { connection } = placeOf({ project, region, ...target });
  const agent = `serviceAccount:service-${projectNumber}@gcp-sa-cloudbuild.iam.gserviceaccount.com`;
  const where = [`--region=${region}`, `--project=${project}`];
  const describe = ['builds', 'connections', 'describe', connection, ...where, '--format=json'];
  return [
    {
      id: 'build-agent',
      describe: 'Cloud Build may keep its token for GitHub in Secret Manager',
      check: ['projects', 'get-iam-policy', project, '--format=json'],
      isThere: (shown) => grants(shown, 'roles/secretmanager.admin', agent),
      apply: [
        ['beta', 'services', 'identity', 'create', '--service=cloudbuild.googleapis.com', `--project=${project}`],
        grantOnProject(project, 'roles/secretmanager.admin', agent),
      ],
    },
    {
      id: 'connection',
      describe: `Connection ${connection} of Cloud Build to GitHub`,
      check: describe,
      isThere: (shown) => textAt(shown, 'name') !== undefined,
      apply: [['builds', 'connections', 'create', 'github', connection, ...where]],
    },
    {
      id: 'consent',
      describe: 'Consent to the connection on GitHub',
      check: describe,
      isThere: (shown) => textAt(shown, 'installationState', 'stage') === 'COMPLETE',
      apply: [],
      byHand: (shown) =>
        `open ${textAt(shown, 'installationState', 'actionUri') ?? `https://console.cloud.google.com/cloud-build/repositories/2nd-gen?project=${project}`} and consent, then run this again`,
    },
  ];
}

function workflowSteps(target: Target, repository: string, projectNumber: string): Step[] {
  const { project, region, environment } = target;
  const { pool, account, accountEmail, bucket, keyRing, key } = placeOf(target);
  const global = ['--location=global', `--project=${project}`];
  const provider = [pool, `--workload-identity-pool=${pool}`, ...global];
  const condition = `assertion.repository=='${repository}'`;
  const member = `serviceAccount:${accountEmail}`;
  const subject = `repo:${repository}:environment:${environment}`;
  const workflow = `principal://iam.googleapis.com/projects/${projectNumber}/locations/global/workloadIdentityPools/${pool}/subject/${subject}`;
  const onKey = [key, `--keyring=${keyRing}`, `--location=${region}`, `--project=${project}`];
  const pools = ['iam', 'workload-identity-pools'];
  return [
    {
      id: 'identity-pool',
      describe: `Workload identity pool ${pool}`,
      check: [...pools, 'describe', pool, ...global, '--format=json'],
      isThere: (shown) => textAt(shown, 'state') === 'ACTIVE',
      apply: [[...pools, 'create', pool, ...global, '--display-name=GitHub']],
    },
    {
      id: 'identity-provider',
      describe: `Tokens of GitHub for ${repository} alone`,
      check: [...pools, 'providers', 'describe', ...provider, '--format=json'],
      isThere: (shown) => textAt(shown, 'attributeCondition') === condition,
      apply: [
        [
          ...pools,
          'providers',
          'create-oidc',
          ...provider,
          '--issuer-uri=https://token.actions.githubusercontent.com',
          '--attribute-mapping=google.subject=assertion.sub',
          `--attribute-condition=${condition}`,
        ],
      ],
    },
    {
      id: 'account',
      describe: `Service account ${account}`,
      check: ['iam', 'service-accounts', 'describe', accountEmail, `--project=${project}`, '--format=json'],
      isThere: (shown) => textAt(shown, 'email') === accountEmail,
      apply: [
        ['iam', 'service-accounts', 'create', account, `--project=${project}`, '--display-name=Previews on GitHub'],
      ],
    },
    granted(
      'account-user',
      `Jobs of ${repository} in the GitHub environment ${environment} act as it`,
      ['iam', 'service-accounts'],
      [accountEmail, `--project=${project}`],
      [['roles/iam.workloadIdentityUser', workflow]],
      true,
    ),
    granted(
      'account-roles',
      'It looks at the project',
      ['projects'],
      [project],
      viewerRoles.map((role) => [role, member]),
      true,
    ),
    granted(
      'account-state',
      'It reads the state',
      ['storage', 'buckets'],
      [`gs://${bucket}`, `--project=${project}`],
      [['roles/storage.objectViewer', member]],
    ),
    granted('account-key', "It opens the stack's secrets", ['kms', 'keys'], onKey, [
      ['roles/cloudkms.cryptoKeyDecrypter', member],
    ]),
  ];
}

/** A step that gives roles on a thing. `plain` says so where gcloud would ask whether a condition is wanted. */
function granted(
  id: string,
  describe: string,
  group: Command,
  thing: Command,
  roles: readonly (readonly [role: string, member: string])[],
  plain = false,
): Step {
  return {
    id,
    describe: `${describe} (${roles.map(([role]) => role).join(', ')})`,
    check: [...group, 'get-iam-policy', ...thing, '--format=json'],
    isThere: (shown) => roles.every(([role, member]) => grants(shown, role, member)),
    apply: roles.map(([role, member]) => [
      ...group,
      'add-iam-policy-binding',
      ...thing,
      `--role=${role}`,
      `--member=${member}`,
      ...(plain ? ['--condition=None'] : []),
    ]),
  };
}

function grantOnProject(project: string, role: string, member: string): Command {
  return ['projects', 'add-iam-policy-binding', project, `--role=${role}`, `--member=${member}`, '--condition=None'];
}
