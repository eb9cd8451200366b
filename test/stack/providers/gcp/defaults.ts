import type { TypeSchema } from '../shared/schema/model';
import { at, isObject, type Value, type ValueObject } from '../shared/values';
import type { Rules } from './rules';

/** The defaults of a type for what the inputs leave out; a nested default only where its object was given. */
export function defaultsOf(schema: TypeSchema, rules: Rules | undefined, inputs: ValueObject): ValueObject {
  const result: ValueObject = {};
  for (const [name, property] of Object.entries(schema.inputs)) {
    const preset = rules?.defaults?.[name] ?? property.default;
    if (preset !== undefined && inputs[name] === undefined) result[name] = preset;
  }
  for (const [path, preset] of Object.entries(rules?.defaults ?? {})) {
    if (!path.includes('.') || path.includes('*')) continue;
    const steps = path.split('.');
    const parent = at(inputs, steps.slice(0, -1).join('.'));
    if (isObject(parent) && parent[steps.at(-1) ?? ''] === undefined) set(result, steps, preset);
  }
  return result;
}

function set(target: ValueObject, steps: readonly string[], value: Value): void {
  const [first = '', ...rest] = steps;
  if (rest.length === 0) {
    target[first] = value;
    return;
  }
  const next = target[first];
  const inner: ValueObject = isObject(next) ? next : {};
  target[first] = inner;
  set(inner, rest, value);
}
