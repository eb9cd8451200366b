import { itemPath, memberPath, UNKNOWN, type ValueObject } from '../../shared/values';
import { child, list, numeral, objects, text, type KubeObject } from '../object';
import { dnsLabel, pathSegment } from '../schema/names';
import { parseQuantity } from '../schema/quantity';
import { suggestion } from '../schema/text';
import type { Report, Rule } from './finding';
import { checkSelector } from './selector';

const sources: Record<string, string> = {
  Resource: 'resource',
  ContainerResource: 'containerResource',
  Pods: 'pods',
  Object: 'object',
  External: 'external',
};
const targets: Record<string, string> = {
  Utilization: 'averageUtilization',
  AverageValue: 'averageValue',
  Value: 'value',
};
const allowedTargets: Record<string, string[]> = {
  Resource: ['Utilization', 'AverageValue'],
  ContainerResource: ['Utilization', 'AverageValue'],
  Pods: ['AverageValue'],
  Object: ['Value', 'AverageValue'],
  External: ['Value', 'AverageValue'],
};

function checkTarget(target: ValueObject, type: string, path: string, report: Report): void {
  const kind = text(target['type']);
  const allowed = allowedTargets[type] ?? [];
  if (kind !== '' && !allowed.includes(kind))
    report(`${path}.type`, `must be ${allowed.join(' or ')} for ${type}: ${kind}`);
  for (const [name, field] of Object.entries(targets)) {
    if (name !== kind && target[field] !== undefined) report(`${path}.${field}`, `is for type ${name}, not ${kind}`);
  }
  const field = targets[kind];
  if (field === undefined) return;
  if (target[field] === undefined) report(`${path}.${field}`, `is required for type ${kind}`);
  const amount = kind === 'Utilization' ? numeral(target[field]) : parseQuantity(target[field])?.nano;
  if (amount !== undefined && amount <= 0) report(`${path}.${field}`, 'must be greater than 0');
}

/** A metric's name becomes a segment of the metrics API's path; its selector becomes a query. */
function checkMetricName(metric: ValueObject, path: string, report: Report): void {
  const name = text(metric['name']);
  if (metric['name'] === '') report(`${path}.name`, 'is required');
  const wrong = name === '' ? undefined : pathSegment(name);
  if (wrong !== undefined) report(`${path}.name`, `${JSON.stringify(name)} ${wrong}`);
  checkSelector(metric['selector'], `${path}.selector`, report);
}

function checkMetric(metric: ValueObject, path: string, report: Report): void {
  const type = text(metric['type']);
  const field = sources[type];
  if (type !== '' && field === undefined) {
    const known = Object.keys(sources);
    report(`${path}.type`, `${JSON.stringify(type)} must be one of ${known.join(', ')}${suggestion(type, known)}`);
    return;
  }
  for (const [name, other] of Object.entries(sources)) {
    if (metric[other] !== undefined && name !== type)
      report(memberPath(path, other), `is for type ${name}, not ${type}`);
  }
  if (field === undefined) return;
  const source = child(metric, field);
  if (metric[field] === undefined) report(memberPath(path, field), `is required for type ${type}`);
  else checkTarget(child(source, 'target'), type, `${path}.${field}.target`, report);
  if (type === 'External' || type === 'Pods' || type === 'Object')
    checkMetricName(child(source, 'metric'), `${path}.${field}.metric`, report);
  if (type === 'ContainerResource' && dnsLabel(text(source['container'])) !== undefined)
    report(`${path}.${field}.container`, 'must name a container');
}

const longest = { window: 3600, period: 1800 };

