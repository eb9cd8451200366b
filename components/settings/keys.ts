/** What a key encrypts. Each use has a key of its own, so that one can be revoked alone. */
export type KeyUse =
  'cluster' | 'disks' | 'database' | 'queue' | 'storage' | 'registry' | 'secrets' | 'topics' | 'backups';

interface ServiceAgent {
  /** API that the agent works for. */
  service: string;
  /** Domain of its e-mail, `service-NUMBER@DOMAIN.iam.gserviceaccount.com`. */
  domain: string;
  /**
   * How the agent comes to exist: `api` with its API, `identity` when asked for (projects.ServiceIdentity), `storage` when Cloud Storage
   * is asked for it. A grant to an agent that does not exist fails.
   */
  made: 'api' | 'identity' | 'storage';
}

/** Google's service agents that use a key (cloud.google.com/iam/docs/service-agents). */
export const serviceAgents: Readonly<Record<KeyUse, readonly ServiceAgent[]>> = {
  cluster: [{ service: 'container.googleapis.com', domain: 'container-engine-robot', made: 'api' }],
  disks: [{ service: 'compute.googleapis.com', domain: 'compute-system', made: 'api' }],
  database: [{ service: 'sqladmin.googleapis.com', domain: 'gcp-sa-cloud-sql', made: 'identity' }],
  queue: [
    { service: 'redis.googleapis.com', domain: 'cloud-redis', made: 'identity' },
    { service: 'memorystore.googleapis.com', domain: 'gcp-sa-memorystore', made: 'identity' },
  ],
  storage: [{ service: 'storage.googleapis.com', domain: 'gs-project-accounts', made: 'storage' }],
  registry: [{ service: 'artifactregistry.googleapis.com', domain: 'gcp-sa-artifactregistry', made: 'identity' }],
  secrets: [{ service: 'secretmanager.googleapis.com', domain: 'gcp-sa-secretmanager', made: 'identity' }],
  topics: [{ service: 'pubsub.googleapis.com', domain: 'gcp-sa-pubsub', made: 'identity' }],
  backups: [{ service: 'gkebackup.googleapis.com', domain: 'gcp-sa-gkebackup', made: 'identity' }],
};

/** IAM member of a service agent. */
export function agentMember(domain: string, projectNumber: string): string {
  return `serviceAccount:service-${projectNumber}@${domain}.iam.gserviceaccount.com`;
}
