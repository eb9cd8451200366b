import { long, of, type Row } from './rows';

export const identityRows: readonly Row[] = [
  ...of(
    'gcp:serviceaccount/account:Account',
    [{ accountId: 'nodes' }, 'accountId', /6 to 30/],
    [{ accountId: long(31) }, 'accountId', /6 to 30/],
    [{ displayName: long(101) }, 'displayName', /at most 100/],
  ),
  ...of(
    'gcp:projects/iAMMember:IAMMember',
    [{ member: 'factory@my-project.iam.gserviceaccount.com' }, 'member', /no principal/],
    [{ member: 'serviceaccount:a@b.iam.gserviceaccount.com' }, 'member', /no principal/],
    [{ role: 'logging.logWriter' }, 'role', /roles\/NAME/],
    [{ project: undefined }, 'project', /is required/],
    [
      {
        member:
          'principal://iam.googleapis.com/projects/my-project/locations/global/workloadIdentityPools/my-project.svc.id.goog/subject/ns/a/sa/b',
      },
      'member',
      /wants the project's number/,
    ],
    [
      {
        member:
          'principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/my-project.svc.id.goog/subject/a/b',
      },
      'member',
      /is not subject\/ns/,
    ],
    [{ role: 'roles/editor', condition: { title: 'x', expression: 'true' } }, 'condition', /basic roles/],
    [{ role: 'roles/owner', member: 'allUsers' }, 'member', /nobody in general/],
  ),
  ...of(
    'gcp:serviceaccount/iAMMember:IAMMember',
    [{ serviceAccountId: undefined }, 'serviceAccountId', /is required/],
    [{ member: 'nobody' }, 'member', /no principal/],
  ),
  ...of('gcp:storage/bucketIAMMember:BucketIAMMember', [{ role: 'objectViewer' }, 'role', /roles\/NAME/]),
  ...of(
    'gcp:projects/iAMAuditConfig:IAMAuditConfig',
    [{ 'auditLogConfigs[0].logType': 'READ' }, 'auditLogConfigs[0].logType', /DATA_READ/],
    [{ auditLogConfigs: [] }, 'auditLogConfigs', /at least one/],
    [{ service: 'storage' }, 'service', /allServices/],
  ),
  ...of(
    'gcp:secretmanager/secret:Secret',
    [{ secretId: 'model/key' }, 'secretId', /1 to 255/],
    [{ replication: {} }, 'replication.auto', /one of/],
    [{ 'replication.auto': {} }, 'replication.auto', /conflicts/],
    [
      { 'replication.userManaged.replicas[0].location': 'europe' },
      'replication.userManaged.replicas[0].location',
      /unknown region/,
    ],
    [{ topics: undefined }, 'topics', /is required with rotation/],
    [{ 'rotation.rotationPeriod': '60s' }, 'rotation.rotationPeriod', /an hour/],
    [{ 'rotation.nextRotationTime': undefined }, 'rotation.nextRotationTime', /is required/],
    [{ ttl: '1h' }, 'ttl', /seconds such as/],
  ),
  ...of(
    'gcp:secretmanager/secretVersion:SecretVersion',
    [{ secretDataWo: undefined }, 'secretData', /one of secretData, secretDataWo/],
    [{ secretData: 'x' }, 'secretData', /conflicts with secretDataWo/],
    [{ secretDataWoVersion: undefined }, 'secretDataWoVersion', /is required/],
    [{ secretDataWoVersion: '1' }, 'secretDataWoVersion', /expected a number/],
  ),
  ...of(
    'gcp:kms/keyRing:KeyRing',
    [{ name: 'a.b' }, 'name', /1 to 63/],
    [{ location: 'mars' }, 'location', /unknown location/],
  ),
  ...of(
    'gcp:kms/cryptoKey:CryptoKey',
    [{ rotationPeriod: '3600s' }, 'rotationPeriod', /a day/],
    [{ rotationPeriod: '90d' }, 'rotationPeriod', /seconds such as/],
    [{ purpose: 'ENCRYPT' }, 'purpose', /ENCRYPT_DECRYPT/],
    [
      { purpose: 'ASYMMETRIC_SIGN', versionTemplate: { algorithm: 'EC_SIGN_P256_SHA256' } },
      'rotationPeriod',
      /do not|only keys of purpose/,
    ],
    [{ purpose: 'ASYMMETRIC_SIGN', rotationPeriod: undefined }, 'versionTemplate', /is required/],
    [{ keyRing: 'factory' }, 'keyRing', /the id of a key ring/],
  ),
  ...of('gcp:serviceaccount/account:Account', [{ description: long(257) }, 'description', /at most 256/]),
  ...of(
    'gcp:projects/service:Service',
    [{ service: 'container' }, 'service', /container\.googleapis\.com/],
    [{ service: 'source.googleapis.com' }, 'service', /does not manage/],
  ),
  ...of('gcp:projects/iAMAuditConfig:IAMAuditConfig', [
    { 'auditLogConfigs[0].exemptedMembers': ['someone'] },
    'auditLogConfigs[0].exemptedMembers[0]',
    /no principal/,
  ]),
  ...of(
    'gcp:secretmanager/secret:Secret',
    [{ expireTime: '2030-01-01T00:00:00Z', ttl: '3600s' }, 'expireTime', /conflicts with ttl/],
    [{ versionDestroyTtl: '1d' }, 'versionDestroyTtl', /seconds such as/],
    [{ 'rotation.rotationPeriod': '30d' }, 'rotation.rotationPeriod', /seconds such as/],
    [{ 'topics[0].name': 'upgrades' }, 'topics[0].name', /projects\/\{project\}/],
  ),
  ...of('gcp:secretmanager/secretVersion:SecretVersion', [
    { secretDataWo: undefined, secretDataWoVersion: undefined, secretData: '' },
    'secretData',
    /must not be empty/,
  ]),
];
