import type { ValueObject } from '../../shared/values';
import { child, groupKind, gvkOf, type KubeObject } from '../object';

/** Where a kind keeps the pods that it makes. */
const templates: Record<string, string[]> = {
  'core/ReplicationController': ['spec', 'template'],
  'apps/Deployment': ['spec', 'template'],
  'apps/StatefulSet': ['spec', 'template'],
  'apps/DaemonSet': ['spec', 'template'],
  'apps/ReplicaSet': ['spec', 'template'],
  'batch/Job': ['spec', 'template'],
  'batch/CronJob': ['spec', 'jobTemplate', 'spec', 'template'],
};

/** The pod that an object is, or makes: its metadata and spec, and where they are; undefined for other kinds. */
export function podOf(object: KubeObject): { pod: ValueObject; path: string } | undefined {
  const kind = groupKind(gvkOf(object));
  if (kind === 'core/Pod') return { pod: object, path: '' };
  const path = templates[kind];
  return path === undefined ? undefined : { pod: child(object, ...path), path: path.join('.') };
}

/** The path of a part of the pod: `spec.template.spec.containers`. */
export function podPath(path: string, part: string): string {
  return path === '' ? part : `${path}.${part}`;
}
