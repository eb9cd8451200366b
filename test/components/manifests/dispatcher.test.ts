import { agentTypes } from '@agent-factory/contract';
import { dispatcherFileSchema } from '../../../dispatcher/src/config';
import { artifactsClaim, artifactsVolumes } from '../../../components/manifests/dispatcher/artifacts';
import {
  metricsAdapterConfig,
  modelGatewayConfig,
  recyclerConfig,
  serveConfig,
} from '../../../components/manifests/dispatcher/config';
import { roleBudget, roleDeployment, roleHpa } from '../../../components/manifests/dispatcher/deployment';
import {
  managedKeysVolume,
  modelKeysClass,
  secretsParameter,
} from '../../../components/manifests/dispatcher/modelKeys';
import type { RolePodOptions } from '../../../components/manifests/dispatcher/pod';
import { recyclerBinding, recyclerRole } from '../../../components/manifests/dispatcher/recycler';
import type { Role } from '../../../components/manifests/dispatcher/roles';
import {
  dispatcherService,
  grpcService,
  metricsService,
  modelsService,
} from '../../../components/manifests/dispatcher/services';
import { endpoints } from '../../../components/manifests/endpoints';
import { collectorRole, metricsToken, rolePodMonitoring } from '../../../components/manifests/podMonitoring';
import { redisConf, redisStatefulSet } from '../../../components/manifests/redis';
import { existing, gke, image, models, names, plan, plans } from '../cluster/fixtures';

const roles: Role[] = ['serve', 'model-gateway', 'metrics-adapter', 'recycler'];
const tokens = [{ subject: 'bootstrap', sha256: 'a'.repeat(64), scopes: ['task:read'] as const }];
const issuer = {
  issuer: 'https://container.googleapis.com/v1/projects/p',
  jwksUri: 'https://container.googleapis.com/v1/projects/p/jwks',
};

function podOptions(role: Role, changes: Partial<RolePodOptions<string>> = {}): RolePodOptions<string> {
  return {
    role,
    platform: gke,
    image,
    size: { cpu: 0.5, memory: 0.5 },
    redis: {
      url: 'rediss://10.40.0.4:6378',
      password: true,
      ca: true,
      tlsServerName: undefined,
      secret: 'redis-client',
    },
    logLevel: 'info',
    priorityClass: 'factory-system',
    serviceAccount: role,
    antiAffinity: 'required',
    configHash: 'abc',
    volumes: [],
    ...changes,
  };
}

function containerOf(role: Role, changes: Partial<RolePodOptions<string>> = {}) {
  const { template } = roleDeployment({ ...podOptions(role, changes), names, replicas: { min: 3, max: 6 } }).spec;
  const [container] = template.spec.containers;
  if (container === undefined) throw new Error('a role has a container');
  return {
    container,
    template,
    environment: Object.fromEntries(container.env.map(({ name, value }) => [name, value])),
  };
}

describe('the configuration of each role', () => {
  it('is one that the dispatcher takes', () => {
    const configs = [
      serveConfig({ plans, names, tokens, issuer, models }),
      serveConfig({ plans, names, tokens, issuer: { ...issuer, jwksUri: undefined, jwks: { keys: [] } }, models }),
      modelGatewayConfig({ tokens, models }),
      metricsAdapterConfig({ plans, allowedNames: ['front-proxy-client'] }),
      recyclerConfig(),
    ];
    for (const config of configs) expect(dispatcherFileSchema.parse(config).roles).toEqual(config.roles);
  });

  it('lets exactly the agents of this environment register, each with its own type', () => {
    const some = [plan('python'), plan('tester')];
    const { identity } = dispatcherFileSchema.parse(serveConfig({ plans: some, names, tokens, issuer, models }));
    expect(identity?.issuers[0]).toMatchObject({
      audience: 'agent-factory',
      namespace: 'factory-agents',
      service_accounts: { 'agent-python': 'python', 'agent-tester': 'tester' },
    });
    expect(serveConfig({ plans: some, names, tokens, issuer: undefined, models })).not.toHaveProperty('identity');
  });

  it('says what the environment changes of the catalogue, and nothing else', () => {
    const changed = plans.map((one) => (one.name === 'tester' ? { ...one, queueTarget: 9 } : one));
    expect(serveConfig({ plans: changed, names, tokens, issuer, models })).toMatchObject({
      queue_targets: { tester: 9 },
    });
    expect(metricsAdapterConfig({ plans: changed, allowedNames: [] })).toMatchObject({ queue_targets: { tester: 9 } });
    expect(serveConfig({ plans, names, tokens, issuer, models })).not.toHaveProperty('queue_targets');
    const taken = dispatcherFileSchema.parse(serveConfig({ plans: changed, names, tokens, issuer, models }));
    expect(taken.queue_targets).toEqual({ tester: 9 });
    const limited = serveConfig({ plans: [plan('tester', { queue_limit: 5 })], names, tokens, issuer, models });
    expect(limited).toMatchObject({ limits: { queue_limit: { tester: 5 } } });
  });

  it('answers HPAs of the agents’ namespace alone', () => {
    const { metrics_adapter: adapter } = dispatcherFileSchema.parse(
      metricsAdapterConfig({ plans, allowedNames: ['a'] }),
    );
    expect(adapter).toMatchObject({ namespaces: ['factory-agents'], allowed_names: ['a'], port: 10_250 });
  });
});

