import { isObject, type ValueObject } from '../../shared/values';
import { child, groupKind, gvkOf, numeral, objects, strings, text, type KubeObject } from '../object';
import type { KnownKind } from '../schema/catalog';
import { withSchemaDefaults } from '../schema/normalize';
import { fill, podDefaults } from './podDefaults';

type Complete = (object: KubeObject) => KubeObject;

function withSpec(object: KubeObject, change: (spec: ValueObject) => ValueObject): KubeObject {
  return { ...object, spec: change(child(object, 'spec')) };
}

function withTemplate(spec: ValueObject): ValueObject {
  const template = child(spec, 'template');
  return { ...spec, template: { ...template, spec: podDefaults(child(template, 'spec')) } };
}

const rolling = { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } };

const deployment: Complete = (object) =>
  withSpec(object, (spec) => {
    const filled = fill(withTemplate(spec), {
      replicas: 1,
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      strategy: rolling,
    });
    const strategy = child(filled, 'strategy');
    if ((strategy['type'] ?? 'RollingUpdate') !== 'RollingUpdate') return filled;
    return {
      ...filled,
      strategy: { type: 'RollingUpdate', rollingUpdate: fill(child(strategy, 'rollingUpdate'), rolling.rollingUpdate) },
    };
  });

const statefulSet: Complete = (object) =>
  withSpec(object, (spec) => {
    const filled = fill(withTemplate(spec), {
      replicas: 1,
      revisionHistoryLimit: 10,
      podManagementPolicy: 'OrderedReady',
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
    });
    const claims = objects(spec['volumeClaimTemplates']).map((claim) => ({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      ...claim,
      spec: fill(child(claim, 'spec'), { volumeMode: 'Filesystem' }),
      status: { phase: 'Pending' },
    }));
    return claims.length === 0 ? filled : { ...filled, volumeClaimTemplates: claims };
  });

const daemonSet: Complete = (object) =>
  withSpec(object, (spec) =>
    fill(withTemplate(spec), {
      revisionHistoryLimit: 10,
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
    }),
  );

const job: Complete = (object) =>
  withSpec(object, (spec) =>
    fill(withTemplate(spec), {
      backoffLimit: 6,
      completionMode: 'NonIndexed',
      completions: 1,
      parallelism: 1,
      podReplacementPolicy: 'TerminatingOrFailed',
      suspend: false,
    }),
  );

const cronJob: Complete = (object) =>
  withSpec(object, (spec) => {
    const template = child(spec, 'jobTemplate');
    const filled = fill(spec, {
      concurrencyPolicy: 'Allow',
      failedJobsHistoryLimit: 1,
      successfulJobsHistoryLimit: 3,
      suspend: false,
    });
    return { ...filled, jobTemplate: { ...template, spec: withTemplate(child(template, 'spec')) } };
  });

const service: Complete = (object) =>
  withSpec(object, (spec) => {
    const ports = objects(spec['ports']).map((port) =>
      fill(port, { protocol: 'TCP', targetPort: port['port'] ?? null }),
    );
    const filled = fill(spec, {
      type: 'ClusterIP',
      sessionAffinity: 'None',
      internalTrafficPolicy: 'Cluster',
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
    });
    return ports.length === 0 ? filled : { ...filled, ports };
  });

const scaleUp = {
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
  selectPolicy: 'Max',
  stabilizationWindowSeconds: 0,
};
const scaleDown = { policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }], selectPolicy: 'Max' };

const autoscaler: Complete = (object) =>
  withSpec(object, (spec) => {
    const filled = fill(spec, { minReplicas: 1 });
    if (!isObject(spec['behavior'])) return filled;
    const behaviour = child(spec, 'behavior');
    return {
      ...filled,
      behavior: {
        scaleUp: fill(child(behaviour, 'scaleUp'), scaleUp),
        scaleDown: fill(child(behaviour, 'scaleDown'), scaleDown),
      },
    };
  });

const rulesWithProtocol = (rules: readonly ValueObject[]): ValueObject[] =>
  rules.map((rule) =>
    rule['ports'] === undefined
      ? rule
      : { ...rule, ports: objects(rule['ports']).map((port) => fill(port, { protocol: 'TCP' })) },
  );

const networkPolicy: Complete = (object) =>
  withSpec(object, (spec) => ({
    ...fill(spec, { policyTypes: spec['egress'] === undefined ? ['Ingress'] : ['Ingress', 'Egress'] }),
    ...(spec['ingress'] === undefined ? {} : { ingress: rulesWithProtocol(objects(spec['ingress'])) }),
    ...(spec['egress'] === undefined ? {} : { egress: rulesWithProtocol(objects(spec['egress'])) }),
  }));

const apiService: Complete = (object) =>
  withSpec(object, (spec) =>
    isObject(spec['service']) ? { ...spec, service: fill(spec['service'], { port: 443 }) } : spec,
  );

const claim: Complete = (object) => withSpec(object, (spec) => fill(spec, { volumeMode: 'Filesystem' }));
const volume: Complete = (object) =>
  withSpec(object, (spec) => fill(spec, { persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' }));
const namespace: Complete = (object) => {
  const metadata = child(object, 'metadata');
  const labels = fill(strings(metadata['labels']), { 'kubernetes.io/metadata.name': text(metadata['name']) });
  return {
    ...object,
    metadata: { ...metadata, labels },
    spec: fill(child(object, 'spec'), { finalizers: ['kubernetes'] }),
  };
};

const complete: Record<string, Complete> = {
  'core/Namespace': namespace,
  'core/Pod': (object) => withSpec(object, podDefaults),
  'core/Service': service,
  'core/Secret': (object) => fill(object, { type: 'Opaque' }),
  'core/PersistentVolumeClaim': claim,
  'core/PersistentVolume': volume,
  'apps/Deployment': deployment,
  'apps/StatefulSet': statefulSet,
  'apps/DaemonSet': daemonSet,
  'batch/Job': job,
  'batch/CronJob': cronJob,
  'autoscaling/HorizontalPodAutoscaler': autoscaler,
  'networking.k8s.io/NetworkPolicy': networkPolicy,
  'apiregistration.k8s.io/APIService': apiService,
  'storage.k8s.io/StorageClass': (object) => fill(object, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }),
  'scheduling.k8s.io/PriorityClass': (object) => fill(object, { preemptionPolicy: 'PreemptLowerPriority' }),
};

/** The object as the API server completes it: its kind's defaults, then those that the schema states. */
export function withDefaults(object: KubeObject, kind: KnownKind): KubeObject {
  const own = complete[groupKind(gvkOf(object))];
  return withSchemaDefaults(own === undefined ? object : own(object), kind);
}

/** How many pods a workload wants. */
export function replicasOf(object: KubeObject): number {
  return numeral(child(object, 'spec')['replicas']) ?? 1;
}
