import { Provider } from '@pulumi/kubernetes/provider';
import * as pulumi from '@pulumi/pulumi';
import type { AgentWorkloadArgs } from '../../components/agentWorkload';
import type { DispatcherArgs } from '../../components/dispatcher';
import { edgePeers } from '../../components/manifests/edge/policies';
import { ModelStore } from '../../components/modelStore';
import type { Names } from '../../components/names';
import { platformOf, type Platform } from '../../components/manifests/platform';
import type { RedisConnection } from '../../components/redisConnection';
import type { ExistingClusterConfig, GkeConfig } from '../config/cluster';
import type { Configuration } from '../config/parse';
import type { Cloud } from './cloud';
import type { Data } from './data';

/** What the cluster half stands on, whoever made it. */
export interface Ground {
  platform: Platform;
  kubernetes: Provider;
  clusterName: pulumi.Output<string>;
  kubeconfig: pulumi.Output<string>;
  /** Redis outside the cluster; undefined: the cluster half runs one. */
  redis: RedisConnection | undefined;
  issuer: DispatcherArgs['issuer'];
  modelKeys: DispatcherArgs['modelKeys'];
  artifacts: DispatcherArgs['artifacts'];
  database: DispatcherArgs['database'];
  edge: DispatcherArgs['edge'];
  /** Makes the volume of models that agents mount; undefined: there is none. */
  createModels: ((namespace: pulumi.Output<string>, opts: pulumi.ComponentResourceOptions) => AgentModels) | undefined;
}

type AgentModels = NonNullable<AgentWorkloadArgs['models']>;

/** Names are fixed and configuration is mounted: objects change in place, and pods roll by a hash of what they mount. */
const providerSettings = { enableServerSideApply: true, enableConfigMapMutable: true, enableSecretMutable: true };

/** The ground: what the stack made on Google Cloud, or the cluster that is there. */
export function createGround(
  config: Configuration,
  cloud: Cloud | undefined,
  data: Data | undefined,
  names: Names,
): Ground {
  const { cluster } = config;
  if (cluster.kind === 'existing') return existingGround(config, cluster);
  if (cloud === undefined || data === undefined) throw new Error('[cluster] of kind gke was not made');
  return cloudGround(config, cluster, cloud, data, names);
}

function cloudGround(config: Configuration, cluster: GkeConfig, cloud: Cloud, data: Data, names: Names): Ground {
  const platform = platformOf(cluster);
  const { queue, artifacts, database, modelKeys } = data;
  if (artifacts === undefined) throw new Error('[dispatcher.artifacts] needs a bucket on Google Cloud');
  const { kubeconfig } = cloud.cluster;
  return {
    platform,
    kubernetes: new Provider('kubernetes', { ...providerSettings, kubeconfig, clusterIdentifier: cloud.cluster.id }),
    clusterName: cloud.cluster.name,
    kubeconfig,
    redis: queue === undefined ? externalRedis(config) : managedRedis(config, queue),
    issuer: { issuer: cloud.cluster.issuer, jwksUri: cloud.cluster.jwksUri },
    modelKeys: { kind: 'secretManager', project: cloud.project, secrets: byProvider(config, modelKeys) },
    artifacts: { kind: 'bucket', bucket: artifacts.bucketName },
    database: database && { cidr: pulumi.interpolate`${database.host}/32`, port: 5_432 },
    edge: config.edge.exposure === 'none' ? [] : edgePeers<pulumi.Input<string>>(platform, config.network.proxies),
    createModels: modelMaker(config, cloud, names),
  };
}

