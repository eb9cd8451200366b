import { createHash } from 'node:crypto';
import type { ValueObject } from '../../shared/values';
import { child, groupKind, gvkOf, idOf, numeral, objects, text, type KubeObject } from '../object';
import { replicasOf } from './defaults';

function digest(object: KubeObject): number[] {
  return [
    ...createHash('sha256')
      .update(`${groupKind(gvkOf(object))}/${idOf(object)}`)
      .digest(),
  ];
}

/** An address that is always the same for the same object: clusters differ, tests should not. */
function address(object: KubeObject, prefix: string): string {
  const [third = 0, fourth = 0] = digest(object);
  return `${prefix}.${third % 254}.${1 + (fourth % 254)}`;
}

function condition(type: string, reason: string, status = 'True'): ValueObject {
  return { type, status, reason, message: '', lastTransitionTime: '2026-01-01T00:00:00Z' };
}

function replicated(object: KubeObject): ValueObject {
  const count = replicasOf(object);
  const generation = child(object, 'metadata')['generation'] ?? 1;
  return {
    observedGeneration: generation,
    replicas: count,
    readyReplicas: count,
    availableReplicas: count,
    updatedReplicas: count,
  };
}

const statuses: Record<string, (object: KubeObject) => ValueObject> = {
  'core/Namespace': () => ({ phase: 'Active' }),
  'core/Pod': (object) => ({ phase: 'Running', podIP: address(object, '10.4'), conditions: [condition('Ready', '')] }),
  'core/PersistentVolumeClaim': (object) => ({
    phase: 'Bound',
    capacity: child(object, 'spec', 'resources', 'requests'),
    accessModes: child(object, 'spec')['accessModes'] ?? [],
  }),
  'core/PersistentVolume': () => ({ phase: 'Available' }),
  'core/Service': (object) =>
    child(object, 'spec')['type'] === 'LoadBalancer'
      ? { loadBalancer: { ingress: [{ ip: address(object, '203.0'), ipMode: 'VIP' }] } }
      : { loadBalancer: {} },
  'core/ResourceQuota': (object) => ({ hard: child(object, 'spec', 'hard'), used: {} }),
  'apps/Deployment': (object) => ({
    ...replicated(object),
    conditions: [
      condition('Available', 'MinimumReplicasAvailable'),
      condition('Progressing', 'NewReplicaSetAvailable'),
    ],
  }),
  'apps/StatefulSet': (object) => ({
    ...replicated(object),
    currentRevision: 'rev-1',
    updateRevision: 'rev-1',
    currentReplicas: replicasOf(object),
  }),
  'apps/DaemonSet': () => ({
    currentNumberScheduled: 1,
    desiredNumberScheduled: 1,
    numberAvailable: 1,
    numberMisscheduled: 0,
    numberReady: 1,
    updatedNumberScheduled: 1,
  }),
  'batch/Job': (object) => ({
    succeeded: numeral(child(object, 'spec')['completions']) ?? 1,
    conditions: [condition('Complete', 'CompletionsReached')],
  }),
  'policy/PodDisruptionBudget': () => ({
    currentHealthy: 1,
    desiredHealthy: 1,
    disruptionsAllowed: 0,
    expectedPods: 1,
  }),
  'autoscaling/HorizontalPodAutoscaler': (object) => ({
    currentReplicas: numeral(child(object, 'spec')['minReplicas']) ?? 1,
    desiredReplicas: numeral(child(object, 'spec')['minReplicas']) ?? 1,
    conditions: [condition('AbleToScale', 'ReadyForNewScale'), condition('ScalingActive', 'ValidMetricFound')],
  }),
  'apiregistration.k8s.io/APIService': () => ({ conditions: [condition('Available', 'Passed')] }),
  'apiextensions.k8s.io/CustomResourceDefinition': (object) => ({
    acceptedNames: child(object, 'spec', 'names'),
    conditions: [condition('NamesAccepted', 'NoConflicts'), condition('Established', 'InitialNamesAccepted')],
    storedVersions: objects(child(object, 'spec')['versions']).map((version) => text(version['name'])),
  }),
  'gateway.networking.k8s.io/Gateway': (object) => ({
    addresses: [{ type: 'IPAddress', value: address(object, '203.0') }],
    conditions: [condition('Accepted', 'Accepted'), condition('Programmed', 'Programmed')],
  }),
};

/** What controllers write once the object works. */
export function readyStatus(object: KubeObject): ValueObject | undefined {
  return statuses[groupKind(gvkOf(object))]?.(object);
}

/** A Service's address, which the API server itself gives out. */
export function withAddress(object: KubeObject): KubeObject {
  const spec = child(object, 'spec');
  if (groupKind(gvkOf(object)) !== 'core/Service' || spec['type'] === 'ExternalName') return object;
  const given = text(spec['clusterIP']) || address(object, '34.118');
  return { ...object, spec: { ...spec, clusterIP: given, clusterIPs: [given] } };
}
