import { itemPath, UNKNOWN, type ValueObject } from '../../shared/values';
import type { ClusterView } from '../file/cluster';
import { child, objects, text, type KubeObject } from '../object';
import type { Report } from '../rules/finding';

interface Place {
  view: ClusterView;
  namespace: string;
  report: Report;
}

function missing(place: Place, kind: string, name: string, path: string): KubeObject | undefined {
  const found = place.view.get({ group: '', kind }, place.namespace, name);
  if (found === undefined)
    place.report(path, `${kind.toLowerCase()} "${name}" not found in namespace ${place.namespace}`);
  return found;
}

function keysOf(object: KubeObject): Set<string> {
  return new Set(['data', 'binaryData', 'stringData'].flatMap((field) => Object.keys(child(object, field))));
}

/** A reference to a ConfigMap or Secret, and to keys of it. */
function checkSource(
  place: Place,
  kind: 'ConfigMap' | 'Secret',
  reference: ValueObject,
  path: string,
  keys: readonly string[],
): void {
  const name = text(reference['name']) || text(reference['secretName']);
  if (name === '' || reference['optional'] === true) return;
  const found = missing(place, kind, name, `${path}.${reference['secretName'] === undefined ? 'name' : 'secretName'}`);
  if (found === undefined || found['data'] === UNKNOWN) return;
  const has = keysOf(found);
  for (const key of keys) {
    if (key !== '' && !has.has(key))
      place.report(path, `couldn't find key ${key} in ${kind} ${place.namespace}/${name}`);
  }
}

function checkContainer(place: Place, container: ValueObject, path: string): void {
  objects(container['env']).forEach((entry, index) => {
    const at = `${itemPath(`${path}.env`, index)}.valueFrom`;
    for (const [field, kind] of [
      ['configMapKeyRef', 'ConfigMap'],
      ['secretKeyRef', 'Secret'],
    ] as const) {
      const reference = child(entry, 'valueFrom', field);
      checkSource(place, kind, reference, `${at}.${field}`, [text(reference['key'])]);
    }
  });
  objects(container['envFrom']).forEach((entry, index) => {
    const at = itemPath(`${path}.envFrom`, index);
    checkSource(place, 'ConfigMap', child(entry, 'configMapRef'), `${at}.configMapRef`, []);
    checkSource(place, 'Secret', child(entry, 'secretRef'), `${at}.secretRef`, []);
  });
}

function itemKeys(source: ValueObject): string[] {
  return objects(source['items']).map((item) => text(item['key']));
}

function checkVolume(place: Place, volume: ValueObject, path: string): void {
  checkSource(
    place,
    'ConfigMap',
    child(volume, 'configMap'),
    `${path}.configMap`,
    itemKeys(child(volume, 'configMap')),
  );
  checkSource(place, 'Secret', child(volume, 'secret'), `${path}.secret`, itemKeys(child(volume, 'secret')));
  objects(child(volume, 'projected')['sources']).forEach((source, index) => {
    const at = itemPath(`${path}.projected.sources`, index);
    checkSource(
      place,
      'ConfigMap',
      child(source, 'configMap'),
      `${at}.configMap`,
      itemKeys(child(source, 'configMap')),
    );
    checkSource(place, 'Secret', child(source, 'secret'), `${at}.secret`, itemKeys(child(source, 'secret')));
  });
  const claim = text(child(volume, 'persistentVolumeClaim')['claimName']);
  if (claim !== '') missing(place, 'PersistentVolumeClaim', claim, `${path}.persistentVolumeClaim.claimName`);
}

/** What a pod names and cannot start without: its account, classes, configuration, claims. */
export function checkPodReferences(
  view: ClusterView,
  namespace: string,
  pod: ValueObject,
  path: string,
  report: Report,
): void {
  const place = { view, namespace, report };
  const account = text(pod['serviceAccountName']);
  if (account !== '') missing(place, 'ServiceAccount', account, `${path}.serviceAccountName`);
  const classes = [
    ['priorityClassName', 'scheduling.k8s.io', 'PriorityClass'],
    ['runtimeClassName', 'node.k8s.io', 'RuntimeClass'],
  ] as const;
  for (const [field, group, kind] of classes) {
    const name = text(pod[field]);
    if (name !== '' && view.get({ group, kind }, '', name) === undefined)
      report(`${path}.${field}`, `no ${kind} with name ${name} was found`);
  }
  for (const which of ['initContainers', 'containers'] as const) {
    objects(pod[which]).forEach((container, index) =>
      checkContainer(place, container, itemPath(`${path}.${which}`, index)),
    );
  }
  objects(pod['volumes']).forEach((volume, index) => checkVolume(place, volume, itemPath(`${path}.volumes`, index)));
  objects(pod['imagePullSecrets']).forEach((secret, index) => {
    const name = text(secret['name']);
    if (name !== '') missing(place, 'Secret', name, itemPath(`${path}.imagePullSecrets`, index));
  });
}
