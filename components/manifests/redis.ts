import type { Names } from '../names';
import { namespaces } from '../types';
import { serviceNames } from './endpoints';
import { configHashAnnotation, labels, poolLabel, selector } from './labels';
import type { Platform } from './platform';
import { mebibytes } from './quantities';
import { fixedResources } from './resources';
import { containerSecurity, podSecurity } from './security';

/** Port of Redis. */
export const redisPort = 6379;

/** User of Redis in its public images. */
const redisUser = 999;

/** What the Redis of a cluster is made with. */
interface RedisOptions<Text> {
  names: Names;
  platform: Platform;
  image: Text;
  /** Cores; it may use four times as many. */
  cpu: number;
  /** GiB of the container. Redis keeps data in 70 % of it; the rest is for its buffers and for rewriting the file. */
  memoryGiB: number;
  diskGiB: number;
  storageClass?: string | undefined;
  priorityClass: string;
  /** Secret with `redis.conf` and, for clients and probes, `password`. */
  secret: string;
  /** Changes with that. */
  configHash: Text;
}

const metadata = { name: serviceNames.redis, namespace: namespaces.system, labels: labels('redis') };

const folders = { data: '/data', config: '/etc/redis' } as const;

/** redis.conf: each write is in the append-only file within a second, nothing is evicted, nothing may be done without the password. */
export function redisConf(memoryGiB: number, password: string): string {
  const lines = [
    `port ${redisPort}`,
    'protected-mode no',
    `requirepass ${password}`,
    `dir ${folders.data}`,
    'appendonly yes',
    'appendfsync everysec',
    'save ""',
    `maxmemory ${Math.floor(mebibytes(memoryGiB) * 0.7)}mb`,
    'maxmemory-policy noeviction',
    'tcp-keepalive 60',
  ];
  return `${lines.join('\n')}\n`;
}

/** The Service by which roles find it. */
export function redisService() {
  return {
    apiVersion: 'v1' as const,
    kind: 'Service' as const,
    metadata,
    spec: {
      type: 'ClusterIP',
      selector: selector('redis'),
      ports: [{ name: 'redis', port: redisPort, targetPort: 'redis', protocol: 'TCP', appProtocol: 'redis' }],
    },
  };
}

/** ServiceAccount without a right. */
export function redisServiceAccount() {
  return { apiVersion: 'v1' as const, kind: 'ServiceAccount' as const, metadata, automountServiceAccountToken: false };
}

/** StatefulSet of one Redis with its file on a volume that outlives it. */
export function redisStatefulSet<Text>(options: RedisOptions<Text>) {
  const { platform, image, diskGiB, storageClass } = options;
  return {
    apiVersion: 'apps/v1' as const,
    kind: 'StatefulSet' as const,
    metadata,
    spec: {
      replicas: 1,
      serviceName: serviceNames.redis,
      selector: { matchLabels: selector('redis') },
      updateStrategy: { type: 'RollingUpdate' },
      revisionHistoryLimit: 5,
      // Queues and results are on it: deleting the set by mistake does not lose them.
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
      volumeClaimTemplates: [
        {
          apiVersion: 'v1' as const,
          kind: 'PersistentVolumeClaim' as const,
          metadata: { name: 'data', labels: labels('redis') },
          spec: {
            accessModes: ['ReadWriteOnce'],
            volumeMode: 'Filesystem',
            resources: { requests: { storage: `${diskGiB}Gi` } },
            ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
          },
        },
      ],
      template: {
        metadata: { labels: labels('redis'), annotations: { [configHashAnnotation]: options.configHash } },
        spec: {
          serviceAccountName: serviceNames.redis,
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          securityContext: podSecurity(),
          priorityClassName: options.priorityClass,
          terminationGracePeriodSeconds: 60,
          ...(platform.can.poolLabels ? { nodeSelector: { [poolLabel]: 'system' } } : {}),
          containers: [redisContainer(options, image)],
          volumes: [{ name: 'config', secret: { secretName: options.secret, defaultMode: 0o440 } }],
        },
      },
    },
  };
}

function redisContainer<Text>(options: RedisOptions<Text>, image: Text) {
  const ping = `REDISCLI_AUTH="$(cat ${folders.config}/password)" redis-cli -p ${redisPort} ping | grep -q PONG`;
  return {
    name: 'redis',
    image,
    imagePullPolicy: 'IfNotPresent',
    command: ['redis-server', `${folders.config}/redis.conf`],
    ports: [{ name: 'redis', containerPort: redisPort, protocol: 'TCP' }],
    resources: fixedResources({ cpu: options.cpu, memory: options.memoryGiB }),
    securityContext: containerSecurity(redisUser),
    // Loading a large file takes its time: ten minutes.
    startupProbe: { exec: { command: ['sh', '-c', ping] }, periodSeconds: 5, failureThreshold: 120, timeoutSeconds: 5 },
    livenessProbe: { tcpSocket: { port: 'redis' }, periodSeconds: 10, failureThreshold: 6, timeoutSeconds: 5 },
    readinessProbe: {
      exec: { command: ['sh', '-c', ping] },
      periodSeconds: 10,
      failureThreshold: 3,
      timeoutSeconds: 5,
    },
    volumeMounts: [
      { name: 'data', mountPath: folders.data },
      { name: 'config', mountPath: folders.config, readOnly: true },
    ],
  };
}
