import * as pulumi from '@pulumi/pulumi';
import { AgentWorkload, type AgentWorkloadArgs } from '../../../components/agentWorkload';
import { Dispatcher, type DispatcherArgs } from '../../../components/dispatcher';
import { Edge } from '../../../components/edge';
import { InClusterRedis } from '../../../components/inClusterRedis';
import { edgePeers } from '../../../components/manifests/edge/policies';
import type { Platform } from '../../../components/manifests/platform';
import type { Names } from '../../../components/names';
import { Namespaces, type NamespacesArgs } from '../../../components/namespaces';
import { QueueMetric, type QueueMetricArgs } from '../../../components/queueMetric';
import { RuntimeClass } from '../../../components/runtimeClass';
import type { AgentPlan } from '../../../components/types';
import { record, type RecordOptions, type Recording } from '../../support/pulumi/recorder';
import { image, models, names, plans } from './fixtures';

/** What differs between the factories that tests put up. */
export interface FactoryOptions {
  platform: Platform;
  names?: Names;
  plans?: readonly AgentPlan[];
  backend?: 'dispatcher' | 'gke' | 'keda';
  namespaces?: Partial<NamespacesArgs>;
  dispatcher?: Partial<DispatcherArgs>;
  agents?: Partial<AgentWorkloadArgs>;
  exposure?: 'none' | 'internal' | 'external';
}

const redisImage = `docker.io/library/redis@sha256:${'b'.repeat(64)}`;

const keda = { backend: 'keda', prometheusUrl: 'http://prometheus.monitoring:9090', pollingSeconds: 5 } as const;

/** The cluster half of a factory: everything above the cloud. */
function putUp(options: FactoryOptions) {
  const { platform, backend = 'dispatcher', exposure = 'none' } = options;
  const own = options.names ?? names;
  const types = options.plans ?? plans;
  if (platform.kind === 'existing') new RuntimeClass('gvisor', { className: platform.runtimeClass, handler: 'runsc' });
  const namespaces = new Namespaces('namespaces', {
    names: own,
    platform,
    plans: types,
    access: { viewers: ['look@example.com'], operators: ['run@example.com'], admins: ['own@example.com'] },
    requireDigests: true,
    ...options.namespaces,
  });
  const after = { dependsOn: [namespaces] };
  const redis =
    platform.kind === 'existing'
      ? new InClusterRedis(
          'redis',
          { names: own, platform, image: redisImage, cpu: 0.25, memoryGiB: 1, diskGiB: 8 },
          after,
        ).connection
      : {
          url: 'rediss://10.40.0.4:6378',
          password: pulumi.secret('auth-string'),
          caCertificate: pulumi.secret('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'),
          network: { kind: 'cidr' as const, cidr: '10.40.0.4/32', port: 6378 },
        };
  const base = { names: own, platform, image, logLevel: 'info', antiAffinity: 'required' as const };
  const dispatcher = new Dispatcher(
    'dispatcher',
    {
      ...base,
      plans: types,
      redis,
      serve: { replicas: 3, maxReplicas: 6, cpu: 0.5, memory: 0.5 },
      modelGateway: { replicas: 2, maxReplicas: 6, cpu: 0.25, memory: 0.5 },
      recycler: { cpu: 0.05, memory: 0.25 },
      issuer: {
        issuer: 'https://container.googleapis.com/v1/projects/p',
        jwksUri: 'https://container.googleapis.com/v1/projects/p/jwks',
      },
      models,
      artifacts:
        platform.kind === 'gke'
          ? { kind: 'bucket', bucket: 'factory-dev-artifacts' }
          : { kind: 'volume', sizeGiB: 20, accessMode: 'ReadWriteMany' },
      ...(exposure === 'none' ? {} : { edge: edgePeers<pulumi.Input<string>>(platform, '10.42.0.0/23') }),
      ...options.dispatcher,
    },
    after,
  );
  const adapter = {
    ...base,
    replicas: 2,
    cpu: 0.1,
    memory: 0.25,
    redis: dispatcher.redis,
    redisNetwork: redis.network,
  };
  const source: QueueMetricArgs['source'] =
    backend === 'dispatcher' ? { backend, adapter } : backend === 'keda' ? keda : { backend };
  const metric = new QueueMetric('queue-metric', { plans: types, source }, after);
  for (const plan of types)
    new AgentWorkload(
      `agent-${plan.name}`,
      {
        plan,
        names: own,
        platform,
        image: image.replace('dispatcher', plan.name),
        metric: metric.source,
        ...options.agents,
      },
      after,
    );
  if (exposure !== 'none') {
    const certificates = ['factory-certificate'];
    const own_ = { names: own, platform, exposure, host: 'factory.example.com', certificates };
    new Edge('edge', platform.kind === 'gke' ? own_ : { ...own_, gatewayClass: 'nginx' }, after);
  }
  return { dispatcher, metric };
}

/** What the cluster and the random provider would add. */
export const clusterOutputs: NonNullable<RecordOptions['outputs']> = {
  'random:index/randomBytes:RandomBytes': () => ({ base64: Buffer.alloc(32, 7).toString('base64') }),
  'random:index/randomPassword:RandomPassword': (_inputs, name) => ({ result: `${name}-`.padEnd(43, 'x') }),
  'tls:index/privateKey:PrivateKey': (_inputs, name) => ({ privateKeyPem: `PRIVATE ${name}` }),
  'tls:index/certRequest:CertRequest': (_inputs, name) => ({ certRequestPem: `REQUEST ${name}` }),
  'tls:index/selfSignedCert:SelfSignedCert': (_inputs, name) => ({ certPem: `CERTIFICATE ${name}` }),
  'tls:index/locallySignedCert:LocallySignedCert': (_inputs, name) => ({ certPem: `CERTIFICATE ${name}` }),
  'kubernetes:core/v1:ConfigMap': (inputs, name) =>
    name.endsWith('-authentication')
      ? {
          data: {
            'requestheader-client-ca-file': '-----BEGIN CERTIFICATE-----\nAGGREGATOR\n-----END CERTIFICATE-----\n',
            'requestheader-allowed-names': '["front-proxy-client"]',
          },
        }
      : { data: inputs['data'] },
};

/** Puts a factory up under the recording monitor. */
export function recordFactory(options: FactoryOptions, more: RecordOptions = {}) {
  return record(() => putUp(options), { outputs: clusterOutputs, ...more });
}

/** A Kubernetes object as a program registered it. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  [field: string]: unknown;
}

/** The Kubernetes objects of a recording, those that were only read left out. */
export function objectsOf(recording: Recording): KubernetesObject[] {
  return recording.all
    .filter(({ type, custom, inputs }) => custom && type.startsWith('kubernetes:') && inputs['metadata'] !== undefined)
    .map(({ type, inputs }) => {
      const [, group = '', kind = ''] = /^kubernetes:(.+):(\w+)$/.exec(type) ?? [];
      const apiVersion = group.replace(/^core\//, '');
      return { apiVersion, kind, ...inputs } as KubernetesObject; // has metadata, as was asked above
    });
}