describe('the pods of a role', () => {
  it.each(roles)('%s run as a user without rights, and stop in time', (role) => {
    const { container, template } = containerOf(role);
    expect(container.securityContext).toMatchObject({
      runAsUser: 1000,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(container.resources.requests['memory']).toBe(container.resources.limits['memory']);
    expect(container.lifecycle.preStop.sleep.seconds + 10).toBeLessThan(template.spec.terminationGracePeriodSeconds);
    expect(template.spec.nodeSelector).toEqual({ 'agent-factory.dev/pool': 'system' });
  });

  it('hold a token of the Kubernetes API for the recycler only', () => {
    const mounted = roles.filter((role) => containerOf(role).template.spec.automountServiceAccountToken);
    expect(mounted).toEqual(['recycler']);
  });

  it('get what the dispatcher reads, with secrets as files', () => {
    expect(containerOf('serve').environment).toEqual({
      DISPATCHER_CONFIG: '/etc/dispatcher/config/config.json',
      REDIS_URL: 'rediss://10.40.0.4:6378',
      REDIS_PASSWORD_FILE: '/etc/dispatcher/redis/password',
      REDIS_CA_FILE: '/etc/dispatcher/redis/ca.crt',
      LISTEN_HOST: '0.0.0.0',
      HTTP_PORT: '7070',
      GRPC_PORT: '7071',
      ARTIFACT_DIR: '/var/lib/artifacts',
      LOG_LEVEL: 'info',
    });
    const plain = { url: 'redis://redis:6379', password: false, ca: false, tlsServerName: undefined, secret: '' };
    const { environment, template } = containerOf('recycler', { redis: plain });
    expect(Object.keys(environment)).toEqual([
      'DISPATCHER_CONFIG',
      'REDIS_URL',
      'LISTEN_HOST',
      'HTTP_PORT',
      'LOG_LEVEL',
    ]);
    expect(template.spec.volumes.map(({ name }) => name)).toEqual(['tmp']);
  });

  it('stand on nodes of their own when that is required, each version for itself', () => {
    const term = { topologyKey: 'kubernetes.io/hostname', matchLabelKeys: ['pod-template-hash'] };
    expect(containerOf('serve').template.spec.affinity.podAntiAffinity).toMatchObject({
      requiredDuringSchedulingIgnoredDuringExecution: [term],
    });
    expect(containerOf('serve', { antiAffinity: 'preferred' }).template.spec.affinity.podAntiAffinity).toMatchObject({
      preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: term }],
    });
  });

  it('are replaced when their configuration changes', () => {
    expect(containerOf('serve').template.metadata.annotations).toEqual({ 'agent-factory.dev/config-hash': 'abc' });
  });

  it('of the metrics adapter are ready when its TLS door answers', () => {
    expect(containerOf('metrics-adapter').container.readinessProbe.httpGet).toEqual({
      path: '/readyz',
      port: 'https',
      scheme: 'HTTPS',
    });
    expect(containerOf('metrics-adapter').container.ports).toContainEqual({
      name: 'https',
      containerPort: 10_250,
      protocol: 'TCP',
    });
  });
});

describe('a role', () => {
  it('has a new pod ready before an old one goes, and its number from its autoscaler', () => {
    const { spec } = roleDeployment({ ...podOptions('serve'), names, replicas: { min: 3, max: 6 } });
    expect(spec.strategy.rollingUpdate).toEqual({ maxUnavailable: 0, maxSurge: 1 });
    expect(spec).not.toHaveProperty('replicas');
    expect(roleHpa('serve', names, { min: 3, max: 6 })?.spec).toMatchObject({ minReplicas: 3, maxReplicas: 6 });
  });

  it('has a fixed number when it may not vary', () => {
    expect(roleDeployment({ ...podOptions('recycler'), names, replicas: { min: 1, max: 1 } }).spec).toMatchObject({
      replicas: 1,
    });
    expect(roleHpa('recycler', names, { min: 1, max: 1 })).toBeUndefined();
  });

  it('loses one pod at a time to a drain', () => {
    expect(roleBudget('serve', names).spec).toMatchObject({ maxUnavailable: 1 });
  });
});

