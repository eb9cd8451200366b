import { itemPath, memberPath, type ValueObject } from '../../shared/values';
import { child, list, objects, strings, text } from '../object';
import { qualifiedName } from '../schema/names';
import { parseQuantity } from '../schema/quantity';
import { bare, suggestion } from '../schema/text';
import type { Report, Rule } from './finding';
import { checkResourceName } from './resources';

// k8s.io/kubernetes/pkg/apis/core/helper: what a quota may count.
const counted = [
  'pods',
  'services',
  'services.nodeports',
  'services.loadbalancers',
  'replicationcontrollers',
  'resourcequotas',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
];
const measured = [
  'cpu',
  'memory',
  'ephemeral-storage',
  'storage',
  'requests.cpu',
  'requests.memory',
  'requests.ephemeral-storage',
  'requests.storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
];
const one = 1_000_000_000n;

function isOpen(name: string): boolean {
  return (
    name.startsWith('count/') ||
    name.includes('.storageclass.storage.k8s.io/') ||
    /^requests\.(hugepages-|[^/]+\/)/.test(name) ||
    name.startsWith('hugepages-')
  );
}

/** ResourceQuota: what it counts, in whole numbers where things are counted. */
export const checkQuota: Rule = (object, report) => {
  const spec = child(object, 'spec');
  for (const [name, value] of Object.entries(child(spec, 'hard'))) {
    const at = memberPath('spec.hard', name);
    const known = [...counted, ...measured];
    if (!known.includes(name) && !isOpen(name))
      report(at, `is not something that a quota can bound${suggestion(name, known)}`);
    const nano = parseQuantity(value)?.nano;
    if (nano !== undefined && nano < 0n) report(at, 'must not be negative');
    if (nano !== undefined && (counted.includes(name) || name.startsWith('count/')) && nano % one !== 0n)
      report(at, 'must be a whole number');
  }
  const scopes = list(spec['scopes']);
  for (const [left, right] of [
    ['BestEffort', 'NotBestEffort'],
    ['Terminating', 'NotTerminating'],
  ] as const) {
    if (scopes.includes(left) && scopes.includes(right))
      report('spec.scopes', `${left} and ${right} cannot be both given`);
  }
};

const order = ['min', 'defaultRequest', 'default', 'max'] as const;

function checkLimit(limit: ValueObject, path: string, report: Report): void {
  const type = text(limit['type']);
  const known = ['Container', 'Pod', 'PersistentVolumeClaim'];
  if (type !== '' && !known.includes(type) && qualifiedName(type) !== undefined)
    report(`${path}.type`, `must be one of ${known.join(', ')}`);
  else if (type !== '' && !type.includes('/') && !known.includes(type))
    report(`${path}.type`, `must be one of ${known.join(', ')}${suggestion(type, known)}`);
  for (const part of ['default', 'defaultRequest'] as const) {
    if (type === 'Pod' && limit[part] !== undefined) report(`${path}.${part}`, 'may not be given for type Pod');
  }
  const names = new Set(order.flatMap((part) => Object.keys(child(limit, part))));
  for (const name of names) {
    if (type === 'Container') checkResourceName(name, path, report);
    const amounts = order
      .map((part) => ({ part, value: child(limit, part)[name] }))
      .filter(({ value }) => value !== undefined);
    amounts.slice(1).forEach(({ part, value }, index) => {
      const before = amounts[index];
      const [low, high] = [parseQuantity(before?.value)?.nano, parseQuantity(value)?.nano];
      if (low !== undefined && high !== undefined && low > high) {
        report(
          memberPath(`${path}.${part}`, name),
          `${bare(value)} must be at least ${before?.part} (${bare(before?.value)})`,
        );
      }
    });
  }
}

/** LimitRange: min ≤ defaultRequest ≤ default ≤ max for each resource. */
export const checkLimitRange: Rule = (object, report) => {
  objects(child(object, 'spec')['limits']).forEach((limit, index) =>
    checkLimit(limit, itemPath('spec.limits', index), report),
  );
};

const levels = ['privileged', 'baseline', 'restricted'];

/** Namespace: the labels of pod security admission say something. */
export const checkNamespace: Rule = (object, report) => {
  for (const [key, value] of Object.entries(strings(child(object, 'metadata')['labels']))) {
    const mode = /^pod-security\.kubernetes\.io\/(.*)$/.exec(key)?.[1];
    if (mode === undefined) continue;
    const at = memberPath('metadata.labels', key);
    const version = /^(enforce|audit|warn)-version$/.test(mode);
    if (!version && !/^(enforce|audit|warn)$/.test(mode))
      report(at, `is not a label of pod security${suggestion(mode, ['enforce', 'audit', 'warn'])}`);
    else if (version ? !/^(latest|v1\.\d+)$/.test(value) : !levels.includes(value)) {
      report(
        at,
        `${JSON.stringify(value)} must be ${version ? 'latest or a version such as v1.34' : `one of ${levels.join(', ')}`}`,
      );
    }
  }
};
