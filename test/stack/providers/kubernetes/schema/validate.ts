import type { SchemaNode } from '../../../../engines/schemas/format';
import { isObject, itemPath, memberPath, same, UNKNOWN, type Value, type ValueObject } from '../../shared/values';
import { collect, type Finding, type Report } from '../rules/finding';
import { checkLeaf } from './leaves';
import { parseQuantity } from './quantity';
import { shown, suggestion } from './text';

type Resolve = (reference: string) => SchemaNode;

const quantitySchema = 'io.k8s.apimachinery.pkg.api.resource.Quantity';
const intOrString = 'io.k8s.apimachinery.pkg.util.intstr.IntOrString';
// Objects of no fixed shape.
const anything = /\.(RawExtension|FieldsV1|JSON|JSONSchemaProps(OrArray|OrBool|OrStringArray)?)$/;

/**
 * Checks a value against its schema, strictly: unknown fields are faults. All faults are found, each with its path.
 * What a preview does not know yet is skipped.
 */
export function validate(value: ValueObject, schema: SchemaNode, resolve: Resolve, path = ''): Finding[] {
  return collect((report) => check(value, schema, resolve, path, report));
}

function check(value: Value, schema: SchemaNode, resolve: Resolve, path: string, report: Report): void {
  if (value === UNKNOWN) return;
  if (value === null) {
    if (schema.nullable !== true) report(path, 'may not be null: leave it out');
    return;
  }
  if (schema.$ref !== undefined) checkReference(value, schema.$ref, resolve, path, report);
  else if (schema['x-kubernetes-int-or-string'] === true) checkIntOrString(value, path, report);
  else if (schema.type === 'object' || schema.properties !== undefined)
    checkObject(value, schema, resolve, path, report);
  else if (schema.type === 'array') checkArray(value, schema, resolve, path, report);
  else if (schema.type !== undefined) checkScalar(value, schema, path, report);
  checkCombinations(value, schema, resolve, path, report);
}

function checkReference(value: Value, reference: string, resolve: Resolve, path: string, report: Report): void {
  if (reference === quantitySchema) {
    if (parseQuantity(value) === undefined) {
      report(path, `${shown(value)} must be a quantity such as 500m, 2 or 1Gi`);
    }
  } else if (reference === intOrString) checkIntOrString(value, path, report);
  else if (!anything.test(reference)) check(value, resolve(reference), resolve, path, report);
}

function checkIntOrString(value: Value, path: string, report: Report): void {
  if (typeof value !== 'string' && !Number.isInteger(value))
    report(path, `must be an integer or a string: ${shown(value)}`);
}

function checkObject(value: Value, schema: SchemaNode, resolve: Resolve, path: string, report: Report): void {
  if (!isObject(value)) {
    report(path, `must be an object: ${shown(value)}`);
    return;
  }
  const { properties = {}, additionalProperties, minProperties, maxProperties } = schema;
  const size = Object.keys(value).length;
  if (minProperties !== undefined && size < minProperties) report(path, `must have at least ${minProperties} fields`);
  if (maxProperties !== undefined && size > maxProperties) report(path, `must have at most ${maxProperties} fields`);
  checkRequired(value, schema, path, report);
  for (const [name, member] of Object.entries(value)) {
    const known = properties[name];
    if (known !== undefined) check(member, known, resolve, memberPath(path, name), report);
    else if (isSchema(additionalProperties))
      check(member, additionalProperties, resolve, memberPath(path, name), report);
    else if (!isOpen(schema))
      report(memberPath(path, name), `is not a field${suggestion(name, Object.keys(properties))}`);
  }
  checkAbsent(value, properties, resolve, path, report);
}

/** The generator of the API server's own schemas gives what is required a zero value as default: that is none. */
function isZero(value: unknown): boolean {
  return value === undefined || value === '' || value === 0 || value === false;
}

function checkRequired(value: ValueObject, schema: SchemaNode, path: string, report: Report): void {
  for (const name of schema.required ?? []) {
    const { default: preset } = schema.properties?.[name] ?? {};
    const empty = value[name] === '' && preset === '';
    if ((value[name] === undefined && isZero(preset)) || empty) report(memberPath(path, name), 'is required');
  }
}

