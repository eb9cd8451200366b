import type { SchemaNode } from '../../../../engines/schemas/format';
import { isObject, UNKNOWN, type Value, type ValueObject } from '../../shared/values';
import type { KnownKind } from './catalog';
import { canonicalQuantity } from './quantity';
import { bare } from './text';

const quantitySchema = 'io.k8s.apimachinery.pkg.api.resource.Quantity';

function walk(
  value: Value,
  schema: SchemaNode,
  kind: KnownKind,
  change: (value: Value, schema: SchemaNode) => Value,
): Value {
  const resolved = schema.$ref === undefined || schema.$ref === quantitySchema ? schema : kind.resolve(schema.$ref);
  const changed = change(value, resolved);
  if (Array.isArray(changed)) {
    const { items } = resolved;
    return items === undefined ? changed : changed.map((item) => walk(item, items, kind, change));
  }
  if (!isObject(changed)) return changed;
  const additional = typeof resolved.additionalProperties === 'object' ? resolved.additionalProperties : undefined;
  return Object.fromEntries(
    Object.entries(changed).map(([name, member]) => {
      const inner = resolved.properties?.[name] ?? additional;
      return [name, inner === undefined ? member : walk(member, inner, kind, change)];
    }),
  );
}

/**
 * The form in which the API server keeps what it is sent: quantities in canonical form, a Secret's `stringData` as `data`.
 * Custom resources are kept as they are sent.
 */
export function normalize(object: ValueObject, kind: KnownKind): ValueObject {
  if (kind.bundle !== 'kubernetes') return object;
  const written = walk(object, kind.schema, kind, (value, schema) =>
    schema.$ref === quantitySchema ? (canonicalQuantity(value) ?? value) : value,
  );
  return encodeSecret(written as ValueObject); // an object walks to an object
}

function encodeSecret(object: ValueObject): ValueObject {
  const { stringData, ...rest } = object;
  if (object['kind'] !== 'Secret' || !isObject(stringData) || Object.values(stringData).includes(UNKNOWN))
    return object;
  const encoded = Object.entries(stringData).map(([key, value]) => [key, Buffer.from(bare(value)).toString('base64')]);
  return { ...rest, data: { ...(isObject(rest['data']) ? rest['data'] : {}), ...Object.fromEntries(encoded) } };
}

/**
 * Whether a schema's default is one. The generator of the API server's own schemas writes zero values where there is none; what a
 * CRD states is meant.
 */
function isMeant(preset: unknown, kind: KnownKind): boolean {
  if (preset === undefined || kind.bundle !== 'kubernetes') return preset !== undefined;
  return preset !== '' && preset !== 0 && preset !== false && !isObject(preset as Value);
}

/** The object with the defaults that its schema states; `status` and what is absent as a whole are left alone. */
export function withSchemaDefaults(object: ValueObject, kind: KnownKind): ValueObject {
  const filled = walk(object, kind.schema, kind, (value, schema) => {
    if (!isObject(value) || schema.properties === undefined) return value;
    const added = Object.entries(schema.properties).filter(
      ([name, inner]) => name !== 'status' && value[name] === undefined && isMeant(inner.default, kind),
    );
    return { ...value, ...Object.fromEntries(added.map(([name, inner]) => [name, inner.default as Value])) };
  });
  return filled as ValueObject;
}
