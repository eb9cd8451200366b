import { isObject, memberPath } from '../../shared/values';
import { child, groupKind, gvkOf, nameOf, strings, text, type KubeObject } from '../object';
import { dns1035Label, dnsLabel, dnsSubdomain, labelText, pathSegment, qualifiedName } from '../schema/names';
import type { Report } from './finding';

const annotationBytes = 256 * 1024;

// k8s.io/kubernetes/pkg/apis/*/validation: what the name of a kind may be, where it is not an RFC 1123 subdomain.
const nameSyntax: Record<string, (name: string) => string | undefined> = {
  'core/Namespace': dnsLabel,
  'core/Service': dns1035Label,
  // The controller makes labels of the name and a hash of 10 characters.
  'apps/StatefulSet': (name) => atMost(52, name) ?? dnsLabel(name),
  // The controller adds 11 characters for each Job.
  'batch/CronJob': (name) => atMost(52, name) ?? dnsSubdomain(name),
  'batch/Job': (name) => atMost(63, name) ?? dnsSubdomain(name),
  'rbac.authorization.k8s.io/Role': pathSegment,
  'rbac.authorization.k8s.io/RoleBinding': pathSegment,
  'rbac.authorization.k8s.io/ClusterRole': pathSegment,
  'rbac.authorization.k8s.io/ClusterRoleBinding': pathSegment,
  'apiregistration.k8s.io/APIService': pathSegment,
};

function atMost(longest: number, name: string): string | undefined {
  return name.length > longest ? `must be no more than ${longest} characters (it has ${name.length})` : undefined;
}

/** Labels of any object, and of pod templates. */
export function checkLabels(labels: Record<string, string>, path: string, report: Report): void {
  for (const [key, value] of Object.entries(labels)) {
    const wrongKey = qualifiedName(key);
    if (wrongKey !== undefined) report(memberPath(path, key), `label key ${wrongKey}`);
    const wrongValue = labelText(value);
    if (wrongValue !== undefined) report(memberPath(path, key), wrongValue);
  }
}

function checkAnnotations(annotations: Record<string, string>, path: string, report: Report): void {
  for (const key of Object.keys(annotations)) {
    const wrong = qualifiedName(key.toLowerCase());
    if (wrong !== undefined) report(memberPath(path, key), `annotation key ${wrong}`);
  }
  const size = Object.entries(annotations).reduce((sum, entry) => sum + entry.join('').length, 0);
  if (size > annotationBytes) report(path, `annotations may take ${annotationBytes} bytes at most (they take ${size})`);
}

/** Labels and annotations of `metadata`, wherever it is. */
export function checkMetadata(holder: KubeObject, path: string, report: Report): void {
  const metadata = child(holder, 'metadata');
  checkLabels(strings(metadata['labels']), `${path}.labels`, report);
  checkAnnotations(strings(metadata['annotations']), `${path}.annotations`, report);
}

/** The metadata of an object: its name, namespace, labels and annotations. */
export function checkObjectMetadata(object: KubeObject, namespaced: boolean, report: Report): void {
  const metadata = child(object, 'metadata');
  checkMetadata(object, 'metadata', report);
  const name = nameOf(object);
  const wrong = name === '' ? undefined : (nameSyntax[groupKind(gvkOf(object))] ?? dnsSubdomain)(name);
  if (wrong !== undefined) report('metadata.name', `${JSON.stringify(name)} ${wrong}`);
  const namespace = text(metadata['namespace']);
  if (namespace !== '' && !namespaced)
    report('metadata.namespace', `${text(object['kind'])} has no namespace: leave it out`);
  const wrongNamespace = namespace === '' ? undefined : dnsLabel(namespace);
  if (wrongNamespace !== undefined) report('metadata.namespace', wrongNamespace);
  if (metadata['generateName'] !== undefined) {
    report('metadata.generateName', 'is not supported with server-side apply: give metadata.name');
  }
  if (isObject(metadata['ownerReferences'])) report('metadata.ownerReferences', 'must be a list');
}
