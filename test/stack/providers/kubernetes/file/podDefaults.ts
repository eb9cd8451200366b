import { isObject, type Value, type ValueObject } from '../../shared/values';
import { child, text } from '../object';

/** Adds what is absent. */
export function fill(object: ValueObject, defaults: ValueObject): ValueObject {
  return { ...defaults, ...object };
}

function each(list: Value | undefined, change: (item: ValueObject) => ValueObject): Value | undefined {
  return Array.isArray(list) ? list.map((item) => (isObject(item) ? change(item) : item)) : list;
}

/** Only keys whose value is there: an absent list stays absent. */
function present(entries: Record<string, Value | undefined>): ValueObject {
  return Object.fromEntries(
    Object.entries(entries).filter((entry): entry is [string, Value] => entry[1] !== undefined),
  );
}

function probeDefaults(probe: ValueObject): ValueObject {
  const filled = fill(probe, { failureThreshold: 3, periodSeconds: 10, successThreshold: 1, timeoutSeconds: 1 });
  const { httpGet } = filled;
  return isObject(httpGet) ? { ...filled, httpGet: fill(httpGet, { path: '/', scheme: 'HTTP' }) } : filled;
}

function pullPolicy(image: string): string {
  const name = image.split('/').at(-1) ?? '';
  return !image.includes('@') && (name.endsWith(':latest') || !name.includes(':')) ? 'Always' : 'IfNotPresent';
}

/** What the limits say, a container asks for as well. */
function requestDefaults(resources: ValueObject): ValueObject {
  const limits = child(resources, 'limits');
  if (Object.keys(limits).length === 0) return resources;
  return { ...resources, requests: { ...limits, ...child(resources, 'requests') } };
}

function environmentDefaults(entry: ValueObject): ValueObject {
  const from = child(entry, 'valueFrom');
  const field = from['fieldRef'];
  return isObject(field) ? { ...entry, valueFrom: { ...from, fieldRef: fill(field, { apiVersion: 'v1' }) } } : entry;
}

function containerDefaults(container: ValueObject): ValueObject {
  const probes = ['livenessProbe', 'readinessProbe', 'startupProbe'].flatMap((name) => {
    const probe = container[name];
    return isObject(probe) ? [[name, probeDefaults(probe)] as const] : [];
  });
  return {
    ...fill(container, {
      imagePullPolicy: pullPolicy(text(container['image'])),
      terminationMessagePath: '/dev/termination-log',
      terminationMessagePolicy: 'File',
    }),
    ...Object.fromEntries(probes),
    ...present({
      env: each(container['env'], environmentDefaults),
      ports: each(container['ports'], (port) => fill(port, { protocol: 'TCP' })),
    }),
    resources: requestDefaults(child(container, 'resources')),
  };
}

function projectedSource(source: ValueObject): ValueObject {
  const token = source['serviceAccountToken'];
  return isObject(token) ? { ...source, serviceAccountToken: fill(token, { expirationSeconds: 3600 }) } : source;
}

function volumeDefaults(volume: ValueObject): ValueObject {
  const sources = ['configMap', 'secret', 'projected'].flatMap((name) => {
    const source = volume[name];
    if (!isObject(source)) return [];
    const filled = fill(source, { defaultMode: 0o644 });
    return [[name, { ...filled, ...present({ sources: each(filled['sources'], projectedSource) }) }] as const];
  });
  return { ...volume, ...Object.fromEntries(sources) };
}

/** A pod's `spec` as the API server completes it (pkg/apis/core/v1/defaults.go). */
export function podDefaults(spec: ValueObject): ValueObject {
  const account = text(spec['serviceAccountName']) || text(spec['serviceAccount']);
  const filled = fill(spec, {
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    schedulerName: 'default-scheduler',
    securityContext: {},
    terminationGracePeriodSeconds: 30,
    ...(account === '' ? {} : { serviceAccount: account, serviceAccountName: account }),
  });
  return {
    ...filled,
    ...present({
      containers: each(spec['containers'], containerDefaults),
      initContainers: each(spec['initContainers'], containerDefaults),
      volumes: each(spec['volumes'], volumeDefaults),
    }),
  };
}
