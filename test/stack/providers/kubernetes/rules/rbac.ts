import { itemPath, type ValueObject } from '../../shared/values';
import { child, groupKind, gvkOf, list, objects, text } from '../object';
import type { Catalog } from '../schema/catalog';
import { dnsSubdomain, pathSegment } from '../schema/names';
import { suggestion } from '../schema/text';
import type { Report, Rule } from './finding';

const rbac = 'rbac.authorization.k8s.io';
const verbs = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection', '*'];
// Verbs of their own of some groups (kubernetes.io, Authorization: "Determine the Request Verb"; RBAC; certificates).
const specialVerbs: Record<string, string[]> = {
  '': ['bind', 'impersonate', 'use', 'proxy', 'escalate'],
  [rbac]: ['bind', 'escalate'],
  policy: ['use'],
  'certificates.k8s.io': ['approve', 'attest', 'sign', 'request'],
  'authentication.k8s.io': ['impersonate'],
};
// Groups whose resources an extension API server or a controller brings: nothing is known of them.
const metricsGroups = ['metrics.k8s.io', 'custom.metrics.k8s.io', 'external.metrics.k8s.io'];

function checkVerbs(rule: ValueObject, path: string, report: Report): void {
  if (list(rule['verbs']).length === 0 && typeof rule['verbs'] !== 'symbol')
    report(`${path}.verbs`, 'must contain at least one verb');
  const groups = list(rule['apiGroups']).map((group) => (typeof group === 'string' ? group : '*'));
  const known = [...verbs, ...(groups.length === 0 ? [] : groups.flatMap((group) => specialVerbs[group] ?? []))];
  if (groups.includes('*')) return;
  for (const [index, verb] of list(rule['verbs']).entries()) {
    if (typeof verb === 'string' && !known.includes(verb)) {
      report(
        itemPath(`${path}.verbs`, index),
        `${JSON.stringify(verb)} is not a verb of these groups${suggestion(verb, known)}`,
      );
    }
  }
}

/** The API server takes any word for a resource; a word that no kind has grants nothing. */
function checkResourceNames(catalog: Catalog, rule: ValueObject, path: string, report: Report): void {
  const groups = list(rule['apiGroups']).filter((group): group is string => typeof group === 'string');
  const known = groups.map((group) => catalog.resourcesOf(group));
  if (groups.includes('*') || groups.some((group) => metricsGroups.includes(group)) || known.includes(undefined))
    return;
  const all = new Set(known.flatMap((resources) => [...(resources ?? [])]));
  for (const [index, resource] of list(rule['resources']).entries()) {
    if (typeof resource !== 'string' || resource.includes('*') || all.has(resource)) continue;
    const where = groups.map((group) => (group === '' ? 'the core group ("")' : group)).join(', ');
    report(
      itemPath(`${path}.resources`, index),
      `${where} has no resource ${JSON.stringify(resource)}${suggestion(resource, all)}`,
    );
  }
}

/** Role and ClusterRole: every rule grants something that there is. */
export function checkRole(catalog: Catalog): Rule {
  return (object, report) => {
    const cluster = groupKind(gvkOf(object)) === `${rbac}/ClusterRole`;
    objects(object['rules']).forEach((rule, index) => {
      const at = itemPath('rules', index);
      checkVerbs(rule, at, report);
      const urls = list(rule['nonResourceURLs']);
      if (urls.length > 0) {
        if (!cluster) report(`${at}.nonResourceURLs`, 'is only for a ClusterRole');
        if (list(rule['resources']).length + list(rule['apiGroups']).length > 0)
          report(`${at}.nonResourceURLs`, 'cannot apply to both resources and URLs');
        return;
      }
      if (list(rule['apiGroups']).length === 0)
        report(`${at}.apiGroups`, 'must name at least one API group ("" is the core group)');
      if (list(rule['resources']).length === 0) report(`${at}.resources`, 'must name at least one resource');
      checkResourceNames(catalog, rule, at, report);
    });
  };
}

function checkSubject(subject: ValueObject, cluster: boolean, path: string, report: Report): void {
  const [kind, name, group] = [text(subject['kind']), text(subject['name']), subject['apiGroup']];
  if (subject['name'] === '') report(`${path}.name`, 'is required');
  switch (kind) {
    case 'ServiceAccount': {
      const wrong = name === '' ? undefined : dnsSubdomain(name);
      if (wrong !== undefined) report(`${path}.name`, wrong);
      if (group !== undefined && group !== '') report(`${path}.apiGroup`, 'must be empty for a ServiceAccount');
      if (cluster && subject['namespace'] === undefined)
        report(`${path}.namespace`, 'is required for a ServiceAccount');
      return;
    }
    case 'User':
    case 'Group':
      if (group !== undefined && group !== rbac) report(`${path}.apiGroup`, `must be ${rbac} for a ${kind}`);
      if (subject['namespace'] !== undefined) report(`${path}.namespace`, `a ${kind} has no namespace`);
      return;
    default:
      report(
        `${path}.kind`,
        `${JSON.stringify(kind)} must be one of ServiceAccount, User, Group${suggestion(kind, ['ServiceAccount', 'User', 'Group'])}`,
      );
  }
}

/** RoleBinding and ClusterRoleBinding: to a role, for subjects. */
export const checkBinding: Rule = (object, report) => {
  const cluster = groupKind(gvkOf(object)) === `${rbac}/ClusterRoleBinding`;
  const role = child(object, 'roleRef');
  const kinds = cluster ? ['ClusterRole'] : ['Role', 'ClusterRole'];
  if (text(role['apiGroup']) !== rbac) report('roleRef.apiGroup', `must be ${rbac}`);
  if (!kinds.includes(text(role['kind'])))
    report('roleRef.kind', `must be ${kinds.join(' or ')}: ${text(role['kind'])}`);
  const wrong = text(role['name']) === '' ? 'is required' : pathSegment(text(role['name']));
  if (wrong !== undefined && typeof role['name'] !== 'symbol') report('roleRef.name', wrong);
  objects(object['subjects']).forEach((subject, index) => {
    checkSubject(subject, cluster, itemPath('subjects', index), report);
  });
};
