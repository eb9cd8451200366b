import type { Recording } from '../../support/pulumi/recorder';
import { all, both, bucket, cluster, inPool, nodePool, present, row, set, type Row } from './row';

const basicRoles = ['roles/owner', 'roles/editor', 'roles/viewer'];
const grants = (recording: Recording) =>
  recording.all.filter(({ custom, inputs }) => custom && typeof inputs.role === 'string');

/** Rows on everything beside the cluster: network, registry, stores, identities, secrets. */
export const serviceRows: Row[] = [
  row(
    1,
    'images are scanned',
    all('gcp:artifactregistry/repository:Repository', { 'vulnerabilityScanningConfig.enablementConfig': 'INHERITED' }),
    'gcp:artifactregistry/repository:Repository',
    'vulnerabilityScanningConfig.enablementConfig',
    'DISABLED',
  ),
  row(
    2,
    'only signed images run',
    both(
      all(cluster, { 'binaryAuthorization.evaluationMode': 'PROJECT_SINGLETON_POLICY_ENFORCE' }),
      all('gcp:binaryauthorization/policy:Policy', {
        'defaultAdmissionRule.evaluationMode': 'REQUIRE_ATTESTATION',
        'defaultAdmissionRule.enforcementMode': 'ENFORCED_BLOCK_AND_AUDIT_LOG',
      }),
    ),
    'gcp:binaryauthorization/policy:Policy',
    'defaultAdmissionRule.evaluationMode',
    'ALWAYS_ALLOW',
  ),
  row(
    11,
    'flow logs',
    both(
      present('gcp:compute/subnetwork:Subnetwork', 'logConfig.flowSampling'),
      all(cluster, { enableIntranodeVisibility: true }),
    ),
    'gcp:compute/subnetwork:Subnetwork',
    'logConfig',
    undefined,
  ),
  row(
    12,
    'VPC-native',
    both(
      all(cluster, { networkingMode: 'VPC_NATIVE' }),
      present(cluster, 'ipAllocationPolicy.clusterSecondaryRangeName'),
      all('gcp:compute/network:Network', { autoCreateSubnetworks: false }),
    ),
    'gcp:compute/network:Network',
    'autoCreateSubnetworks',
    true,
  ),
  row(
    15,
    'private nodes behind NAT',
    both(
      all(cluster, { 'privateClusterConfig.enablePrivateNodes': true }),
      inPool('networkConfig.', { enablePrivateNodes: true }),
      all('gcp:compute/routerNat:RouterNat', { sourceSubnetworkIpRangesToNat: 'ALL_SUBNETWORKS_ALL_IP_RANGES' }),
    ),
    nodePool,
    'networkConfig.enablePrivateNodes',
    false,
  ),
  row(
    16,
    'no way in',
    (recording) =>
      recording
        .of('gcp:compute/firewall:Firewall')
        .filter(({ inputs }) => inputs.allows !== undefined && String(inputs.sourceRanges).includes('0.0.0.0/0'))
        .map(({ name }) => `${name} lets everybody in`),
    'gcp:compute/firewall:Firewall',
    'allows',
    [{ protocol: 'tcp' }],
  ),
  row(
    19,
    'data access logs',
    all(
      'gcp:projects/iAMAuditConfig:IAMAuditConfig',
      { auditLogConfigs: [{ logType: 'ADMIN_READ' }, { logType: 'DATA_WRITE' }] },
      ({ inputs }) => inputs.service === 'allServices',
    ),
    'gcp:projects/iAMAuditConfig:IAMAuditConfig',
    'auditLogConfigs',
    [],
    'audit-allServices',
  ),
  row(
    33,
    'nothing is deleted by mistake, and what is comes back',
    both(
      all(cluster, { deletionProtection: true }),
      all('gcp:sql/databaseInstance:DatabaseInstance', {
        deletionProtection: true,
        'settings.deletionProtectionEnabled': true,
        'settings.backupConfiguration.pointInTimeRecoveryEnabled': true,
      }),
      all('gcp:redis/instance:Instance', { deletionProtection: true }),
      all('gcp:kms/cryptoKey:CryptoKey', { deletionPolicy: 'PREVENT' }),
      present('gcp:gkebackup/backupPlan:BackupPlan', 'backupSchedule.cronSchedule'),
      (recording) =>
        [
          cluster,
          'gcp:sql/databaseInstance:DatabaseInstance',
          'gcp:redis/instance:Instance',
          'gcp:kms/keyRing:KeyRing',
          'gcp:kms/cryptoKey:CryptoKey',
          bucket,
          'gcp:secretmanager/secret:Secret',
          'gcp:artifactregistry/repository:Repository',
        ]
          .flatMap((type) => recording.of(type))
          .filter((resource) => !resource.protect)
          .map(({ name }) => `${name} is not protected`),
    ),
    'gcp:sql/databaseInstance:DatabaseInstance',
    'settings.deletionProtectionEnabled',
    false,
  ),
  row(
    34,
    'queue and database are private and encrypted',
    both(
      all('gcp:redis/instance:Instance', { authEnabled: true, transitEncryptionMode: 'SERVER_AUTHENTICATION' }),
      all('gcp:sql/databaseInstance:DatabaseInstance', {
        'settings.ipConfiguration.ipv4Enabled': false,
        'settings.ipConfiguration.sslMode': 'ENCRYPTED_ONLY',
      }),
      (recording) =>
        recording
          .of('gcp:sql/user:User')
          .filter(({ inputs }) => inputs.type !== 'CLOUD_IAM_SERVICE_ACCOUNT')
          .map(({ name }) => `${name} has a password`),
    ),
    'gcp:sql/databaseInstance:DatabaseInstance',
    'settings.ipConfiguration.ipv4Enabled',
    true,
  ),
  row(
    35,
    'buckets are private',
    all(bucket, { uniformBucketLevelAccess: true, publicAccessPrevention: 'enforced' }),
    bucket,
    'publicAccessPrevention',
    'inherited',
  ),
  row(
    36,
    'tags stay as they are',
    all('gcp:artifactregistry/repository:Repository', { 'dockerConfig.immutableTags': true }),
    'gcp:artifactregistry/repository:Repository',
    'dockerConfig.immutableTags',
    false,
  ),
  row(
    37,
    'narrow IAM',
    (recording) => [
      ...grants(recording)
        .filter(({ inputs }) => basicRoles.includes(String(inputs.role)))
        .map(({ name, inputs }) => `${name} grants ${String(inputs.role)}`),
      ...recording.all
        .filter(({ type }) => /Key:Key$|IAMPolicy|IamPolicy|IAMBinding|IamBinding/.test(type))
        .map(({ name, type }) => `${name} is a ${type}`),
      ...grants(recording)
        .filter(({ inputs }) => /allUsers|allAuthenticatedUsers|\.svc\.id\.goog\[/.test(String(inputs.member)))
        .map(({ name }) => `${name} grants to anybody`),
    ],
    'gcp:projects/iAMMember:IAMMember',
    'role',
    'roles/editor',
  ),
  {
    row: 41,
    control: 'no secret in plain',
    check: (recording) => [
      ...recording
        .of('gcp:secretmanager/secretVersion:SecretVersion')
        .filter(({ inputs, secretInputs }) => inputs.secretData !== undefined || !secretInputs.includes('secretDataWo'))
        .map(({ name }) => `${name} shows its value`),
      ...recording.all
        .filter(({ inputs, secretInputs }) =>
          Object.entries(inputs).some(
            ([key, value]) =>
              !secretInputs.includes(key) && /the-model-key|the-auth-string/.test(JSON.stringify(value)),
          ),
        )
        .map(({ name }) => `${name} shows a secret`),
    ],
    plant: (find) => set(find('gcp:pubsub/topic:Topic'), 'labels.note', 'the-model-key'),
  },
];
