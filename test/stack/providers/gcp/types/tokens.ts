// Type tokens, and one address of documentation, that several rules name.

export const NETWORK = 'gcp:compute/network:Network';

export const SUBNETWORK = 'gcp:compute/subnetwork:Subnetwork';

export const ROUTER = 'gcp:compute/router:Router';

export const COMPUTE_DOCS = 'https://cloud.google.com/compute/docs/reference/rest/v1';

export const REDIS = 'gcp:redis/instance:Instance';

export const REDIS_CLUSTER = 'gcp:redis/cluster:Cluster';

export const VALKEY = 'gcp:memorystore/instance:Instance';

export const POLICY = 'gcp:networkconnectivity/serviceConnectionPolicy:ServiceConnectionPolicy';

export const CONNECTION = 'gcp:servicenetworking/connection:Connection';

export const TOPIC = 'gcp:pubsub/topic:Topic';

export const ZONE = 'gcp:dns/managedZone:ManagedZone';

export const CLUSTER = 'gcp:container/cluster:Cluster';

export const SQL = 'gcp:sql/databaseInstance:DatabaseInstance';

export const ACCOUNT = 'gcp:serviceaccount/account:Account';

export const SERVICE = 'gcp:projects/service:Service';

export const REGISTRY = 'gcp:artifactregistry/repository:Repository';

export const NOTE = 'gcp:containeranalysis/note:Note';

export const BUILD_CONNECTION = 'gcp:cloudbuildv2/connection:Connection';

export const BUILD_REPOSITORY = 'gcp:cloudbuildv2/repository:Repository';

export const SECRET = 'gcp:secretmanager/secret:Secret';

export const SECRET_VERSION = 'gcp:secretmanager/secretVersion:SecretVersion';

export const KEY_RING = 'gcp:kms/keyRing:KeyRing';

export const CRYPTO_KEY = 'gcp:kms/cryptoKey:CryptoKey';
