import { change, type Change, type Props, type ResourceExample } from './example';

const grant = (rule: string, good: readonly [Props, ...Props[]], ...bad: Change[]): ResourceExample => ({
  rule: `iam-grant-${rule}`,
  type: 'gcp:projects/iAMMember:IAMMember',
  good,
  bad,
});
const one = { role: 'roles/redis.viewer', member: 'principal://iam.googleapis.com/projects/1/…/subject/ns/a/sa/b' };
const several = { role: 'roles/redis.viewer', members: [one.member, 'group:ops@example.com'] };
const set =
  'principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p.svc.id.goog/namespace/a';

const sql: Props = {
  deletionProtection: true,
  settings: {
    deletionProtectionEnabled: true,
    ipConfiguration: { ipv4Enabled: false, sslMode: 'ENCRYPTED_ONLY' },
    databaseFlags: [{ name: 'cloudsql.iam_authentication', value: 'on' }],
    backupConfiguration: { enabled: true, pointInTimeRecoveryEnabled: true },
  },
};
const sqlType = 'gcp:sql/databaseInstance:DatabaseInstance';
const bucket = { uniformBucketLevelAccess: true, publicAccessPrevention: 'enforced', forceDestroy: false };
const bucketType = 'gcp:storage/bucket:Bucket';
const repository = {
  format: 'DOCKER',
  dockerConfig: { immutableTags: true },
  vulnerabilityScanningConfig: { enablementConfig: 'INHERITED' },
};
const repositoryType = 'gcp:artifactregistry/repository:Repository';
const firewall = { direction: 'INGRESS', allows: [{ protocol: 'tcp' }], sourceRanges: ['35.191.0.0/16'] };

