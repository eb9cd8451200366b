import type { ModelsConfig } from '@agent-factory/contract';
import * as core from '@pulumi/kubernetes/core/v1';
import * as rbac from '@pulumi/kubernetes/rbac/v1';
import * as pulumi from '@pulumi/pulumi';
import { DispatcherRole, type DispatcherBase, type RedisAccess } from './dispatcherRole';
import { DispatcherSecrets, defaultTokens, type BootstrapToken } from './dispatcherSecrets';
import { artifactsClaim, artifactsVolumes, type Artifacts } from './manifests/dispatcher/artifacts';
import { modelGatewayConfig, recyclerConfig, serveConfig } from './manifests/dispatcher/config';
import { recyclerBinding, recyclerRole } from './manifests/dispatcher/recycler';
import { inDispatcher } from './manifests/dispatcher/roles';
import { dispatcherService, grpcService, modelsService } from './manifests/dispatcher/services';
import { endpoints } from './manifests/endpoints';
import {
  modelGatewayDoors,
  recyclerDoors,
  serveDoors,
  type NetworkTarget,
  type Surroundings,
} from './manifests/network/dispatcher';
import type { Peer } from './manifests/network/rules';
import { collectorBinding, collectorRole } from './manifests/podMonitoring';
import { keyCount, ModelKeys, type ModelKeysArgs } from './modelKeys';
import type { RedisConnection } from './redisConnection';
import type { AgentPlan } from './types';

/** Replicas and size of a role. */
interface RoleSize {
  /** Replicas at rest. */
  replicas: number;
  /** Replicas at most, added by CPU. Equal to `replicas`: their number is fixed. */
  maxReplicas: number;
  /** Cores that a replica asks for; it may use four times as many. */
  cpu: number;
  /** GiB. */
  memory: number;
}

/** Whose service-account tokens prove who an agent is: those of this cluster. */
interface ClusterIssuer {
  /** As the cluster writes it into tokens, letter by letter. */
  issuer: pulumi.Input<string>;
  /** Where the cluster publishes its keys; or `jwks`. */
  jwksUri?: pulumi.Input<string>;
  /** The keys themselves, for a cluster that publishes them to nobody. */
  jwks?: Readonly<Record<string, unknown>>;
  /** Authorities (PEM) of the server at jwksUri. Defaults to those of the platform. */
  caCertificate?: pulumi.Input<string>;
  /** Host of jwksUri, for network policies. Defaults to container.googleapis.com. */
  keysHost?: string;
}

export interface DispatcherArgs extends DispatcherBase {
  /** The types of this environment: only their agents may register. */
  plans: readonly AgentPlan[];
  /** Where the queues are. */
  redis: RedisConnection;
  /** API, scheduling, agents' streams. */
  serve: RoleSize;
  /** Model calls. */
  modelGateway: RoleSize;
  /** Replaces released sandboxes: cores and GiB. Defaults to none: they are not replaced. */
  recycler?: { cpu: number; memory: number };
  /** Whose tokens agents register with. Defaults to nobody: only static tokens are good. */
  issuer?: ClusterIssuer;
  /** Model providers and models, without keys. */
  models: ModelsConfig;
  /** Keys of the providers. Defaults to none. */
  modelKeys?: ModelKeysArgs['keys'];
  /** Where artifacts are kept. */
  artifacts: Artifacts<pulumi.Input<string>>;
  /** PostgreSQL, for network policies. Defaults to none. */
  database?: NetworkTarget<pulumi.Input<string>>;
  /** Addresses and ports of the Kubernetes API, for the recycler's policy. Defaults to any address, 443 and 6443. */
  kubernetesApi?: { cidrs: readonly pulumi.Input<string>[]; ports: readonly number[] };
  /** Who may come from outside the cluster: what Edge says. Defaults to nobody. */
  edge?: readonly Peer<pulumi.Input<string>>[];
  /** Namespaces whose pods may read /metrics. Defaults to that of Managed Prometheus, where there is one. */
  collectors?: readonly string[];
  /** Tokens to make. Defaults to one named `bootstrap` with all that a person may do. */
  tokens?: readonly BootstrapToken[];
}

/**
 * The dispatcher's roles but metrics-adapter (QueueMetric makes that one): serve, model-gateway and recycler, their Services, secrets and the
 * one right that the recycler has.
 */
export class Dispatcher extends pulumi.ComponentResource {
  /** Base URL of the API inside the cluster. */
  readonly url: string;
  /** Tokens of the API by subject; secret. */
  readonly tokens: pulumi.Output<Record<string, string>>;
  /** How roles reach Redis, for QueueMetric. */
  readonly redis: RedisAccess;
  /** Names of ServiceAccounts, for grants of the cloud. */
  readonly serviceAccounts: { serve: pulumi.Output<string>; modelGateway: pulumi.Output<string> };

  constructor(name: string, args: DispatcherArgs, opts?: pulumi.ComponentResourceOptions) {
    super('agent-factory:components:Dispatcher', name, {}, opts);
    const { names, redis, tokens = defaultTokens } = args;
    const secrets = new DispatcherSecrets(`${name}-secrets`, { names, redis, tokens }, { parent: this });
    const serve = this.serve(name, args, secrets);
    const gateway = this.gateway(name, args, secrets);
    this.recycler(name, args, secrets);
    this.services(name, serve, gateway);
    this.collector(name, args);

    this.url = `http://${endpoints.http.host}:${endpoints.http.port}`;
    this.tokens = secrets.tokens;
    this.redis = secrets.redis;
    this.serviceAccounts = { serve: serve.serviceAccount, modelGateway: gateway.serviceAccount };
    this.registerOutputs({ url: this.url, tokens: this.tokens });
  }

