import { env, externalMetricsApi } from '@agent-factory/contract';
import { ports } from '../endpoints';
import { labels, configHashAnnotation, poolLabel, selector } from '../labels';
import type { Platform } from '../platform';
import { fixedResources } from '../resources';
import { containerSecurity, podSecurity } from '../security';
import { inDispatcher, leavingSeconds, stoppingSeconds, type Role } from './roles';

/** A volume of a role and where it is mounted. */
export interface RoleVolume {
  name: string;
  mountPath: string;
  readOnly: boolean;
  /** The volume's source, such as `{ secret: { secretName } }`. */
  source: Readonly<Record<string, unknown>>;
}

/** How Redis is reached, without its secrets: those are in a mounted Secret. */
export interface RedisFacts<Text> {
  url: Text;
  password: boolean;
  ca: boolean;
  tlsServerName: Text | undefined;
  /** Name of the Secret. */
  secret: Text;
}

/** What a role's pod is made with. */
export interface RolePodOptions<Text> {
  role: Role;
  platform: Platform;
  image: Text;
  /** Cores that it asks for (it may use four times as many) and GiB. */
  size: { cpu: number; memory: number };
  redis: RedisFacts<Text>;
  logLevel: string;
  priorityClass: string;
  serviceAccount: string;
  antiAffinity: 'required' | 'preferred';
  /** Changes when what it reads at its start does. */
  configHash: Text;
  volumes: readonly RoleVolume[];
}

/** Pod template of a role. */
export function rolePod<Text>(options: RolePodOptions<Text>) {
  const { role, platform, image, size, priorityClass, serviceAccount } = options;
  const volumes = [...options.volumes, ...redisVolume(options.redis), temporary];
  return {
    metadata: {
      labels: labels('dispatcher', role),
      annotations: { [configHashAnnotation]: options.configHash },
    },
    spec: {
      serviceAccountName: serviceAccount,
      // Only the recycler speaks to the Kubernetes API.
      automountServiceAccountToken: role === 'recycler',
      enableServiceLinks: false,
      securityContext: podSecurity(),
      priorityClassName: priorityClass,
      terminationGracePeriodSeconds: stoppingSeconds,
      ...(platform.can.poolLabels ? { nodeSelector: { [poolLabel]: 'system' } } : {}),
      affinity: { podAntiAffinity: antiAffinity(role, options.antiAffinity) },
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'topology.kubernetes.io/zone',
          whenUnsatisfiable: 'ScheduleAnyway',
          labelSelector: { matchLabels: selector('dispatcher', role) },
          matchLabelKeys: ['pod-template-hash'],
        },
      ],
      containers: [
        {
          name: role,
          image,
          imagePullPolicy: 'IfNotPresent',
          env: Object.entries(environment(options)).map(([name, value]) => ({ name, value })),
          ports: containerPorts(role),
          resources: fixedResources(size),
          securityContext: containerSecurity(inDispatcher.user),
          lifecycle: { preStop: { sleep: { seconds: leavingSeconds } } },
          ...probes(role),
          volumeMounts: volumes.map(({ name, mountPath, readOnly }) => ({ name, mountPath, readOnly })),
        },
      ],
      volumes: volumes.map(({ name, source }) => ({ name, ...source })),
    },
  };
}

/** Keeps the replicas of one version apart; those of the next may stand beside them, so that a rollout needs no further node. */
function antiAffinity(role: Role, strength: 'required' | 'preferred') {
  const term = {
    topologyKey: 'kubernetes.io/hostname',
    labelSelector: { matchLabels: selector('dispatcher', role) },
    matchLabelKeys: ['pod-template-hash'],
  };
  return strength === 'required'
    ? { requiredDuringSchedulingIgnoredDuringExecution: [term] }
    : { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: term }] };
}

function environment<Text>({ role, redis, logLevel }: RolePodOptions<Text>): Record<string, Text | string> {
  return {
    [env.dispatcherConfig]: `${inDispatcher.configFolder}/${inDispatcher.configFile}`,
    [env.redisUrl]: redis.url,
    ...(redis.password
      ? { [env.redisPasswordFile]: `${inDispatcher.redisFolder}/${inDispatcher.redisPasswordFile}` }
      : {}),
    ...(redis.ca ? { [env.redisCaFile]: `${inDispatcher.redisFolder}/${inDispatcher.redisCaFile}` } : {}),
    ...(redis.tlsServerName === undefined ? {} : { [env.redisTlsServerName]: redis.tlsServerName }),
    [env.listenHost]: '0.0.0.0',
    [env.httpPort]: String(ports.http),
    ...(role === 'serve' ? { [env.grpcPort]: String(ports.grpc), [env.artifactDir]: inDispatcher.artifacts } : {}),
    [env.logLevel]: logLevel,
  };
}

function containerPorts(role: Role) {
  const further: Partial<Record<Role, { name: string; containerPort: number }[]>> = {
    serve: [{ name: 'grpc', containerPort: ports.grpc }],
    'metrics-adapter': [{ name: 'https', containerPort: externalMetricsApi.port }],
  };
  return [{ name: 'http', containerPort: ports.http }, ...(further[role] ?? [])].map((port) => ({
    ...port,
    protocol: 'TCP',
  }));
}

function probes(role: Role) {
  const alive = { httpGet: { path: '/healthz', port: 'http' }, timeoutSeconds: 5 };
  // The adapter is ready when its TLS door answers: through that one it is asked.
  const door = role === 'metrics-adapter' ? { port: 'https', scheme: 'HTTPS' } : { port: 'http' };
  return {
    startupProbe: { ...alive, periodSeconds: 2, failureThreshold: 60 },
    livenessProbe: { ...alive, periodSeconds: 10, failureThreshold: 6 },
    readinessProbe: {
      httpGet: { path: '/readyz', ...door },
      periodSeconds: 5,
      failureThreshold: 2,
      timeoutSeconds: 5,
    },
  };
}

function redisVolume<Text>({ password, ca, secret }: RedisFacts<Text>): RoleVolume[] {
  if (!password && !ca) return [];
  return [secretVolume('redis', inDispatcher.redisFolder, secret)];
}

const temporary: RoleVolume = {
  name: 'tmp',
  mountPath: '/tmp',
  readOnly: false,
  source: { emptyDir: { sizeLimit: '256Mi' } },
};

/** A Secret as files that only the role's group reads. */
export function secretVolume(name: string, mountPath: string, secretName: unknown): RoleVolume {
  return { name, mountPath, readOnly: true, source: { secret: { secretName, defaultMode: 0o440 } } };
}

/** A ConfigMap as files. */
export function configVolume(name: string, mountPath: string, configMap: string): RoleVolume {
  return { name, mountPath, readOnly: true, source: { configMap: { name: configMap, defaultMode: 0o440 } } };
}