function checkBehaviour(behaviour: ValueObject, direction: string, report: Report): void {
  const rules = child(behaviour, direction);
  const path = `spec.behavior.${direction}`;
  if (behaviour[direction] === undefined) return;
  const window = numeral(rules['stabilizationWindowSeconds']) ?? 0;
  if (window < 0 || window > longest.window)
    report(`${path}.stabilizationWindowSeconds`, `must be between 0 and ${longest.window}: ${window}`);
  if (Array.isArray(rules['policies']) && rules['policies'].length === 0)
    report(`${path}.policies`, 'must have at least one policy, or be left out');
  const select = text(rules['selectPolicy']);
  if (select !== '' && !['Max', 'Min', 'Disabled'].includes(select))
    report(`${path}.selectPolicy`, 'must be one of Max, Min, Disabled');
  objects(rules['policies']).forEach((policy, index) => {
    const at = itemPath(`${path}.policies`, index);
    if (!['', 'Pods', 'Percent'].includes(text(policy['type']))) report(`${at}.type`, 'must be Pods or Percent');
    if ((numeral(policy['value']) ?? 1) < 1) report(`${at}.value`, 'must be greater than 0');
    const period = numeral(policy['periodSeconds']) ?? 1;
    if (period < 1 || period > longest.period)
      report(`${at}.periodSeconds`, `must be between 1 and ${longest.period}: ${period}`);
  });
}

function scalesToZero(object: KubeObject): boolean {
  return objects(child(object, 'spec')['metrics']).some((metric) =>
    ['External', 'Object'].includes(text(metric['type'])),
  );
}

/** HorizontalPodAutoscaler of autoscaling/v2. `zero`: the cluster's version lets `minReplicas` be 0 (1.37). */
export function checkAutoscaler(object: KubeObject, zero: boolean, report: Report): void {
  const spec = child(object, 'spec');
  const [least, most] = [numeral(spec['minReplicas']), numeral(spec['maxReplicas'])];
  if (least !== undefined && least < 1 && !(zero && least === 0 && scalesToZero(object))) {
    const why = zero
      ? 'with a metric of type External or Object it may be 0'
      : 'HPAScaleToZero is not enabled before Kubernetes 1.37';
    report('spec.minReplicas', `must be greater than or equal to 1 (${why}): ${least}`);
  }
  if (most !== undefined && most < 1) report('spec.maxReplicas', 'must be greater than 0');
  if (most !== undefined && least !== undefined && most < least) {
    report('spec.maxReplicas', `must be greater than or equal to minReplicas (${least}): ${most}`);
  }
  const target = child(spec, 'scaleTargetRef');
  const version = target['apiVersion'];
  if (
    (version === undefined || typeof version === 'string') &&
    !text(version).includes('/') &&
    spec['scaleTargetRef'] !== UNKNOWN
  ) {
    report('spec.scaleTargetRef.apiVersion', 'must name an API group: apps/v1');
  }
  for (const field of ['kind', 'name']) {
    const wrong = pathSegment(text(target[field]));
    if (wrong !== undefined) report(`spec.scaleTargetRef.${field}`, wrong);
  }
  objects(spec['metrics']).forEach((metric, index) => checkMetric(metric, itemPath('spec.metrics', index), report));
  for (const direction of ['scaleUp', 'scaleDown']) checkBehaviour(child(spec, 'behavior'), direction, report);
}

/** KEDA's ScaledObject: counts and triggers. */
export const checkScaledObject: Rule = (object, report) => {
  const spec = child(object, 'spec');
  const [least, most] = [numeral(spec['minReplicaCount']) ?? 0, numeral(spec['maxReplicaCount']) ?? 100];
  if (most < least)
    report('spec.maxReplicaCount', `must be greater than or equal to minReplicaCount (${least}): ${most}`);
  const idle = numeral(spec['idleReplicaCount']);
  if (idle !== undefined && idle >= least)
    report('spec.idleReplicaCount', `must be less than minReplicaCount (${least}): ${idle}`);
  if (list(spec['triggers']).length === 0) report('spec.triggers', 'must have at least one trigger');
  objects(spec['triggers']).forEach((trigger, index) => {
    for (const [key, value] of Object.entries(child(trigger, 'metadata'))) {
      if (typeof value !== 'string' && typeof value !== 'symbol') {
        report(memberPath(`${itemPath('spec.triggers', index)}.metadata`, key), 'must be a string: write it in quotes');
      }
    }
  });
};
