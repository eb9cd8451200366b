import { itemPath, memberPath, type ValueObject } from '../../shared/values';
import type { ClusterView } from '../file/cluster';
import { child, list, namespaceOf, nameOf, numeral, objects, strings, text, type KubeObject } from '../object';
import type { Report } from '../rules/finding';
import { podSecurityFindings, type Level } from '../rules/podSecurity';
import { podOf, podPath } from '../rules/podTemplate';
import { parseQuantity } from '../schema/quantity';
import { bare } from '../schema/text';

const workloads = [
  { group: 'apps', kind: 'Deployment' },
  { group: 'apps', kind: 'StatefulSet' },
  { group: 'batch', kind: 'Job' },
  { group: '', kind: 'Pod' },
] as const;

/** The level that a namespace enforces. */
function enforcedLevel(view: ClusterView, namespace: string): Level {
  const owner = view.get({ group: '', kind: 'Namespace' }, '', namespace);
  const level = strings(child(owner, 'metadata')['labels'])['pod-security.kubernetes.io/enforce'];
  return level === 'restricted' || level === 'baseline' ? level : 'privileged';
}

/** Pod security admission for the pods that an object is, or makes. */
export function checkPodSecurity(view: ClusterView, object: KubeObject, report: Report): void {
  const found = podOf(object);
  if (found === undefined) return;
  const level = enforcedLevel(view, namespaceOf(object));
  for (const { path, message } of podSecurityFindings(level, child(found.pod, 'spec'), podPath(found.path, 'spec'))) {
    report(path, `violates PodSecurity "${level}": ${message}`);
  }
}

/** What LimitRanges of the namespace give to containers that ask for nothing. */
function defaults(view: ClusterView, namespace: string): Record<'requests' | 'limits', ValueObject> {
  const limits = view
    .list({ group: '', kind: 'LimitRange' }, namespace)
    .flatMap((range) => objects(child(range, 'spec')['limits']))
    .filter((limit) => limit['type'] === 'Container');
  const merge = (part: string): ValueObject =>
    Object.assign({}, ...limits.map((limit) => child(limit, part))) as ValueObject;
  return { limits: merge('default'), requests: { ...merge('default'), ...merge('defaultRequest') } };
}

/** How much one pod asks for, by quota name (`requests.cpu`); what a container leaves out is in `absent`. */
function usage(
  pod: ValueObject,
  given: Record<'requests' | 'limits', ValueObject>,
): { total: Map<string, bigint>; absent: Set<string> } {
  const total = new Map<string, bigint>();
  const absent = new Set<string>();
  for (const container of objects(pod['containers'])) {
    const resources = child(container, 'resources');
    for (const part of ['requests', 'limits'] as const) {
      for (const name of ['cpu', 'memory', 'ephemeral-storage']) {
        const fallback =
          part === 'requests' ? (child(resources, 'limits')[name] ?? given.requests[name]) : given.limits[name];
        const nano = parseQuantity(child(resources, part)[name] ?? fallback)?.nano;
        const key = `${part}.${name}`;
        if (nano === undefined) absent.add(key);
        else total.set(key, (total.get(key) ?? 0n) + nano);
      }
    }
  }
  return { total, absent };
}

function podsOf(object: KubeObject): bigint {
  return BigInt(numeral(child(object, 'spec')['replicas']) ?? numeral(child(object, 'spec')['parallelism']) ?? 1);
}

const aliases: Record<string, string> = { cpu: 'requests.cpu', memory: 'requests.memory' };

/** Quotas of the namespace: pods must state what a quota counts, and all of them together must fit. */
export function checkQuotas(view: ClusterView, object: KubeObject, report: Report): void {
  const found = podOf(object);
  const namespace = namespaceOf(object);
  const quotas = view
    .list({ group: '', kind: 'ResourceQuota' }, namespace)
    .filter(
      (quota) =>
        list(child(quota, 'spec')['scopes']).length === 0 && child(quota, 'spec')['scopeSelector'] === undefined,
    );
  if (found === undefined || quotas.length === 0) return;
  const given = defaults(view, namespace);
  const others = workloads
    .flatMap((kind) => view.list(kind, namespace))
    .filter((other) => !(nameOf(other) === nameOf(object) && other['kind'] === object['kind']));
  const sum = (name: string): bigint =>
    [...others, object].reduce((all, one) => {
      const count = podsOf(one);
      if (name === 'pods' || name === 'count/pods') return all + count * 1_000_000_000n;
      return all + count * (usage(child(podOf(one)?.pod, 'spec'), given).total.get(aliases[name] ?? name) ?? 0n);
    }, 0n);
  const path = podPath(found.path, 'spec.containers');
  const { absent } = usage(child(found.pod, 'spec'), given);
  for (const quota of quotas) {
    for (const [name, hard] of Object.entries(child(quota, 'spec', 'hard'))) {
      const limit = parseQuantity(hard)?.nano;
      if (absent.has(aliases[name] ?? name))
        report(path, `failed quota: ${nameOf(quota)}: must specify ${name} for every container`);
      else if (limit !== undefined && sum(name) > limit) {
        report(
          path,
          `exceeded quota: ${nameOf(quota)}, ${name} of all pods in ${namespace} would exceed ${bare(hard)}`,
        );
      }
    }
  }
}

/** LimitRanges of the namespace: each container between min and max. */
export function checkLimitRanges(view: ClusterView, object: KubeObject, report: Report): void {
  const found = podOf(object);
  if (found === undefined) return;
  const ranges = view
    .list({ group: '', kind: 'LimitRange' }, namespaceOf(object))
    .flatMap((range) => objects(child(range, 'spec')['limits']));
  const path = podPath(found.path, 'spec.containers');
  objects(child(found.pod, 'spec')['containers']).forEach((container, index) => {
    for (const range of ranges.filter((one) => one['type'] === 'Container')) {
      for (const [bound, part] of [
        ['min', 'requests'],
        ['max', 'limits'],
      ] as const) {
        for (const [name, value] of Object.entries(child(range, bound))) {
          const [edge, has] = [
            parseQuantity(value)?.nano,
            parseQuantity(child(container, 'resources', part)[name])?.nano,
          ];
          if (edge === undefined || has === undefined) continue;
          const at = memberPath(`${itemPath(path, index)}.resources.${part}`, name);
          if (bound === 'min' ? has < edge : has > edge)
            report(
              at,
              `${text(container['name'])}: must be ${bound === 'min' ? 'at least' : 'at most'} ${bare(value)} (LimitRange)`,
            );
        }
      }
    }
  });
}
