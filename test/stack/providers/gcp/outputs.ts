import { createHash } from 'node:crypto';
import type { ObjectSchema, Property, TypeSchema } from '../shared/schema/model';
import { isObject, UNKNOWN, type Value, type ValueObject } from '../shared/values';
import { computeLink } from './references';
import type { Scope } from './rules';

/** A stable hexadecimal text for a thing. */
export function stable(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}

/** A UUID that is always the same for the same text. */
export function stableUuid(text: string): string {
  const hex = stable(text, 32);
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20)].join('-');
}

/** The inputs laid over the computed values, object by object. */
export function overlay(computed: ValueObject, inputs: ValueObject): ValueObject {
  const result: ValueObject = { ...computed };
  for (const [key, value] of Object.entries(inputs)) {
    const beneath = result[key];
    result[key] = isObject(beneath) && isObject(value) ? overlay(beneath, value) : value;
  }
  return result;
}

/** Values for every output that the package declares as always present and nothing has set: as an API would word them. */
export function filled(schema: TypeSchema, id: string, now: string, properties: ValueObject): ValueObject {
  return fillObject(schema, schema.outputs, id, now, properties);
}

/** What a preview knows: what is given, and the unknown for every output that only the service can tell. */
export function previewed(schema: TypeSchema, properties: ValueObject): ValueObject {
  const result: ValueObject = { ...properties };
  for (const [name, property] of Object.entries(schema.outputs)) {
    if (property.required && result[name] === undefined) result[name] = UNKNOWN;
  }
  return result;
}

/** The label outputs of every type that has them: what was asked for, and that with the provider's own labels. */
export function labelOutputs(schema: TypeSchema, inputs: ValueObject, scope: Scope): ValueObject {
  if (schema.outputs['effectiveLabels'] === undefined) return {};
  const own = inputs['labels'] ?? inputs['resourceLabels'] ?? inputs['userLabels'];
  if (own === UNKNOWN) return { effectiveLabels: UNKNOWN, pulumiLabels: UNKNOWN };
  const all: ValueObject = { ...scope.defaultLabels, ...(isObject(own) ? own : {}) };
  return { effectiveLabels: all, ...(schema.outputs['pulumiLabels'] === undefined ? {} : { pulumiLabels: all }) };
}

function fillObject(schema: TypeSchema, properties: ObjectSchema, id: string, now: string, value: ValueObject) {
  const result: ValueObject = { ...value };
  for (const [name, property] of Object.entries(properties)) {
    const present = result[name];
    if (isObject(present) && property.shape.kind === 'object') {
      result[name] = fillObject(schema, schema.objects[property.shape.ref] ?? {}, `${id}#${name}`, now, present);
    } else if (present === undefined && property.required) {
      const made = invent(schema, name, property, id, now);
      if (made !== undefined) result[name] = made;
    }
  }
  return result;
}

function invent(schema: TypeSchema, name: string, property: Property, id: string, now: string): Value | undefined {
  switch (property.shape.kind) {
    case 'string':
      return inventText(name, id, now);
    case 'number':
      return 0;
    case 'boolean':
      return false;
    case 'array':
      return [];
    case 'map':
      return {};
    case 'object': {
      const inner = fillObject(schema, schema.objects[property.shape.ref] ?? {}, `${id}#${name}`, now, {});
      return Object.keys(inner).length > 0 ? inner : undefined;
    }
    case 'any':
      return undefined;
    default:
      return property.shape satisfies never;
  }
}

function inventText(name: string, id: string, now: string): string {
  if (name === 'selfLink') return computeLink(id);
  if (/^(create|creation|update|last\w*)(Time|Timestamp)$/.test(name)) return now;
  if (/^(uid|uniqueId|generatedId|instanceUid)$/.test(name)) return stableUuid(id);
  if (/^(etag|fingerprint|labelFingerprint)$/.test(name)) return Buffer.from(stable(id, 12)).toString('base64');
  if (name === 'deletionPolicy') return 'DELETE';
  if (name === 'name') return id;
  if (name === 'state' || name === 'status') return 'ACTIVE';
  return '';
}
