import { isObject, UNKNOWN, type Value, type ValueObject } from '../shared/values';

/** A Kubernetes object as JSON; parts that a preview does not know yet are {@link UNKNOWN}. */
export type KubeObject = ValueObject;

/** What kind of object something is. `group` is empty for the core group. */
export interface Gvk {
  group: string;
  version: string;
  kind: string;
}

/** `apps/v1`, or `v1` for the core group. */
export function groupVersion(gvk: Gvk): string {
  return gvk.group === '' ? gvk.version : `${gvk.group}/${gvk.version}`;
}

/** A name for a kind whatever its version: `apps/Deployment`, `core/Pod`. */
export function groupKind(gvk: Pick<Gvk, 'group' | 'kind'>): string {
  return `${gvk.group === '' ? 'core' : gvk.group}/${gvk.kind}`;
}

/** Reads `apiVersion` and `kind` of an object. */
export function gvkOf(object: KubeObject): Gvk {
  const [version = '', group = ''] = text(object['apiVersion']).split('/').toReversed();
  return { group: group === 'core' ? '' : group, version, kind: text(object['kind']) };
}

/** Reads a type token: `kubernetes:apps/v1:Deployment`; undefined when it does not name a kind with group and version. */
export function gvkOfType(type: string): Gvk | undefined {
  const match = /^kubernetes:([^:/]+)\/([^:/]+):(\w+)$/.exec(type);
  if (match === null) return undefined;
  const [, group = '', version = '', kind = ''] = match;
  return { group: group === 'core' ? '' : group, version, kind };
}

/** The object at this place, or an empty one: rules may ask further without checking each step. */
export function child(value: Value | undefined, ...path: string[]): ValueObject {
  let current = value;
  for (const step of path) current = isObject(current) ? current[step] : undefined;
  return isObject(current) ? current : {};
}

/** The list at this place, or an empty one. */
export function list(value: Value | undefined): Value[] {
  return Array.isArray(value) ? value : [];
}

/** The list's objects; what is not one is left out. */
export function objects(value: Value | undefined): ValueObject[] {
  return list(value).filter(isObject);
}

/** The string, or an empty one. */
export function text(value: Value | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** The number, or undefined. */
export function numeral(value: Value | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** An object's entries whose values are known strings: labels, annotations, selectors. */
export function strings(value: Value | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(isObject(value) ? value : {}).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
}

/** Whether a preview cannot say what is here: it is unknown, or a part of its members is. */
export function uncertain(value: Value | undefined): boolean {
  return value === UNKNOWN || (isObject(value) && Object.values(value).includes(UNKNOWN));
}

export const nameOf = (object: KubeObject): string => text(child(object, 'metadata')['name']);
export const namespaceOf = (object: KubeObject): string => text(child(object, 'metadata')['namespace']);

/** Pulumi's id of an object: `namespace/name`, or `name`. */
export function idOf(object: KubeObject): string {
  const namespace = namespaceOf(object);
  return namespace === '' ? nameOf(object) : `${namespace}/${nameOf(object)}`;
}

/** Reads an id back. */
export function parseId(id: string): { namespace: string; name: string } {
  const [first = '', second] = id.split('/');
  return second === undefined ? { namespace: '', name: first } : { namespace: first, name: second };
}