describe('Services', () => {
  it('are where agents look for them', () => {
    const hosts = [dispatcherService(), grpcService(), modelsService()].map(
      ({ metadata, spec }) => `${metadata.name}.${metadata.namespace}:${JSON.stringify(spec)}`,
    );
    for (const [index, { host, port }] of [endpoints.http, endpoints.grpc, endpoints.models].entries())
      expect(hosts[index]).toMatch(new RegExp(`^${host}:.*"port":${port}`));
  });

  it('of gRPC are headless, so that each agent’s stream finds a replica of its own', () => {
    expect(grpcService().spec).toMatchObject({ clusterIP: 'None' });
  });

  it('of the metrics adapter answer on 443', () => {
    expect(metricsService().spec).toMatchObject({ ports: [{ port: 443, targetPort: 'https' }] });
  });
});

it('gives the recycler its one right, and nobody else any', () => {
  expect(recyclerRole(names).rules).toEqual([
    { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'delete'] },
  ]);
  expect(recyclerRole(names).metadata.namespace).toBe('factory-agents');
  expect(recyclerBinding(names).subjects).toEqual([
    { kind: 'ServiceAccount', name: 'recycler', namespace: 'factory-system' },
  ]);
});

describe('artifacts', () => {
  it('are on a claim, or in a bucket that the dispatcher reaches itself', () => {
    const volume = { kind: 'volume', sizeGiB: 20, accessMode: 'ReadWriteMany', storageClass: 'nfs' } as const;
    expect(artifactsClaim(volume, names)?.spec).toMatchObject({
      accessModes: ['ReadWriteMany'],
      storageClassName: 'nfs',
    });
    expect(artifactsVolumes(volume, names)).toMatchObject([
      { mountPath: '/var/lib/artifacts', source: { persistentVolumeClaim: { claimName: 'dispatcher-artifacts' } } },
    ]);
    const bucket = { kind: 'bucket', bucket: 'b' } as const;
    expect(artifactsClaim(bucket, names)).toBeUndefined();
    expect(artifactsVolumes(bucket, names)).toEqual([]);
    const config = dispatcherFileSchema.parse(serveConfig({ plans, names, tokens, issuer, models, bucket: 'b-1' }));
    expect(config.artifacts).toMatchObject({ kind: 'bucket', bucket: 'b-1' });
    expect(serveConfig({ plans, names, tokens, issuer, models })).not.toHaveProperty('artifacts');
  });
});

describe('keys of model providers', () => {
  it('come from Secret Manager as one file a provider, where the gateway’s configuration looks', () => {
    const secrets = secretsParameter([{ path: 'claude', project: 'p', secret: 'factory-dev-claude' }]);
    expect(JSON.parse(secrets)).toEqual([
      { resourceName: 'projects/p/secrets/factory-dev-claude/versions/latest', path: 'claude' },
    ]);
    const volume = managedKeysVolume(names);
    expect(volume.source).toMatchObject({
      csi: {
        driver: 'secrets-store-gke.csi.k8s.io',
        volumeAttributes: { secretProviderClass: modelKeysClass(secrets, names).metadata.name },
      },
    });
    const provider = models.providers['claude'];
    expect(provider?.api_key_file).toBe(`${volume.mountPath}/claude`);
  });
});

describe('metrics', () => {
  it('of roles that agents reach need the collector’s token, which it alone may read', () => {
    expect(rolePodMonitoring('serve', true).spec.endpoints[0]).toMatchObject({
      authorization: { type: 'Bearer', credentials: { secret: { name: metricsToken.secret } } },
    });
    expect(rolePodMonitoring('recycler', false).spec.endpoints[0]).not.toHaveProperty('authorization');
    expect(collectorRole().rules[0]?.resourceNames).toEqual([metricsToken.secret]);
  });
});

describe('the Redis of a cluster', () => {
  it('writes every change to its file, evicts nothing and asks for its password', () => {
    const lines = redisConf(1, 'the-password').split('\n');
    for (const line of ['appendonly yes', 'maxmemory-policy noeviction', 'maxmemory 716mb', 'requirepass the-password'])
      expect(lines).toContain(line);
  });

  it('keeps its volume, runs as a user, and has its password in files only', () => {
    const { spec } = redisStatefulSet({
      names,
      platform: existing,
      image: 'redis',
      cpu: 0.25,
      memoryGiB: 1,
      diskGiB: 8,
      priorityClass: 'factory-system',
      secret: 'redis',
      configHash: 'abc',
    });
    expect(spec.persistentVolumeClaimRetentionPolicy).toEqual({ whenDeleted: 'Retain', whenScaled: 'Retain' });
    const [container] = spec.template.spec.containers;
    expect(container?.securityContext).toMatchObject({ runAsUser: 999, readOnlyRootFilesystem: true });
    expect(container).not.toHaveProperty('env');
    expect(container?.resources).toMatchObject({ requests: { memory: '1Gi' }, limits: { memory: '1Gi' } });
  });
});

test('every type of the catalogue has a plan here', () => expect(plans).toHaveLength(agentTypes.length));
