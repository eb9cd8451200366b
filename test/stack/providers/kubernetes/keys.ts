import { isObject, type Marked, type Value } from '../shared/values';

// SDKs cannot have dashes in names: fields of CRDs' schemas are written with underscores in programs.
const dashed = [
  'x-kubernetes-embedded-resource',
  'x-kubernetes-int-or-string',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-list-type',
  'x-kubernetes-map-type',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-validations',
];
const toDashes = new Map(dashed.map((name) => [name.replaceAll('-', '_'), name]));
const toUnderscores = new Map([...toDashes].map(([underscored, name]) => [name, underscored]));

function renamed(value: Value, names: ReadonlyMap<string, string>): Value {
  if (Array.isArray(value)) return value.map((item) => renamed(item, names));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [names.get(key) ?? key, renamed(item, names)]));
}

function renamedAll({ value, secrets }: Marked, names: ReadonlyMap<string, string>): Marked {
  const result = renamed(value, names);
  return { value: isObject(result) ? result : {}, secrets };
}

/** As Kubernetes writes it. */
export const withDashes = (tree: Marked): Marked => renamedAll(tree, toDashes);
/** As programs write it. */
export const withUnderscores = (tree: Marked): Marked => renamedAll(tree, toUnderscores);
