import * as apps from '@pulumi/kubernetes/apps/v1';
import * as core from '@pulumi/kubernetes/core/v1';
import * as networking from '@pulumi/kubernetes/networking/v1';
import * as policy from '@pulumi/kubernetes/policy/v1';
import * as pulumi from '@pulumi/pulumi';
import * as random from '@pulumi/random';
import { digestOf } from './digest';
import { serviceNames } from './manifests/endpoints';
import { labels, selector } from './manifests/labels';
import { priorityClassNames } from './manifests/namespace/priorityClasses';
import { redisNetworkPolicy } from './manifests/network/redis';
import type { Platform } from './manifests/platform';
import { redisConf, redisPort, redisService, redisServiceAccount, redisStatefulSet } from './manifests/redis';
import { disruptionBudget } from './manifests/scaling/budget';
import type { Names } from './names';
import type { RedisConnection } from './redisConnection';
import { namespaces } from './types';

export interface InClusterRedisArgs {
  names: Names;
  platform: Platform;
  /** Image of Redis 7 or later, by digest where it matters. */
  image: pulumi.Input<string>;
  /** Cores that it asks for; it may use four times as many. */
  cpu: number;
  /** GiB of the container; data gets 70 % of it. */
  memoryGiB: number;
  /** GiB of the volume for its append-only file. */
  diskGiB: number;
  /** Defaults to the cluster's default. */
  storageClass?: string;
}

/**
 * One Redis in the cluster, for clusters without a managed one: every write is on its volume within a second, nothing is evicted, and only the
 * dispatcher's roles reach it. One replica: while it moves, the factory waits. Not encrypted on the way: the policy keeps the way inside the namespace.
 */
export class InClusterRedis extends pulumi.ComponentResource {
  /** How the dispatcher reaches it; the password is secret. */
  readonly connection: RedisConnection;

  constructor(name: string, args: InClusterRedisArgs, opts?: pulumi.ComponentResourceOptions) {
    super('agent-factory:components:InClusterRedis', name, {}, opts);
    const { names, memoryGiB } = args;
    const password = new random.RandomPassword(`${name}-password`, { length: 43, special: false }, { parent: this })
      .result;
    const secretName = names('k8s.object', 'redis');
    const metadata = { name: secretName, namespace: namespaces.system, labels: labels('redis') };
    const conf = password.apply((text) => redisConf(memoryGiB, text));
    const secret = new core.Secret(
      `${name}-config`,
      { metadata, type: 'Opaque', stringData: { 'redis.conf': conf, password } },
      { parent: this },
    );
    const rules = new networking.NetworkPolicy(`${name}-network`, redisNetworkPolicy(redisPort), { parent: this });
    const account = new core.ServiceAccount(`${name}-identity`, redisServiceAccount(), { parent: this });
    const service = new core.Service(`${name}-service`, redisService(), { parent: this });
    const set = redisStatefulSet<pulumi.Input<string>>({
      ...args,
      storageClass: args.storageClass,
      priorityClass: priorityClassNames(names).system,
      secret: secretName,
      configHash: digestOf([conf]),
    });
    new apps.StatefulSet(`${name}-set`, set, { parent: this, dependsOn: [secret, rules, account, service] });
    new policy.PodDisruptionBudget(`${name}-budget`, disruptionBudget(metadata, selector('redis')), { parent: this });

    this.connection = {
      url: `redis://${serviceNames.redis}.${namespaces.system}:${redisPort}`,
      password,
      network: { kind: 'pods', port: redisPort },
    };
    this.registerOutputs();
  }
}
