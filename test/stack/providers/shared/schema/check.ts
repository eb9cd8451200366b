import type { Failure } from '../provider';
import { isObject, itemPath, memberPath, patternOf, UNKNOWN, type Value, type ValueObject } from '../values';
import type { ObjectSchema, Property, Shape, TypeSchema } from './model';
import { nearest } from './suggest';

/** Extra and corrected enums by path pattern (`settings.tier`, `rules[*].action`); `[]` lifts the documented one. */
export type Enums = Readonly<Record<string, readonly string[]>>;

/** Every way in which the inputs do not fit the derived schema. Unknown values fit everything. */
export function checkShape(schema: TypeSchema, inputs: ValueObject, enums: Enums = {}): Failure[] {
  const failures: Failure[] = [];
  checkObject(schema, schema.inputs, inputs, '', enums, failures);
  return failures;
}

function checkObject(
  schema: TypeSchema,
  properties: ObjectSchema,
  value: ValueObject,
  path: string,
  enums: Enums,
  failures: Failure[],
): void {
  for (const [name, property] of Object.entries(properties)) {
    if (property.required && (value[name] === undefined || value[name] === null)) {
      failures.push({ property: memberPath(path, name), reason: 'is required and was not given' });
    }
  }
  for (const [name, item] of Object.entries(value)) {
    if (name === '__defaults') continue;
    const inner = memberPath(path, name);
    const property = properties[name];
    if (property === undefined) failures.push({ property: inner, reason: unknownReason(name, properties) });
    else if (item !== null) checkProperty(schema, property, item, inner, enums, failures);
  }
}

function checkProperty(
  schema: TypeSchema,
  property: Property,
  value: Value,
  path: string,
  enums: Enums,
  failures: Failure[],
): void {
  const before = failures.length;
  checkValue(schema, property.shape, value, path, enums, failures);
  if (failures.length > before) return;
  const pattern = patternOf(path);
  const allowed = enums[pattern] ?? property.oneOf ?? [];
  if (allowed.length === 0) return;
  (Array.isArray(value) ? value : [value]).forEach((item, index) => {
    if (typeof item !== 'string' || allowed.includes(item)) return;
    failures.push({ property: Array.isArray(value) ? itemPath(path, index) : path, reason: enumReason(item, allowed) });
  });
}

function checkValue(
  schema: TypeSchema,
  shape: Shape,
  value: Value,
  path: string,
  enums: Enums,
  failures: Failure[],
): void {
  if (value === UNKNOWN) return;
  switch (shape.kind) {
    case 'any':
      return;
    case 'string':
    case 'number':
    case 'boolean':
      if (typeof value !== shape.kind) failures.push({ property: path, reason: kindReason(shape.kind, value) });
      return;
    case 'array':
      if (!Array.isArray(value)) failures.push({ property: path, reason: kindReason('list', value) });
      else value.forEach((item, index) => checkValue(schema, shape.of, item, itemPath(path, index), enums, failures));
      return;
    case 'map':
      if (!isObject(value)) failures.push({ property: path, reason: kindReason('map', value) });
      else {
        for (const [key, item] of Object.entries(value)) {
          checkValue(schema, shape.of, item, memberPath(path, key), enums, failures);
        }
      }
      return;
    case 'object':
      if (!isObject(value)) failures.push({ property: path, reason: kindReason('object', value) });
      else checkObject(schema, schema.objects[shape.ref] ?? {}, value, path, enums, failures);
      return;
  }
}

function unknownReason(name: string, properties: ObjectSchema): string {
  const near = nearest(name, Object.keys(properties));
  const hint = near === undefined ? '' : `; did you mean "${near}"?`;
  return `is not a property of this type${hint}`;
}

function enumReason(value: string, allowed: readonly string[]): string {
  const near = nearest(value, allowed);
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  return `expected one of ${allowed.join(', ')}, got ${value}${hint}`;
}

function kindReason(wanted: string, value: Value): string {
  const got =
    value === null ? 'nothing' : Array.isArray(value) ? 'a list' : isObject(value) ? 'an object' : typeof value;
  return `expected a ${wanted === 'object' ? 'n object' : wanted}, got ${got}`.replace('a n ', 'an ');
}
