import { isObject, type Value, type ValueObject } from '../../stack/providers/shared/values';

/** A value for each path; undefined takes the property away. */
export type Change = Readonly<Record<string, Value | undefined>>;

/** The inputs with the changes made; missing objects and items on the way are made too. */
export function changed(inputs: ValueObject, change: Change): ValueObject {
  const result = structuredClone(inputs);
  for (const [path, value] of Object.entries(change)) {
    set(
      result,
      path.split(/[.[\]]+/).filter((step) => step !== ''),
      value,
    );
  }
  return result;
}

function set(target: Value, steps: readonly string[], value: Value | undefined): void {
  const [first = '', ...rest] = steps;
  if (Array.isArray(target)) {
    const index = Number(first);
    if (rest.length > 0) set((target[index] ??= holder(rest)), rest, value);
    else if (value === undefined) target.splice(index, 1);
    else target[index] = value;
  } else if (isObject(target)) {
    if (rest.length > 0) set((target[first] ??= holder(rest)), rest, value);
    else if (value === undefined) delete target[first];
    else target[first] = value;
  }
}

function holder(steps: readonly string[]): Value {
  return /^\d+$/.test(steps[0] ?? '') ? [] : {};
}
