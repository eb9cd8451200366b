import { githubSteps } from './github';
import { placeOf, type Target } from './place';
import { serviceNames, textAt } from './shown';
import type { Step } from './step';

/** APIs without which the first `pulumi up` cannot begin: those of the state and of its key, and those that turn on the others. */
export const firstServices: readonly string[] = [
  'cloudkms.googleapis.com',
  'cloudresourcemanager.googleapis.com',
  'iam.googleapis.com',
  'serviceusage.googleapis.com',
  'storage.googleapis.com',
];

const pipelineServices: readonly string[] = [
  'cloudbuild.googleapis.com',
  'iamcredentials.googleapis.com',
  'secretmanager.googleapis.com',
  'sts.googleapis.com',
];

/** What must be there before the first `pulumi up`, in order. `projectNumber` is in the names of Google's own accounts. */
export function bootstrapPlan(target: Target, projectNumber: string): Step[] {
  return [
    ...projectSteps(target),
    ...stateSteps(target),
    ...(target.github === undefined ? [] : githubSteps(target, target.github, projectNumber)),
  ];
}

function projectSteps({ project, github }: Target): Step[] {
  const services = [...firstServices, ...(github === undefined ? [] : pipelineServices)];
  return [
    {
      id: 'project',
      describe: `Project ${project}`,
      check: ['projects', 'describe', project, '--format=json'],
      isThere: (shown) => textAt(shown, 'lifecycleState') === 'ACTIVE',
      apply: [],
      byHand: () => `make the project ${project}: https://console.cloud.google.com/projectcreate`,
      first: true,
    },
    {
      id: 'billing',
      describe: 'A billing account that pays for it',
      check: ['billing', 'projects', 'describe', project, '--format=json'],
      isThere: (shown) =>
        textAt(shown, 'billingAccountName') !== undefined && textAt(shown, 'billingAccountName') !== '',
      apply: [],
      byHand: () => `link one: https://console.cloud.google.com/billing/linkedaccount?project=${project}`,
      first: true,
    },
    {
      id: 'services',
      describe: `APIs: ${services.map((service) => service.split('.')[0]).join(', ')}`,
      check: ['services', 'list', '--enabled', `--project=${project}`, '--format=json'],
      isThere: (shown) => services.every((service) => serviceNames(shown).includes(service)),
      apply: [['services', 'enable', ...services, `--project=${project}`]],
    },
  ];
}

function stateSteps(target: Target): Step[] {
  const { project, region } = target;
  const { bucket, keyRing, key } = placeOf(target);
  const ofProject = `--project=${project}`;
  const where = [`--location=${region}`, ofProject];
  const describeBucket = ['storage', 'buckets', 'describe', `gs://${bucket}`, ofProject, '--format=json'];
  const rotated = ['--purpose=encryption', '--rotation-period=90d', '--next-rotation-time=p90d'];
  const guards = ['--uniform-bucket-level-access', '--public-access-prevention'];
  return [
    {
      id: 'state-bucket',
      describe: `Bucket of the state: gs://${bucket} in ${region}`,
      check: describeBucket,
      isThere: (shown) => textAt(shown, 'name') === bucket,
      apply: [['storage', 'buckets', 'create', `gs://${bucket}`, ...where, ...guards]],
    },
    {
      id: 'state-versions',
      describe: 'Earlier versions of the state are kept, and nobody can make it public',
      check: describeBucket,
      isThere: isGuarded,
      apply: [['storage', 'buckets', 'update', `gs://${bucket}`, '--versioning', ...guards, ofProject]],
    },
    {
      id: 'key-ring',
      describe: `Key ring ${keyRing} in ${region}`,
      check: ['kms', 'keyrings', 'describe', keyRing, ...where, '--format=json'],
      isThere: (shown) => textAt(shown, 'name') !== undefined,
      apply: [['kms', 'keyrings', 'create', keyRing, ...where]],
    },
    {
      id: 'key',
      describe: `Key ${key} of the stack's secrets, with a new version every 90 days`,
      check: ['kms', 'keys', 'describe', key, `--keyring=${keyRing}`, ...where, '--format=json'],
      isThere: (shown) => textAt(shown, 'primary', 'state') === 'ENABLED',
      apply: [['kms', 'keys', 'create', key, `--keyring=${keyRing}`, ...where, ...rotated]],
    },
  ];
}

function isGuarded(shown: unknown): boolean {
  if (typeof shown !== 'object' || shown === null) return false;
  const bucket = shown as Record<string, unknown>; // any object has string keys
  return (
    bucket['versioning_enabled'] === true &&
    bucket['uniform_bucket_level_access'] === true &&
    bucket['public_access_prevention'] === 'enforced'
  );
}