/** An absent object whose default is `{}` is one to the API server: what it requires is then missing. */
function checkAbsent(
  value: ValueObject,
  properties: Record<string, SchemaNode>,
  resolve: Resolve,
  path: string,
  report: Report,
): void {
  for (const [name, schema] of Object.entries(properties)) {
    if (name === 'status' || value[name] !== undefined || !isObject(schema.default as Value | undefined)) continue;
    check(schema.default as ValueObject, schema, resolve, memberPath(path, name), report);
  }
}

function isSchema(schema: SchemaNode | boolean | undefined): schema is SchemaNode {
  return typeof schema === 'object';
}

function isOpen(schema: SchemaNode): boolean {
  return (
    schema.additionalProperties === true ||
    schema['x-kubernetes-preserve-unknown-fields'] === true ||
    (schema.properties === undefined && schema.additionalProperties === undefined)
  );
}

function checkArray(value: Value, schema: SchemaNode, resolve: Resolve, path: string, report: Report): void {
  if (!Array.isArray(value)) {
    report(path, `must be a list: ${shown(value)}`);
    return;
  }
  const { items, minItems, maxItems } = schema;
  if (minItems !== undefined && value.length < minItems) report(path, `must have at least ${minItems} items`);
  if (maxItems !== undefined && value.length > maxItems)
    report(path, `must have at most ${maxItems} items (it has ${value.length})`);
  if (items !== undefined) value.forEach((item, index) => check(item, items, resolve, itemPath(path, index), report));
  checkUnique(value, schema, path, report);
}

/** Two entries of a `map` or `set` list that are the same entry: server-side apply refuses them. */
function checkUnique(value: Value[], schema: SchemaNode, path: string, report: Report): void {
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const type = schema['x-kubernetes-list-type'];
  if (type !== 'set' && (type !== 'map' || keys.length === 0)) return;
  const defaults = Object.fromEntries(keys.map((key) => [key, schema.items?.properties?.[key]?.default ?? null]));
  const identity = (item: Value): Value =>
    type === 'map' && isObject(item) ? keys.map((key) => item[key] ?? (defaults[key] as Value)) : item;
  value.forEach((item, index) => {
    const earlier = value.slice(0, index).findIndex((other) => same(identity(other), identity(item)));
    if (earlier >= 0 && identity(item) !== UNKNOWN) {
      report(itemPath(path, index), `is the same as ${itemPath(path, earlier)}: ${shown(identity(item))}`);
    }
  });
}

function checkScalar(value: Value, schema: SchemaNode, path: string, report: Report): void {
  const expected = schema.type === 'integer' ? 'number' : schema.type;
  if (typeof value !== expected || typeof value === 'object' || typeof value === 'symbol') {
    report(path, `must be ${expected === 'number' ? 'a number' : `a ${expected}`}: ${shown(value)}`);
  } else checkLeaf(value, schema, path, report);
}

function checkCombinations(value: Value, schema: SchemaNode, resolve: Resolve, path: string, report: Report): void {
  // Combinations in CRDs only constrain: fields are declared outside of them.
  const fits = (one: SchemaNode): boolean =>
    collect((each) => check(value, loosen(one), resolve, path, each)).length === 0;
  for (const one of schema.allOf ?? []) check(value, loosen(one), resolve, path, report);
  if (schema.anyOf !== undefined && !schema.anyOf.some(fits))
    report(path, 'fits none of the forms that its schema allows');
  if (schema.oneOf !== undefined && schema.oneOf.filter(fits).length !== 1) {
    report(path, 'must fit exactly one of the forms that its schema allows');
  }
  if (schema.not !== undefined && fits(schema.not)) report(path, 'has a form that its schema forbids');
}

function loosen(schema: SchemaNode): SchemaNode {
  return schema.properties === undefined && schema.required === undefined
    ? schema
    : { ...schema, type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
}