  private serve(name: string, args: DispatcherArgs, secrets: DispatcherSecrets): DispatcherRole {
    const { names, issuer, artifacts, database } = args;
    const claim = artifactsClaim(artifacts, names);
    return new DispatcherRole(
      `${name}-serve`,
      {
        ...common(args, secrets),
        role: 'serve',
        ...sized(args.serve),
        config: serveText(args, secrets),
        secretFiles: {
          [inDispatcher.signingKeyFile]: secrets.signingKey,
          ...(issuer?.caCertificate === undefined ? {} : { [inDispatcher.issuerCaFile]: issuer.caCertificate }),
        },
        doors: serveDoors<pulumi.Input<string>>({
          ...surroundings(args),
          edge: args.edge ?? [],
          database,
          keysHost: issuer?.jwksUri === undefined ? undefined : (issuer.keysHost ?? 'container.googleapis.com'),
          bucket: artifacts.kind === 'bucket',
        }),
        volumes: artifactsVolumes(artifacts, names),
        metricsToken: true,
        after:
          claim === undefined ? [] : [new core.PersistentVolumeClaim(`${name}-artifacts`, claim, { parent: this })],
      },
      { parent: this },
    );
  }

  private gateway(name: string, args: DispatcherArgs, secrets: DispatcherSecrets): DispatcherRole {
    const { models, modelKeys, names } = args;
    const keys =
      modelKeys === undefined || keyCount(modelKeys) === 0
        ? undefined
        : new ModelKeys(`${name}-model-keys`, { names, keys: modelKeys }, { parent: this });
    return new DispatcherRole(
      `${name}-model-gateway`,
      {
        ...common(args, secrets),
        role: 'model-gateway',
        ...sized(args.modelGateway),
        config: secrets.knownCollector.apply((tokens) => JSON.stringify(modelGatewayConfig({ tokens, models }))),
        secretFiles: { [inDispatcher.signingKeyFile]: secrets.signingKey },
        doors: modelGatewayDoors<pulumi.Input<string>>({ ...surroundings(args), models }),
        volumes: keys === undefined ? [] : [keys.volume],
        metricsToken: true,
        after: keys === undefined ? [] : [keys],
      },
      { parent: this },
    );
  }

  private recycler(name: string, args: DispatcherArgs, secrets: DispatcherSecrets): void {
    const { recycler, names, kubernetesApi = anyKubernetesApi } = args;
    if (recycler === undefined) return;
    const right = new rbac.Role(`${name}-recycler-right`, recyclerRole(names), { parent: this });
    new DispatcherRole(
      `${name}-recycler`,
      {
        ...common(args, secrets),
        role: 'recycler',
        // One is enough, and two would ask for the same pods: what it misses while it moves it finds again.
        replicas: { min: 1, max: 1 },
        size: recycler,
        config: JSON.stringify(recyclerConfig()),
        doors: recyclerDoors<pulumi.Input<string>>({ ...surroundings(args), kubernetesApi }),
        metricsToken: false,
        grant: (identity) =>
          new rbac.RoleBinding(`${name}-recycler-given`, recyclerBinding(names), {
            parent: this,
            dependsOn: [right, identity],
          }),
      },
      { parent: this },
    );
  }

  private services(name: string, serve: DispatcherRole, gateway: DispatcherRole): void {
    new core.Service(`${name}-http`, dispatcherService(), { parent: this, dependsOn: serve.deployment });
    new core.Service(`${name}-grpc`, grpcService(), { parent: this, dependsOn: serve.deployment });
    new core.Service(`${name}-models`, modelsService(), { parent: this, dependsOn: gateway.deployment });
  }

  /** Managed Prometheus reads its token itself. */
  private collector(name: string, { platform }: DispatcherArgs): void {
    if (!platform.can.managedPrometheus) return;
    const role = new rbac.Role(`${name}-collector-right`, collectorRole(), { parent: this });
    new rbac.RoleBinding(`${name}-collector-given`, collectorBinding(), { parent: this, dependsOn: role });
  }
}

const anyKubernetesApi = { cidrs: ['0.0.0.0/0'], ports: [443, 6443] };

function common({ names, platform, image, logLevel, antiAffinity }: DispatcherArgs, { redis }: DispatcherSecrets) {
  return { names, platform, image, logLevel, antiAffinity, redis };
}

function sized({ replicas, maxReplicas, cpu, memory }: RoleSize) {
  return { replicas: { min: replicas, max: maxReplicas }, size: { cpu, memory } };
}

function surroundings({ platform, redis, collectors }: DispatcherArgs): Surroundings<pulumi.Input<string>> {
  const collecting = collectors ?? (platform.can.managedPrometheus ? ['gmp-system'] : []);
  return { platform, redis: redis.network, collectors: collecting };
}

/** Configuration of serve: who may call it is known once the tokens are made. */
function serveText(
  { plans, names, models, issuer, artifacts }: DispatcherArgs,
  { known }: DispatcherSecrets,
): pulumi.Output<string> {
  const inBucket = artifacts.kind === 'bucket' ? artifacts.bucket : undefined;
  return pulumi.all([known, issuer?.issuer, issuer?.jwksUri, inBucket]).apply(([tokens, url, jwksUri, bucket]) => {
    const ownCa = issuer?.caCertificate !== undefined;
    const facts = url === undefined ? undefined : { issuer: url, jwksUri, jwks: issuer?.jwks, ownCa };
    return JSON.stringify(serveConfig({ plans, names, tokens, issuer: facts, models, bucket }));
  });
}
