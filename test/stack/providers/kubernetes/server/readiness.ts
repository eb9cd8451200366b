import type { ValueObject } from '../../shared/values';
import { child, groupKind, gvkOf, numeral, objects, strings, text, type KubeObject } from '../object';

/** How far an object is. `failed`: it will not become ready, whatever the time. */
export interface Readiness {
  ready: boolean;
  failed: boolean;
  /** What is awaited, or went wrong. */
  reason: string;
}

const ready: Readiness = { ready: true, failed: false, reason: '' };
const waiting = (reason: string): Readiness => ({ ready: false, failed: false, reason });
const failed = (reason: string): Readiness => ({ ready: false, failed: true, reason });

function condition(object: KubeObject, type: string): ValueObject | undefined {
  return objects(child(object, 'status')['conditions']).find((one) => one['type'] === type);
}

function holds(object: KubeObject, type: string): Readiness {
  const found = condition(object, type);
  if (found?.['status'] === 'True') return ready;
  const why = found === undefined ? 'it has not been reported' : `${text(found['reason'])}: ${text(found['message'])}`;
  return waiting(`condition ${type} does not hold (${why})`);
}

function observed(object: KubeObject): boolean {
  return (
    (numeral(child(object, 'status')['observedGeneration']) ?? 0) >=
    (numeral(child(object, 'metadata')['generation']) ?? 0)
  );
}

function count(object: KubeObject, field: string): number {
  return numeral(child(object, 'status')[field]) ?? 0;
}

function deployment(object: KubeObject): Readiness {
  const wanted = numeral(child(object, 'spec')['replicas']) ?? 1;
  const progressing = condition(object, 'Progressing');
  if (!observed(object)) return waiting('the controller has not seen it yet');
  if (progressing?.['reason'] === 'ProgressDeadlineExceeded') return failed(`rollout: ${text(progressing['message'])}`);
  const [updated, available, all] = [
    count(object, 'updatedReplicas'),
    count(object, 'availableReplicas'),
    count(object, 'replicas'),
  ];
  if (updated >= wanted && available >= wanted && all === updated) return ready;
  const why = condition(object, 'ReplicaFailure');
  return waiting(
    `${updated} of ${wanted} pods updated, ${available} available${why === undefined ? '' : `; ${text(why['message'])}`}`,
  );
}

function statefulSet(object: KubeObject): Readiness {
  const wanted = numeral(child(object, 'spec')['replicas']) ?? 1;
  if (!observed(object)) return waiting('the controller has not seen it yet');
  const status = child(object, 'status');
  const rolled =
    status['currentRevision'] === status['updateRevision'] ||
    child(object, 'spec', 'updateStrategy')['type'] === 'OnDelete';
  const [readyPods, updated] = [count(object, 'readyReplicas'), count(object, 'updatedReplicas')];
  return readyPods >= wanted && rolled ? ready : waiting(`${readyPods} of ${wanted} pods ready, ${updated} updated`);
}

function daemonSet(object: KubeObject): Readiness {
  const wanted = count(object, 'desiredNumberScheduled');
  const [updated, available] = [count(object, 'updatedNumberScheduled'), count(object, 'numberAvailable')];
  if (!observed(object)) return waiting('the controller has not seen it yet');
  return updated >= wanted && available >= wanted
    ? ready
    : waiting(`${updated} of ${wanted} pods updated, ${available} available`);
}

function job(object: KubeObject): Readiness {
  const bad = condition(object, 'Failed');
  if (bad?.['status'] === 'True') return failed(`Job failed: ${text(bad['reason'])}: ${text(bad['message'])}`);
  return child(object, 'spec')['suspend'] === true ? ready : holds(object, 'Complete');
}

function pod(object: KubeObject): Readiness {
  const phase = text(child(object, 'status')['phase']);
  if (phase === 'Succeeded') return ready;
  return phase === 'Failed'
    ? failed(`Pod failed: ${text(child(object, 'status')['message'])}`)
    : holds(object, 'Ready');
}

function claim(object: KubeObject): Readiness {
  const phase = text(child(object, 'status')['phase']);
  return phase === 'Bound' ? ready : waiting(`claim is ${phase || 'not bound'}`);
}

const checks: Record<string, (object: KubeObject) => Readiness> = {
  'core/Pod': pod,
  'core/PersistentVolumeClaim': claim,
  'apps/Deployment': deployment,
  'apps/StatefulSet': statefulSet,
  'apps/DaemonSet': daemonSet,
  'batch/Job': job,
  'apiregistration.k8s.io/APIService': (object) =>
    child(object, 'spec')['service'] === undefined ? ready : holds(object, 'Available'),
  'apiextensions.k8s.io/CustomResourceDefinition': (object) => holds(object, 'Established'),
};

/** Whether the program asks not to wait. */
export function skipsAwait(object: KubeObject): boolean {
  return strings(child(object, 'metadata')['annotations'])['pulumi.com/skipAwait'] === 'true';
}

/** How far an object is, by itself. Kinds that no controller works on are ready at once. */
export function readinessOf(object: KubeObject): Readiness {
  return skipsAwait(object) ? ready : (checks[groupKind(gvkOf(object))]?.(object) ?? ready);
}

/** Whether a Service has to have endpoints before it counts as ready: not without a selector or an address. */
export function needsEndpoints(object: KubeObject): boolean {
  const spec = child(object, 'spec');
  if (groupKind(gvkOf(object)) !== 'core/Service' || skipsAwait(object) || spec['type'] === 'ExternalName')
    return false;
  return spec['clusterIP'] !== 'None' && Object.keys(child(spec, 'selector')).length > 0;
}

/** How far a Service is, by its endpoint slices. */
export function endpointReadiness(slices: readonly KubeObject[]): Readiness {
  const endpoints = slices.flatMap((slice) => objects(slice['endpoints']));
  const live = endpoints.filter((endpoint) => child(endpoint, 'conditions')['ready'] !== false);
  return live.length > 0 ? ready : waiting('Service does not target any Pods that are ready');
}
