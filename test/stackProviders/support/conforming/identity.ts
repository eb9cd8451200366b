import { ACCOUNT, PROJECT, RING, type Entry } from './places';

export const identityEntries: readonly Entry[] = [
  [
    'gcp:serviceaccount/iAMMember:IAMMember',
    {
      serviceAccountId: `projects/${PROJECT}/serviceAccounts/${ACCOUNT}`,
      role: 'roles/iam.workloadIdentityUser',
      member: `serviceAccount:${PROJECT}.svc.id.goog[agents/python]`,
    },
  ],
  [
    'gcp:projects/iAMMember:IAMMember',
    {
      project: PROJECT,
      role: 'roles/cloudtrace.agent',
      member: `principal://iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/${PROJECT}.svc.id.goog/subject/ns/agents/sa/python`,
    },
  ],
  [
    'gcp:projects/iAMAuditConfig:IAMAuditConfig',
    {
      project: PROJECT,
      service: 'allServices',
      auditLogConfigs: [{ logType: 'ADMIN_READ' }, { logType: 'DATA_WRITE' }],
    },
  ],
  [
    'gcp:secretmanager/secret:Secret',
    {
      secretId: 'model-key',
      replication: { userManaged: { replicas: [{ location: 'europe-west4' }] } },
      topics: [{ name: `projects/${PROJECT}/topics/upgrades` }],
      rotation: { rotationPeriod: '2592000s', nextRotationTime: '2027-01-01T00:00:00Z' },
    },
  ],
  [
    'gcp:secretmanager/secretVersion:SecretVersion',
    { secret: `projects/${PROJECT}/secrets/model-key`, secretDataWo: 'never-stored', secretDataWoVersion: 1 },
  ],
  [
    'gcp:secretmanager/secretIamMember:SecretIamMember',
    {
      secretId: `projects/${PROJECT}/secrets/model-key`,
      role: 'roles/secretmanager.secretAccessor',
      member: `serviceAccount:${ACCOUNT}`,
    },
  ],
  [
    'gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember',
    {
      cryptoKeyId: `${RING}/cryptoKeys/cluster`,
      role: 'roles/cloudkms.cryptoKeyEncrypterDecrypter',
      member: 'serviceAccount:service-123456789012@container-engine-robot.iam.gserviceaccount.com',
    },
  ],
  [
    'gcp:storage/bucket:Bucket',
    {
      name: 'my-project-factory-artifacts',
      location: 'europe-west4',
      uniformBucketLevelAccess: true,
      publicAccessPrevention: 'enforced',
      lifecycleRules: [{ action: { type: 'Delete' }, condition: { age: 30 } }],
    },
  ],
  [
    'gcp:storage/bucketIAMMember:BucketIAMMember',
    { bucket: 'my-project-factory-artifacts', role: 'roles/storage.objectViewer', member: `serviceAccount:${ACCOUNT}` },
  ],
];
