import { operatorScopes, type Scope } from '@agent-factory/contract';
import * as core from '@pulumi/kubernetes/core/v1';
import * as pulumi from '@pulumi/pulumi';
import * as random from '@pulumi/random';
import { digestOf, sha256 } from './digest';
import type { RedisAccess } from './dispatcherRole';
import type { KnownToken } from './manifests/dispatcher/config';
import type { RedisFacts } from './manifests/dispatcher/pod';
import { inDispatcher } from './manifests/dispatcher/roles';
import { labels } from './manifests/labels';
import { metricsToken } from './manifests/podMonitoring';
import type { Names } from './names';
import type { RedisConnection } from './redisConnection';
import { namespaces } from './types';

/** A token of the API that the stack makes. */
export interface BootstrapToken {
  /** Who it is for: letters, digits, @ . _ and -. */
  subject: string;
  scopes: readonly Scope[];
}

/** One token with all that a person may do. */
export const defaultTokens: readonly BootstrapToken[] = [{ subject: 'bootstrap', scopes: operatorScopes }];

export interface DispatcherSecretsArgs {
  names: Names;
  /** Redis and what opens it. */
  redis: RedisConnection;
  /** Tokens to make. */
  tokens: readonly BootstrapToken[];
}

/**
 * What the dispatcher must keep to itself: the key that signs agents' tokens, the tokens of people and of the metrics collector, and how Redis is
 * opened. Made once and kept in the state, secret. `pulumi up --replace` of one makes a new one.
 */
export class DispatcherSecrets extends pulumi.ComponentResource {
  /** Base64 of 32 bytes. */
  readonly signingKey: pulumi.Output<string>;
  /** The tokens by subject; the collector's is `metrics`. */
  readonly tokens: pulumi.Output<Record<string, string>>;
  /** What the dispatcher knows of them. Digests of 256 random bits tell nothing. */
  readonly known: pulumi.Output<KnownToken[]>;
  /** The collector's alone. */
  readonly knownCollector: pulumi.Output<KnownToken[]>;
  readonly redis: RedisAccess;

  constructor(name: string, args: DispatcherSecretsArgs, opts?: pulumi.ComponentResourceOptions) {
    super('agent-factory:components:DispatcherSecrets', name, {}, opts);
    const key = new random.RandomBytes(`${name}-signing-key`, { length: 32 }, { parent: this });
    const collector: BootstrapToken = { subject: 'metrics', scopes: ['agent:read'] };
    const made = [...args.tokens, collector].map((token) => ({ ...token, value: this.token(name, token.subject) }));
    this.collectorSecret(name, made.find(({ subject }) => subject === collector.subject)?.value);

    this.signingKey = key.base64;
    this.tokens = pulumi.secret(pulumi.all(Object.fromEntries(made.map(({ subject, value }) => [subject, value]))));
    this.known = pulumi.all(made.map(known));
    this.knownCollector = this.known.apply((tokens) => tokens.filter(({ subject }) => subject === collector.subject));
    this.redis = {
      facts: this.redisFacts(name, args),
      hash: digestOf([args.redis.password ?? '', args.redis.caCertificate ?? '']),
    };
    this.registerOutputs({ tokens: this.tokens });
  }

  private token(name: string, subject: string): pulumi.Output<string> {
    const password = new random.RandomPassword(
      `${name}-token-${subject}`,
      { length: 43, special: false },
      { parent: this },
    );
    return password.result;
  }

  private collectorSecret(name: string, token: pulumi.Output<string> | undefined): void {
    if (token === undefined) return;
    new core.Secret(
      `${name}-collector`,
      {
        metadata: { name: metricsToken.secret, namespace: namespaces.system, labels: labels('dispatcher', 'serve') },
        type: 'Opaque',
        stringData: { [metricsToken.key]: token },
      },
      { parent: this },
    );
  }

  private redisFacts(name: string, { redis, names }: DispatcherSecretsArgs): RedisFacts<pulumi.Input<string>> {
    const { url, password, caCertificate, tlsServerName } = redis;
    const facts = { url, tlsServerName, password: password !== undefined, ca: caCertificate !== undefined };
    const secretName = names('k8s.object', 'redis', 'client');
    if (!facts.password && !facts.ca) return { ...facts, secret: secretName };
    const secret = new core.Secret(
      `${name}-redis`,
      {
        metadata: { name: secretName, namespace: namespaces.system, labels: labels('dispatcher') },
        type: 'Opaque',
        stringData: {
          ...(password === undefined ? {} : { [inDispatcher.redisPasswordFile]: password }),
          ...(caCertificate === undefined ? {} : { [inDispatcher.redisCaFile]: caCertificate }),
        },
      },
      { parent: this },
    );
    return { ...facts, secret: secret.metadata.name };
  }
}

function known({
  subject,
  scopes,
  value,
}: BootstrapToken & { value: pulumi.Output<string> }): pulumi.Output<KnownToken> {
  return pulumi.unsecret(value).apply((token) => ({ subject, scopes, sha256: sha256(token) }));
}
