import type { CustomResourceDefinition } from '../../../../engines/schemas/crds';
import { child, gvkOf, groupKind, objects, text, type KubeObject } from '../object';
import type { Catalog } from './catalog';

/** Whether an object has what is read of a CRD; its schema check says more of what it lacks. */
function isDefinition(object: KubeObject): object is KubeObject & CustomResourceDefinition {
  const spec = child(object, 'spec');
  const versions = objects(spec['versions']);
  return (
    groupKind(gvkOf(object)) === 'apiextensions.k8s.io/CustomResourceDefinition' &&
    text(spec['group']) !== '' &&
    text(child(spec, 'names')['kind']) !== '' &&
    versions.length > 0 &&
    versions.every((version) => Object.keys(child(version, 'schema', 'openAPIV3Schema')).length > 0)
  );
}

/** Lets a catalog know the kinds of an object that is a CRD; others are passed over. */
export function learnDefinition(catalog: Catalog, object: KubeObject): void {
  if (isDefinition(object)) catalog.learn(object);
}