export const cloudExamples: readonly ResourceExample[] = [
  grant(
    'no-basic-roles',
    [one, { role: 'projects/p/roles/narrow', member: one.member }],
    ...['owner', 'editor', 'viewer'].map((role) => change('role', `roles/${role}`)),
  ),
  grant(
    'not-public',
    [one, several],
    change('member', 'allUsers'),
    change('members', [one.member, 'allAuthenticatedUsers']),
  ),
  grant('one-workload', [one, several], change('member', set), change('members', [one.member, set])),
  {
    rule: 'iam-grant-not-authoritative',
    type: 'gcp:projects/iAMBinding:IAMBinding',
    good: [several],
    bad: [],
    always: true,
  },
  { rule: 'iam-serviceaccount-no-keys', type: 'gcp:serviceaccount/key:Key', good: [{}], bad: [], always: true },
  {
    rule: 'sql-instance-private',
    type: sqlType,
    good: [sql],
    bad: [
      change('settings.ipConfiguration.ipv4Enabled', true),
      change('settings.ipConfiguration.ipv4Enabled', undefined),
    ],
  },
  {
    rule: 'sql-instance-encrypted-connections',
    type: sqlType,
    good: [sql, { settings: { ipConfiguration: { sslMode: 'TRUSTED_CLIENT_CERTIFICATE_REQUIRED' } } }],
    bad: [
      change('settings.ipConfiguration.sslMode', 'ALLOW_UNENCRYPTED_AND_ENCRYPTED'),
      change('settings.databaseFlags', []),
      change(['settings', 'databaseFlags', 0, 'value'], 'off'),
    ],
  },
  {
    rule: 'sql-instance-recovery',
    type: sqlType,
    good: [sql],
    bad: [
      change('settings.backupConfiguration', undefined),
      change('settings.backupConfiguration.pointInTimeRecoveryEnabled', false),
    ],
  },
  {
    rule: 'gcp-state-deletion-protection',
    type: sqlType,
    good: [sql],
    bad: [change('deletionProtection', false), change('settings.deletionProtectionEnabled', undefined)],
  },
  {
    rule: 'gcp-state-deletion-protection',
    type: 'gcp:kms/cryptoKey:CryptoKey',
    good: [{ deletionPolicy: 'PREVENT' }],
    bad: [change('deletionPolicy', undefined)],
  },
  {
    rule: 'gcp-state-deletion-protection',
    type: bucketType,
    good: [bucket, {}],
    bad: [change('forceDestroy', true)],
  },
  {
    rule: 'gcp-secret-write-only',
    evenUnknown: true,
    type: 'gcp:secretmanager/secretVersion:SecretVersion',
    good: [{ secretDataWo: 'value', secretDataWoVersion: 1 }],
    bad: [change('secretData', 'value')],
  },
  {
    rule: 'gcp-secret-write-only',
    evenUnknown: true,
    type: sqlType,
    good: [sql],
    bad: [change('rootPassword', 'value')],
  },
  {
    rule: 'gcp-secret-write-only',
    evenUnknown: true,
    type: 'gcp:sql/user:User',
    good: [{ name: 'a' }],
    bad: [change('password', 'value')],
  },
  {
    rule: 'storage-bucket-uniform-access',
    type: bucketType,
    good: [bucket],
    bad: [change('uniformBucketLevelAccess', undefined)],
  },
  {
    rule: 'storage-bucket-not-public',
    type: bucketType,
    good: [bucket],
    bad: [change('publicAccessPrevention', 'inherited'), change('publicAccessPrevention', undefined)],
  },
  {
    rule: 'artifactregistry-repository-scanning',
    type: repositoryType,
    good: [repository, {}],
    bad: [change('vulnerabilityScanningConfig.enablementConfig', 'DISABLED')],
  },
  {
    rule: 'artifactregistry-repository-immutable-tags',
    type: repositoryType,
    good: [repository, { format: 'NPM' }],
    bad: [change('dockerConfig', undefined), change('dockerConfig.immutableTags', false)],
  },
  {
    rule: 'redis-instance-password-and-tls',
    type: 'gcp:redis/instance:Instance',
    good: [{ authEnabled: true, transitEncryptionMode: 'SERVER_AUTHENTICATION' }],
    bad: [change('authEnabled', undefined), change('transitEncryptionMode', 'DISABLED')],
  },
  {
    rule: 'memorystore-instance-iam-and-tls',
    type: 'gcp:memorystore/instance:Instance',
    good: [{ authorizationMode: 'IAM_AUTH', transitEncryptionMode: 'SERVER_AUTHENTICATION' }],
    bad: [change('authorizationMode', 'AUTH_DISABLED'), change('transitEncryptionMode', undefined)],
  },
  {
    rule: 'binaryauthorization-policy-attestation',
    type: 'gcp:binaryauthorization/policy:Policy',
    good: [
      {
        defaultAdmissionRule: {
          evaluationMode: 'REQUIRE_ATTESTATION',
          enforcementMode: 'ENFORCED_BLOCK_AND_AUDIT_LOG',
        },
      },
    ],
    bad: [
      change('defaultAdmissionRule.evaluationMode', 'ALWAYS_ALLOW'),
      change('defaultAdmissionRule.enforcementMode', 'DRYRUN_AUDIT_LOG_ONLY'),
    ],
  },
  {
    rule: 'compute-network-no-auto-subnetworks',
    type: 'gcp:compute/network:Network',
    good: [{ autoCreateSubnetworks: false }],
    bad: [change('autoCreateSubnetworks', undefined)],
  },
  {
    rule: 'compute-subnetwork-flow-logs',
    type: 'gcp:compute/subnetwork:Subnetwork',
    good: [{ logConfig: { flowSampling: 0.5 } }, { purpose: 'REGIONAL_MANAGED_PROXY' }],
    bad: [change('logConfig', undefined)],
  },
  {
    rule: 'compute-firewall-no-open-ingress',
    type: 'gcp:compute/firewall:Firewall',
    good: [
      firewall,
      { ...firewall, sourceRanges: undefined, sourceTags: ['nodes'] },
      { direction: 'INGRESS', denies: [{ protocol: 'all' }], sourceRanges: ['0.0.0.0/0'] },
      { direction: 'EGRESS', allows: [{ protocol: 'tcp' }], destinationRanges: ['0.0.0.0/0'] },
    ],
    bad: [
      change('sourceRanges', ['10.0.0.0/8', '0.0.0.0/0']),
      change('sourceRanges', ['::/0']),
      change('sourceRanges', undefined),
    ],
  },
  {
    rule: 'compute-forwarding-rule-internal',
    type: 'gcp:compute/forwardingRule:ForwardingRule',
    good: [{ loadBalancingScheme: '' }, { loadBalancingScheme: 'INTERNAL_MANAGED' }],
    bad: [change('loadBalancingScheme', undefined), change('loadBalancingScheme', 'EXTERNAL_MANAGED')],
  },
];
