import { externalMetricsApi, type ModelsConfig } from '@agent-factory/contract';
import type { Names } from '../../names';
import { namespaces } from '../../types';
import { ports } from '../endpoints';
import { anyAgent, labels, selector } from '../labels';
import type { Platform } from '../platform';
import { hostPolicy, type Host } from './hosts';
import { networkPolicy } from './policy';
import { providerEgress, usesWorkloadIdentity } from './providers';
import {
  dns,
  internet,
  metadataServer,
  namespace,
  podsIn,
  range,
  tcp,
  type EgressRule,
  type IngressRule,
  type Peer,
} from './rules';

/** Where Redis is, for policies: a range of addresses, or the pods of InClusterRedis. */
export type RedisNetwork<Text = string> = { kind: 'cidr'; cidr: Text; port: number } | { kind: 'pods'; port: number };

/** A range and a port. */
export interface NetworkTarget<Text = string> {
  cidr: Text;
  port: number;
}

/** What is around the dispatcher's roles. */
export interface Surroundings<Text = string> {
  platform: Platform;
  redis: RedisNetwork<Text>;
  /** Namespaces whose pods may read /metrics. */
  collectors: readonly string[];
}

/** A role's doors. */
export interface Doors<Text = string> {
  ingress: IngressRule<Text | string>[];
  egress: EgressRule<Text | string>[];
  /** Egress by name, where the cluster has it. */
  hosts: Host[];
}

/** Redis and names are what every role needs; its collector is whom every role admits. */
function common<Text>({ platform, redis, collectors }: Surroundings<Text>): Doors<Text> {
  const peer = redis.kind === 'cidr' ? range(redis.cidr) : podsIn(namespaces.system, selector('redis'));
  return {
    ingress: collectors.length === 0 ? [] : [{ from: collectors.map(namespace), ports: tcp(ports.http) }],
    egress: [dns(platform), { to: [peer], ports: tcp(redis.port) }],
    hosts: [],
  };
}

const agents = podsIn(namespaces.agents, anyAgent);

/** Doors of `serve`. */
export function serveDoors<Text>(
  around: Surroundings<Text> & {
    /** Ranges and namespaces of the load balancer: people and programs outside. Empty: nobody. */
    edge: readonly Peer<Text | string>[];
    database: NetworkTarget<Text> | undefined;
    /** Host of the keys of the cluster's tokens; undefined when they are in the configuration. */
    keysHost: string | undefined;
    /** Whether artifacts are in a bucket. */
    bucket: boolean;
  },
): Doors<Text> {
  const { ingress, egress } = common(around);
  const { database, edge, keysHost, bucket, platform } = around;
  const hosts: Host[] = [
    ...(keysHost === undefined ? [] : [{ host: keysHost, ports: [443] }]),
    ...(bucket ? [{ host: 'storage.googleapis.com', ports: [443] }, ...identity] : []),
  ];
  return {
    ingress: [
      ...ingress,
      { from: [agents], ports: tcp(ports.http, ports.grpc) },
      ...(edge.length === 0 ? [] : [{ from: [...edge], ports: tcp(ports.http, ports.grpc) }]),
    ],
    egress: [
      ...egress,
      ...(database === undefined ? [] : [{ to: [range(database.cidr)], ports: tcp(database.port) }]),
      ...(bucket ? metadataServer() : []),
      ...(hosts.length > 0 && !platform.can.hostPolicies ? [internet(443)] : []),
    ],
    hosts: platform.can.hostPolicies ? hosts : [],
  };
}

const identity: Host[] = ['sts.googleapis.com', 'iamcredentials.googleapis.com'].map((host) => ({
  host,
  ports: [443],
}));

/** Doors of `model-gateway`: the only role that reaches model providers. */
export function modelGatewayDoors<Text>(around: Surroundings<Text> & { models: ModelsConfig }): Doors<Text> {
  const { ingress, egress } = common(around);
  const providers = providerEgress(around.models, around.platform);
  const withIdentity =
    around.platform.can.workloadIdentity && Object.values(around.models.providers).some(usesWorkloadIdentity);
  return {
    ingress: [...ingress, { from: [agents], ports: tcp(ports.http) }],
    egress: [...egress, ...providers.rules, ...(withIdentity ? metadataServer() : [])],
    hosts: providers.hosts,
  };
}

/**
 * Doors of `metrics-adapter`. The aggregator has no label and, from cluster to cluster, another address; it proves itself by its
 * certificate, so without `controlPlane` the port is open to addresses.
 */
export function metricsAdapterDoors<Text>(around: Surroundings<Text> & { controlPlane: readonly Text[] }): Doors<Text> {
  const { ingress, egress, hosts } = common(around);
  const from = around.controlPlane.map(range);
  const konnectivity = podsIn('kube-system', { 'k8s-app': 'konnectivity-agent' });
  return {
    ingress: [
      ...ingress,
      { ...(from.length === 0 ? {} : { from: [...from, konnectivity] }), ports: tcp(externalMetricsApi.port) },
    ],
    egress,
    hosts,
  };
}

/** Doors of `recycler`: the only role that reaches the Kubernetes API. */
export function recyclerDoors<Text>(
  around: Surroundings<Text> & { kubernetesApi: { cidrs: readonly Text[]; ports: readonly number[] } },
): Doors<Text> {
  const { ingress, egress, hosts } = common(around);
  const { cidrs, ports: numbers } = around.kubernetesApi;
  return {
    ingress,
    egress: [...egress, { to: cidrs.map(range), ports: tcp(...numbers) }],
    hosts,
  };
}

/** The policies of a role. */
export function rolePolicies<Text>(role: string, doors: Doors<Text>, names: Names) {
  const shared = {
    name: names('k8s.object', role),
    namespace: namespaces.system,
    labels: labels('dispatcher', role),
    selector: selector('dispatcher', role),
  };
  return {
    network: networkPolicy<Text | string>({ ...shared, ingress: doors.ingress, egress: doors.egress }),
    hosts: doors.hosts.length === 0 ? undefined : hostPolicy({ ...shared, hosts: doors.hosts }),
  };
}
