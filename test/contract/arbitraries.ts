import * as fc from 'fast-check';
import { z } from 'zod';

type Schema = z.core.JSONSchema.JSONSchema;

/** Arbitraries for places that a JSON Schema cannot tell: by `{definition}.{property}`. */
export type Overrides = Record<string, fc.Arbitrary<unknown>>;

/** Values that a schema of the contract puts out, made from its JSON Schema; what only its code can tell is sieved by parsing. */
export function arbitraryOf<S extends z.ZodType>(schema: S, overrides: Overrides = {}): fc.Arbitrary<z.output<S>> {
  const root = z.toJSONSchema(schema, { io: 'output' });
  return fromJsonSchema(root, root.$defs ?? {}, overrides, '')
    .map((value) => schema.safeParse(value))
    .filter((parsed) => parsed.success)
    .map((parsed) => {
      if (!parsed.success) throw new Error('sieved above');
      return parsed.data;
    });
}

function fromJsonSchema(
  schema: Schema,
  defs: Record<string, Schema>,
  overrides: Overrides,
  owner: string,
): fc.Arbitrary<unknown> {
  const inner = (next: Schema, name = owner): fc.Arbitrary<unknown> => fromJsonSchema(next, defs, overrides, name);
  if (schema.$ref !== undefined) {
    const name = schema.$ref.slice('#/$defs/'.length);
    const target = defs[name];
    if (target === undefined) throw new Error(`no definition of ${name}`);
    return inner(target, name);
  }
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const options = schema.type === 'object' ? undefined : (schema.anyOf ?? schema.oneOf);
  if (options !== undefined) return fc.oneof(...options.map((option) => inner(asSchema(option))));
  switch (schema.type) {
    case 'string':
      return stringOf(schema);
    case 'integer':
      return fc.integer({
        min: schema.minimum ?? Number.MIN_SAFE_INTEGER,
        max: schema.maximum ?? Number.MAX_SAFE_INTEGER,
      });
    case 'number':
      return numberOf(schema);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(inner(itemsOf(schema)), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 4, 4),
      });
    case 'object':
      return objectOf(schema, inner, overrides, owner);
    case undefined:
    default:
      return fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' }).filter(namesAreAllowed);
  }
}

function objectOf(
  schema: Schema,
  inner: (schema: Schema) => fc.Arbitrary<unknown>,
  overrides: Overrides,
  owner: string,
): fc.Arbitrary<unknown> {
  if (schema.properties === undefined) {
    const keys = schema.propertyNames === undefined ? fc.string() : inner(asSchema(schema.propertyNames));
    const names = keys.map(String).filter((key) => key !== '__proto__');
    const values = inner(asSchema(schema.additionalProperties ?? {}));
    const listed = asSchema(schema.propertyNames ?? {}).enum;
    return listed === undefined
      ? fc.dictionary(names, values, { maxKeys: 4, noNullPrototype: true })
      : fc.record(Object.fromEntries(listed.map((name) => [String(name), values])));
  }
  const properties = Object.entries(schema.properties);
  const arbitraries = properties.map(([name, property]) => [
    name,
    overrides[`${owner}.${name}`] ?? inner(asSchema(property)),
  ]);
  const required = new Set(schema.required);
  const optional = properties.map(([name]) => name).filter((name) => !required.has(name));
  return fc
    .tuple(fc.record(Object.fromEntries(arbitraries)), fc.subarray(optional))
    .map(([all, left]) => Object.fromEntries(Object.entries(all).filter(([name]) => !left.includes(name))));
}

function stringOf(schema: Schema): fc.Arbitrary<string> {
  if (schema.format === 'date-time') {
    return fc
      .date({ min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true })
      .map((date) => date.toISOString());
  }
  if (schema.pattern !== undefined) return fc.stringMatching(new RegExp(schema.pattern));
  // A code point takes up to two of the units that lengths count.
  const maxLength = Math.min(Math.floor((schema.maxLength ?? 40) / 2), 20);
  return fc.string({ unit: 'binary', minLength: schema.minLength ?? 0, maxLength });
}

function numberOf(schema: Schema): fc.Arbitrary<number> {
  const above = typeof schema.exclusiveMinimum === 'number' ? schema.exclusiveMinimum : undefined;
  const min = schema.minimum ?? above ?? -1e300;
  return fc
    .double({ min, max: schema.maximum ?? 1e300, noNaN: true, minExcluded: above !== undefined })
    .map((value) => value + 0); // JSON knows no negative zero
}

function itemsOf(schema: Schema): Schema {
  const items = schema.items;
  if (items === undefined || Array.isArray(items)) throw new Error('tuples are not in the contract');
  return asSchema(items);
}

function asSchema(schema: z.core.JSONSchema._JSONSchema): Schema {
  if (typeof schema === 'boolean') throw new Error('the contract has no boolean schemas below properties');
  return schema;
}

function namesAreAllowed(value: unknown): boolean {
  return !JSON.stringify(value).includes('"__proto__"');
}
