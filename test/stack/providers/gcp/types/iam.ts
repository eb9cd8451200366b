import type { ValueObject } from '../../shared/values';
import { fail, has, list, matches, on, text, when } from '../checks';
import { idOf, partAfter, relative } from '../references';
import type { Need, Rules, Scope } from '../rules';
import { principals } from './principals';
import { ACCOUNT } from './tokens';

const IAM_DOCS = [
  'https://cloud.google.com/iam/docs/principal-identifiers',
  'terraform-provider-google tpgiamresource/resource_iam_member.go',
];

// What the member of each type is bound to: the input and, where the stand-in knows it, its type.
const HOLDERS: readonly (readonly [input: string, type: string | undefined, api: string | undefined])[] = [
  ['bucket', 'gcp:storage/bucket:Bucket', ''],
  ['serviceAccountId', ACCOUNT, 'iam.googleapis.com'],
  ['secretId', 'gcp:secretmanager/secret:Secret', undefined],
  ['cryptoKeyId', 'gcp:kms/cryptoKey:CryptoKey', undefined],
  ['keyRingId', 'gcp:kms/keyRing:KeyRing', undefined],
  ['repository', 'gcp:artifactregistry/repository:Repository', undefined],
  ['topic', 'gcp:pubsub/topic:Topic', undefined],
  ['subnetwork', 'gcp:compute/subnetwork:Subnetwork', undefined],
  ['attestor', 'gcp:binaryauthorization/attestor:Attestor', undefined],
  ['note', 'gcp:containeranalysis/note:Note', undefined],
  ['project', undefined, 'cloudresourcemanager.googleapis.com'],
];

/** Rules of every `…IAMMember`, `…IamMember`, `…Binding` and `…Policy` type: the right of someone on something. */
export function iamRules(token: string): Rules | undefined {
  const kind = /(?:IAM|Iam|iam|iAM)(Member|Binding|Policy)$/.exec(token)?.[1];
  if (kind === undefined) return undefined;
  const isMember = kind === 'Member';
  return {
    source: IAM_DOCS,
    ...(holderOf(token)?.[2] !== undefined && { api: holderOf(token)?.[2] ?? '' }),
    id: (inputs, scope) =>
      [
        holderId(inputs, scope),
        text(inputs, 'role'),
        isMember ? text(inputs, 'member') : undefined,
        text(inputs, 'condition.title'),
      ]
        .filter((part) => part !== undefined)
        .join('/'),
    immutable: isMember
      ? ['member', 'role', 'condition', ...HOLDERS.map(([input]) => input), 'location', 'region']
      : ['role', 'condition', ...HOLDERS.map(([input]) => input)],
    sets: ['members'],
    checks: [
      matches(
        'role',
        /^(?:roles\/[A-Za-z0-9_.]+|(?:projects|organizations)\/[^/]+\/roles\/[A-Za-z0-9_.]+)$/,
        'roles/NAME, or projects/PROJECT/roles/NAME for a role of your own',
      ),
      ...principals('member'),
      ...principals('members[*]'),
      when(
        (inputs) => has(inputs, 'condition'),
        (inputs) =>
          /^roles\/(?:owner|editor|viewer)$/.test(text(inputs, 'role') ?? '')
            ? fail('condition', 'basic roles take no condition')
            : [],
      ),
      when(
        (inputs) => text(inputs, 'role') === 'roles/owner' && token.startsWith('gcp:projects'),
        (inputs) =>
          /^(?:allUsers|allAuthenticatedUsers)$/.test(text(inputs, 'member') ?? '')
            ? fail('member', 'nobody in general may own a project')
            : [],
      ),
    ],
    needs: (inputs, scope) => [...holderNeeds(inputs, scope), ...memberNeeds(inputs)],
    refusesCreate: (inputs, scope) => poolMissing(inputs, scope),
  };
}

function holderOf(token: string) {
  if (token.startsWith('gcp:projects/')) return HOLDERS.find(([input]) => input === 'project');
  if (token.startsWith('gcp:serviceaccount/')) return HOLDERS.find(([input]) => input === 'serviceAccountId');
  return token.startsWith('gcp:storage/') ? HOLDERS.find(([input]) => input === 'bucket') : undefined;
}

function holderId(inputs: ValueObject, scope: Scope): string {
  const [input, type] = HOLDERS.find(([name]) => has(inputs, name)) ?? [];
  const reference = input === undefined ? undefined : text(inputs, input);
  if (reference === undefined) return scope.project(inputs);
  return type === undefined
    ? relative(reference)
    : type === 'gcp:storage/bucket:Bucket'
      ? `b/${reference.replace(/^b\//, '')}`
      : idOf(type, reference, inputs, scope);
}

function holderNeeds(inputs: ValueObject, scope: Scope): Need[] {
  const [input, type] = HOLDERS.find(([name]) => has(inputs, name)) ?? [];
  const reference = input === undefined ? undefined : text(inputs, input);
  if (input === undefined || type === undefined || reference === undefined) return [];
  const id = idOf(type, reference, inputs, scope);
  // The account of a service, such as the default compute account, is Google's.
  return type === ACCOUNT && !isOwnAccount(id) ? [] : [{ type, id, path: input }];
}

function memberNeeds(inputs: ValueObject): Need[] {
  const members = [text(inputs, 'member'), ...list(inputs, 'members')].filter((member) => typeof member === 'string');
  return members.flatMap((member) => {
    const email = /^serviceAccount:([^@]+@([a-z0-9-]+)\.iam\.gserviceaccount\.com)$/.exec(member);
    if (email === null || !isOwnAccount(email[1] ?? '')) return [];
    const id = `projects/${email[2]}/serviceAccounts/${email[1]}`;
    return [{ type: ACCOUNT, id, path: 'member' }];
  });
}

/** Accounts that people make are NAME@PROJECT; those of services are service-NUMBER@gcp-sa-… and the like. */
function isOwnAccount(reference: string): boolean {
  return (
    /@[a-z0-9-]+\.iam\.gserviceaccount\.com$/.test(reference) &&
    !/@gcp-sa-|\/?service-\d+@|^\d+@/.test(reference) &&
    !/@(?:system|cloudservices|container-engine-robot|compute-system|cloud-redis|cloud-filer)\./.test(reference)
  );
}

// "Identity Pool does not exist": the pool of a project comes with its first cluster that has Workload Identity.
function poolMissing(inputs: ValueObject, scope: Scope): string | undefined {
  const members = [text(inputs, 'member'), ...list(inputs, 'members')].filter((member) => typeof member === 'string');
  const pool = members
    .map((member) => /(?:^serviceAccount:|\/)([a-z][a-z0-9:.-]*\.svc\.id\.goog)/.exec(member)?.[1])
    .find((found) => found !== undefined);
  if (pool === undefined) return undefined;
  const clusters = scope.store.list('gcp:container/cluster:Cluster');
  const there = clusters.some(
    (cluster) =>
      text(cluster.properties, 'workloadIdentityConfig.workloadPool') === pool ||
      (on(cluster.properties, 'enableAutopilot') && pool === `${partAfter(cluster.id, 'projects') ?? ''}.svc.id.goog`),
  );
  return there
    ? undefined
    : `googleapi: Error 400: Identity Pool does not exist (${pool}). Please check that you specified a valid resource name as returned in the \`name\` attribute in the configuration API., badRequest`;
}
