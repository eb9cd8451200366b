import type { Properties, RecordOptions } from './recorder';

/** Number of the project in tests. */
export const projectNumber = '123456789012';
/** Id of the project in tests. */
export const project = 'factory-test';

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** What Google Cloud adds to resources of the types that the program makes, as its provider tells it. */
export const cloudOutputs: NonNullable<RecordOptions['outputs']> = {
  'gcp:compute/network:Network': ({ name }) => ({ id: `projects/${project}/global/networks/${text(name)}` }),
  'gcp:compute/subnetwork:Subnetwork': ({ name, region }) => ({
    id: `projects/${project}/regions/${text(region)}/subnetworks/${text(name)}`,
  }),
  'gcp:compute/address:Address': ({ name, region, addressType }) => ({
    address: addressType === 'INTERNAL' ? '10.41.0.2' : '203.0.113.7',
    selfLink: `https://compute/projects/${project}/regions/${text(region)}/addresses/${text(name)}`,
  }),
  'gcp:serviceaccount/account:Account': ({ accountId }) => {
    const email = `${text(accountId)}@${project}.iam.gserviceaccount.com`;
    return {
      id: `projects/${project}/serviceAccounts/${email}`,
      name: `projects/${project}/serviceAccounts/${email}`,
      email,
      member: `serviceAccount:${email}`,
    };
  },
  'gcp:kms/keyRing:KeyRing': ({ name, location }) => ({
    id: `projects/${project}/locations/${text(location)}/keyRings/${text(name)}`,
  }),
  'gcp:kms/cryptoKey:CryptoKey': ({ name, keyRing }) => ({ id: `${text(keyRing)}/cryptoKeys/${text(name)}` }),
  'gcp:container/cluster:Cluster': ({ name, location, controlPlaneEndpointsConfig }) => ({
    id: `projects/${project}/locations/${text(location)}/clusters/${text(name)}`,
    endpoint: '172.16.0.2',
    masterAuth: { clusterCaCertificate: 'Q0E=' },
    controlPlaneEndpointsConfig: withDnsName(controlPlaneEndpointsConfig),
  }),
  'gcp:redis/instance:Instance': ({ transitEncryptionMode }) => ({
    host: '10.40.0.3',
    port: transitEncryptionMode === 'SERVER_AUTHENTICATION' ? 6378 : 6379,
    authString: 'the-auth-string',
    serverCaCerts: [{ cert: 'CA-1' }, { cert: 'CA-2' }],
  }),
  'gcp:memorystore/instance:Instance': ({ instanceId, location }) => ({
    id: `projects/${project}/locations/${text(location)}/instances/${text(instanceId)}`,
    endpoints: [
      {
        connections: [
          { pscAutoConnection: { connectionType: 'CONNECTION_TYPE_DISCOVERY', ipAddress: '10.41.0.8', port: 6379 } },
          { pscAutoConnection: { connectionType: 'CONNECTION_TYPE_PRIMARY', ipAddress: '10.41.0.9', port: 6379 } },
        ],
      },
    ],
    managedServerCas: [{ caCerts: [{ certificates: ['VALKEY-CA'] }] }],
  }),
  'gcp:sql/databaseInstance:DatabaseInstance': ({ name, region }) => ({
    connectionName: `${project}:${text(region)}:${text(name)}`,
    dnsName: 'abc.def.europe-west1.sql.goog.',
    pscServiceAttachmentLink: `projects/producer/regions/${text(region)}/serviceAttachments/a`,
    serverCaCerts: [{ cert: 'SQL-CA' }],
  }),
  'gcp:filestore/instance:Instance': ({ networks }) => ({
    networks: (Array.isArray(networks) ? networks : []).map((network: object) => ({
      ...network,
      ipAddresses: ['10.40.0.66'],
    })),
  }),
  'gcp:secretmanager/secret:Secret': ({ secretId }) => ({ id: `projects/${project}/secrets/${text(secretId)}` }),
  'gcp:pubsub/topic:Topic': ({ name }) => ({ id: `projects/${project}/topics/${text(name)}` }),
  'docker:index/image:Image': ({ imageName }) => ({
    repoDigest: `${text(imageName).replace(/:[^:/]+$/, '')}@sha256:${'d'.repeat(64)}`,
  }),
};

/** What Google Cloud answers when it is asked. */
export const cloudCalls: NonNullable<RecordOptions['calls']> = {
  'gcp:organizations/getProject:getProject': () => ({ number: projectNumber }),
  'gcp:storage/getProjectServiceAccount:getProjectServiceAccount': () => ({
    member: `serviceAccount:service-${projectNumber}@gs-project-accounts.iam.gserviceaccount.com`,
  }),
  'gcp:kms/getKMSCryptoKeyVersion:getKMSCryptoKeyVersion': ({ cryptoKey, version }) => ({
    id: `//cloudkms.googleapis.com/v1/${text(cryptoKey)}/cryptoKeyVersions/${String(version)}`,
    algorithm: 'EC_SIGN_P256_SHA256',
    publicKeys: [{ algorithm: 'EC_SIGN_P256_SHA256', pem: '-----BEGIN PUBLIC KEY-----' }],
  }),
};

function withDnsName(config: unknown): Properties {
  const given = typeof config === 'object' && config !== null ? (config as Properties) : {};
  const dns = given.dnsEndpointConfig;
  return {
    ...given,
    dnsEndpointConfig: { ...(typeof dns === 'object' ? dns : {}), endpoint: 'gke-abc.europe-west1.gke.goog' },
  };
}
