import { itemPath, type ValueObject } from '../../shared/values';
import { child, numeral, objects, text } from '../object';
import { dnsLabel, dnsSubdomain, labelText, qualifiedName } from '../schema/names';
import { checkContainers, checkSharedSecurity } from './containers';
import type { Report } from './finding';
import { checkSelector } from './selector';
import { checkVolumes } from './volumes';

function checkTolerations(pod: ValueObject, path: string, report: Report): void {
  objects(pod['tolerations']).forEach((toleration, index) => {
    const at = itemPath(`${path}.tolerations`, index);
    const key = text(toleration['key']);
    const exists = toleration['operator'] === 'Exists';
    const wrong = key === '' ? undefined : qualifiedName(key);
    if (wrong !== undefined) report(`${at}.key`, wrong);
    const wrongValue = labelText(text(toleration['value']));
    if (wrongValue !== undefined) report(`${at}.value`, wrongValue);
    if (key === '' && !exists) report(`${at}.operator`, 'must be Exists when key is empty');
    if (exists && text(toleration['value']) !== '') report(`${at}.value`, 'must be empty when operator is Exists');
    if (toleration['tolerationSeconds'] !== undefined && toleration['effect'] !== 'NoExecute') {
      report(`${at}.effect`, 'must be NoExecute when tolerationSeconds is given');
    }
  });
}

function checkSpread(pod: ValueObject, path: string, report: Report): void {
  objects(pod['topologySpreadConstraints']).forEach((constraint, index) => {
    const at = itemPath(`${path}.topologySpreadConstraints`, index);
    if ((numeral(constraint['maxSkew']) ?? 1) < 1) report(`${at}.maxSkew`, 'must be greater than zero');
    if (constraint['topologyKey'] === '') report(`${at}.topologyKey`, 'may not be empty');
    if (constraint['minDomains'] !== undefined && constraint['whenUnsatisfiable'] !== 'DoNotSchedule') {
      report(`${at}.minDomains`, 'is only for whenUnsatisfiable: DoNotSchedule');
    }
    checkSelector(constraint['labelSelector'], `${at}.labelSelector`, report);
  });
}

function checkTerm(term: ValueObject, path: string, report: Report): void {
  if (term['topologyKey'] === '') report(`${path}.topologyKey`, 'may not be empty');
  checkSelector(term['labelSelector'], `${path}.labelSelector`, report);
}

function checkAffinity(pod: ValueObject, path: string, report: Report): void {
  for (const kind of ['podAffinity', 'podAntiAffinity'] as const) {
    const affinity = child(pod, 'affinity', kind);
    const at = `${path}.affinity.${kind}`;
    objects(affinity['requiredDuringSchedulingIgnoredDuringExecution']).forEach((term, index) =>
      checkTerm(term, itemPath(`${at}.requiredDuringSchedulingIgnoredDuringExecution`, index), report),
    );
    checkWeighted(affinity, at, 'podAffinityTerm', report);
  }
  checkWeighted(child(pod, 'affinity', 'nodeAffinity'), `${path}.affinity.nodeAffinity`, undefined, report);
}

function checkWeighted(affinity: ValueObject, path: string, term: string | undefined, report: Report): void {
  objects(affinity['preferredDuringSchedulingIgnoredDuringExecution']).forEach((preferred, index) => {
    const at = itemPath(`${path}.preferredDuringSchedulingIgnoredDuringExecution`, index);
    const weight = numeral(preferred['weight']);
    if (weight !== undefined && (weight < 1 || weight > 100)) report(`${at}.weight`, 'must be between 1 and 100');
    if (term !== undefined) checkTerm(child(preferred, term), `${at}.${term}`, report);
  });
}

function checkNames(pod: ValueObject, path: string, report: Report): void {
  for (const field of ['serviceAccountName', 'priorityClassName', 'runtimeClassName', 'nodeName'] as const) {
    const name = text(pod[field]);
    const optional = name === '' && !(field === 'runtimeClassName' && pod[field] === '');
    const wrong = optional ? undefined : dnsSubdomain(name);
    if (wrong !== undefined) report(`${path}.${field}`, wrong);
  }
  for (const field of ['hostname', 'subdomain'] as const) {
    const wrong = text(pod[field]) === '' ? undefined : dnsLabel(text(pod[field]));
    if (wrong !== undefined) report(`${path}.${field}`, wrong);
  }
}

/** A pod's `spec`, of a Pod or of a template. Pure: what other objects it names is checked against the cluster. `claims` are the volumes that a StatefulSet adds. */
export function checkPodSpec(pod: ValueObject, path: string, report: Report, claims: readonly string[] = []): void {
  const volumes = objects(pod['volumes']);
  checkVolumes(volumes, `${path}.volumes`, report);
  const names = new Set([...volumes.map((volume) => text(volume['name'])), ...claims]);
  const taken = new Set<string>();
  checkContainers(pod, 'initContainers', names, taken, path, report);
  checkContainers(pod, 'containers', names, taken, path, report);
  if (Array.isArray(pod['containers']) && pod['containers'].length === 0)
    report(`${path}.containers`, 'must have at least one container');
  checkTolerations(pod, path, report);
  checkSpread(pod, path, report);
  checkAffinity(pod, path, report);
  checkNames(pod, path, report);
  checkSharedSecurity(child(pod, 'securityContext'), `${path}.securityContext`, report);
  if ((numeral(pod['activeDeadlineSeconds']) ?? 1) < 1)
    report(`${path}.activeDeadlineSeconds`, 'must be greater than zero');
  if (pod['shareProcessNamespace'] === true && pod['hostPID'] === true) {
    report(`${path}.shareProcessNamespace`, 'cannot be true together with hostPID');
  }
}