/** A bucket is read with a right in the cloud, which no pod that runs agents' code may have: agents mount the other two. */
function modelMaker(config: Configuration, cloud: Cloud, names: Names): Ground['createModels'] {
  const { backend, enabled, sizeGb, snapshot } = config.modelStore;
  if (!enabled) return undefined;
  const { project, region, zones, network, keys, provider } = cloud;
  const { privateServices } = config.network;
  return (namespace, opts) => {
    const store = new ModelStore(
      'models',
      {
        names,
        project,
        region,
        zones,
        backend,
        sizeGb,
        namespace,
        ...(snapshot !== undefined && { snapshot }),
        ...(privateServices !== undefined && { network: { networkName: network.networkName, privateServices } }),
        ...(keys.storage !== undefined && { key: keys.storage }),
        protect: config.protect,
      },
      { ...opts, providers: [provider] },
    );
    return { claim: store.claimName, bucket: false };
  };
}

function existingGround(config: Configuration, cluster: ExistingClusterConfig): Ground {
  const platform = platformOf({ ...cluster, runtimeClass: cluster.runtimeClass.name });
  const kubeconfig = pulumi.secret(cluster.kubeconfig ?? process.env['KUBECONFIG'] ?? '');
  return {
    platform,
    kubernetes: new Provider('kubernetes', {
      ...providerSettings,
      kubeconfig,
      ...(cluster.context !== undefined && { context: cluster.context }),
      clusterIdentifier: cluster.name,
    }),
    clusterName: pulumi.output(cluster.name),
    kubeconfig,
    redis: externalRedis(config),
    issuer: cluster.issuer && {
      issuer: cluster.issuer.url,
      ...(cluster.issuer.jwksUri !== undefined && { jwksUri: cluster.issuer.jwksUri }),
      ...(cluster.issuer.jwks !== undefined && { jwks: cluster.issuer.jwks }),
    },
    modelKeys: { kind: 'values', values: secretValues(config.modelKeys) },
    artifacts: {
      kind: 'volume',
      sizeGiB: config.dispatcher.artifacts.volumeGb,
      accessMode: 'ReadWriteOnce',
      storageClass: cluster.storageClass,
    },
    database: undefined,
    edge: config.edge.exposure === 'none' ? [] : edgePeers<pulumi.Input<string>>(platform, undefined),
    createModels: undefined,
  };
}

/** Memorystore listens on another port with TLS (cloud.google.com/memorystore/docs/redis/manage-in-transit-encryption). */
function managedRedis({ queue }: Configuration, made: NonNullable<Data['queue']>): RedisConnection {
  const { url, host, caCertificate, authString } = made;
  const encrypted = queue.kind === 'valkey' || (queue.kind === 'redis' && queue.tls);
  const port = queue.kind === 'redis' && queue.tls ? 6_378 : 6_379;
  return {
    url,
    ...(encrypted && { caCertificate }), // the dispatcher refuses authorities for a connection without TLS
    ...(authString !== undefined && { password: authString }),
    network: { kind: 'cidr', cidr: pulumi.interpolate`${host}/32`, port },
  };
}

function externalRedis({ queue }: Configuration): RedisConnection | undefined {
  if (queue.kind !== 'external') return undefined;
  const { host, port, tls, password, caCertificate } = queue;
  const isAddress = /^\d+(\.\d+){3}$/.test(host);
  return {
    url: `${tls ? 'rediss' : 'redis'}://${host}:${port}`,
    ...(password !== undefined && { password: pulumi.secret(password) }),
    ...(caCertificate !== undefined && { caCertificate }),
    // A network policy knows addresses only: a host by name may be anywhere.
    network: { kind: 'cidr', cidr: isAddress ? `${host}/32` : '0.0.0.0/0', port },
  };
}

function secretValues(values: Readonly<Record<string, string>>): Record<string, pulumi.Output<string>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, pulumi.secret(value)]));
}

function byProvider({ models }: Configuration, ids: Data['modelKeys']): Record<string, pulumi.Output<string>> {
  return Object.fromEntries(
    models.secrets.flatMap((provider) => {
      const id = ids[`model-${provider}`];
      return id === undefined ? [] : [[provider, id]];
    }),
  );
}
