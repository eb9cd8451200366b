import * as pulumi from '@pulumi/pulumi';
import { ArtifactStore } from '../../components/artifactStore';
import { Database } from '../../components/database';
import { usesWorkloadIdentity } from '../../components/manifests/network/providers';
import { roleServiceAccount } from '../../components/manifests/dispatcher/deployment';
import type { Names } from '../../components/names';
import { Queue } from '../../components/queue';
import { Secrets } from '../../components/secrets';
import { namespaces } from '../../components/types';
import { WorkloadIdentity, type WorkloadIdentityArgs } from '../../components/workloadIdentity';
import type { Configuration } from '../config/parse';
import { zonesOf } from '../config/regions';
import type { Cloud } from './cloud';

/** What keeps state on Google Cloud. */
export interface Data {
  queue: Queue | undefined;
  database: Database | undefined;
  artifacts: ArtifactStore | undefined;
  /** Ids of the secrets of model keys by provider. */
  modelKeys: Secrets['ids'];
}

/** Days after its last use; the dispatcher itself drops an artifact earlier. */
const artifactDays = 90;

/** Redis, PostgreSQL, the bucket of artifacts and the secrets of model keys, each with grants for just the roles that use it. */
export function createData(
  config: Configuration,
  { project, projectNumber, region, keys, network, cluster, opts, labels }: Cloud,
  names: Names,
): Data {
  const { protect, maintenance, database, queue } = config;
  const identities = new WorkloadIdentity(
    'workload-identity',
    { project, projectNumber, workloadPool: cluster.workloadPool, grants: modelGrants(config, names) },
    opts,
  );
  const principal = (serviceAccount: string): pulumi.Output<string> =>
    identities.principal(namespaces.system, serviceAccount);
  const serve = principal(roleServiceAccount('serve', names).metadata.name);
  const gateway = principal(roleServiceAccount('model-gateway', names).metadata.name);
  return {
    queue:
      queue.kind === 'redis' || queue.kind === 'valkey'
        ? new Queue(
            'queue',
            {
              names,
              project,
              region,
              zones: zonesOf(region), // of the region: a replica is in another zone than the nodes of a zonal cluster
              engine: queue,
              network: {
                networkId: network.networkId,
                pscSubnetId: network.pscSubnetId,
                ...(config.network.privateServices !== undefined && {
                  privateServices: config.network.privateServices,
                }),
              },
              clients: [serve, gateway],
              ...(keys.queue !== undefined && { key: keys.queue }),
              maintenance,
              protect,
            },
            opts,
          )
        : undefined,
    database: database.enabled
      ? new Database(
          'database',
          {
            names,
            project,
            region,
            size: database,
            network,
            clients: [serve],
            ...(keys.database !== undefined && { key: keys.database }),
            maintenance,
            protect,
            labels,
          },
          opts,
        )
      : undefined,
    artifacts:
      config.dispatcher.artifacts.backend === 'bucket'
        ? new ArtifactStore(
            'artifacts',
            {
              names,
              project,
              location: region,
              ageDays: artifactDays,
              writers: [serve],
              ...(keys.storage !== undefined && { key: keys.storage }),
              protect,
            },
            opts,
          )
        : undefined,
    modelKeys:
      config.models.secrets.length > 0
        ? new Secrets(
            'model-keys',
            {
              names,
              project,
              secrets: Object.fromEntries(
                config.models.secrets.map((provider) => {
                  const value = config.modelKeys[provider];
                  return [
                    `model-${provider}`,
                    { accessors: [gateway], ...(value !== undefined && { value: pulumi.secret(value) }) },
                  ];
                }),
              ),
              locations: [region],
              ...(keys.secrets !== undefined && { key: keys.secrets }),
              protect,
            },
            opts,
          ).ids
        : {},
  };
}

/** What the model gateway may do in the project: call Vertex, where a provider asks for it. */
function modelGrants({ models }: Configuration, names: Names): NonNullable<WorkloadIdentityArgs['grants']> {
  if (!Object.values(models.gateway.providers).some(usesWorkloadIdentity)) return [];
  const serviceAccount = roleServiceAccount('model-gateway', names).metadata.name;
  return [{ namespace: namespaces.system, serviceAccount, roles: ['roles/aiplatform.user'] }];
}
