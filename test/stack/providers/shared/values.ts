/** The mark of a value that the engine does not know yet (a preview, before the thing it comes from exists). */
export const UNKNOWN: unique symbol = Symbol('unknown');

/** A property value as providers see it: JSON, or {@link UNKNOWN}. Which parts are secret is kept beside it as paths. */
export type Value = null | boolean | number | string | typeof UNKNOWN | Value[] | ValueObject;

/** An object of values; a key that is absent was not given. */
export interface ValueObject {
  [key: string]: Value;
}

/** A tree of values and the property paths of its secret parts. */
export interface Marked {
  readonly value: ValueObject;
  readonly secrets: ReadonlySet<string>;
}

/** Whether the value is an object (not an array, not null). */
export function isObject(value: Value | undefined): value is ValueObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether the value, or any part of it, is unknown. */
export function hasUnknown(value: Value | undefined): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isObject(value) && Object.values(value).some(hasUnknown);
}

/** Deep equality; an absent key and an undefined one are the same. */
export function same(left: Value | undefined, right: Value | undefined): boolean {
  if (left === right) return true;
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => same(item, right[index]));
  }
  if (!isObject(left) || !isObject(right)) return false;
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...keys].every((key) => same(left[key], right[key]));
}

/** The path of a member in Pulumi's notation: `a.b`, `a["x.y"]`. */
export function memberPath(path: string, key: string): string {
  if (!/^[A-Za-z_$][\w$-]*$/.test(key)) return `${path}["${key.replace(/["\\]/g, '\\$&')}"]`;
  return path === '' ? key : `${path}.${key}`;
}

/** The path of an array item: `a[0]`. */
export function itemPath(path: string, index: number): string {
  return `${path}[${index}]`;
}

/** The value at a plain path such as `settings.ipConfiguration.ipv4Enabled` or `a[0].b`; undefined when a step is absent. */
export function at(value: Value | undefined, path: string): Value | undefined {
  let current: Value | undefined = value;
  for (const step of path.split(/[.[\]]+/).filter((part) => part !== '')) {
    if (current === UNKNOWN) return UNKNOWN;
    if (Array.isArray(current)) current = current[Number(step)];
    else if (isObject(current)) current = current[step];
    else return undefined;
  }
  return current;
}

/** Visits every part of the tree with its path, parents first. */
export function visit(value: Value, path: string, seen: (value: Value, path: string) => void): void {
  seen(value, path);
  if (Array.isArray(value)) value.forEach((item, index) => visit(item, itemPath(path, index), seen));
  else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) visit(item, memberPath(path, key), seen);
  }
}

/** The tree with each part replaced by what `change` returns for it; undefined drops it, the same value descends into it. */
export function mapTree(value: Value, path: string, change: (value: Value, path: string) => Value | undefined): Value {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => {
      const replaced = change(item, itemPath(path, index));
      if (replaced === undefined) return [];
      return [replaced === item ? mapTree(item, itemPath(path, index), change) : replaced];
    });
  }
  if (!isObject(value)) return value;
  const result: ValueObject = {};
  for (const [key, item] of Object.entries(value)) {
    const replaced = change(item, memberPath(path, key));
    if (replaced === undefined) continue;
    result[key] = replaced === item ? mapTree(item, memberPath(path, key), change) : replaced;
  }
  return result;
}

interface Found {
  readonly path: string;
  readonly value: Value;
}

/** Every value that a path pattern names, with its own path: `pools[*].name`, `labels.*`. Unknown parents yield nothing. */
export function matching(value: Value, pattern: string): Found[] {
  const steps = pattern.split(/[.[\]]+/).filter((step) => step !== '');
  return steps.reduce<Found[]>((found, step) => found.flatMap((entry) => stepInto(entry, step)), [{ path: '', value }]);
}

function stepInto({ path, value }: Found, step: string): Found[] {
  if (Array.isArray(value)) {
    const items = value.map((item, index): Found => ({ path: itemPath(path, index), value: item }));
    return step === '*' ? items : items.filter((_, index) => String(index) === step);
  }
  if (!isObject(value)) return [];
  const members = Object.entries(value).filter(([key]) => step === '*' || key === step);
  return members.map(([key, item]): Found => ({ path: memberPath(path, key), value: item }));
}

/** The pattern of a path: its indices as `[*]`. */
export function patternOf(path: string): string {
  return path.replace(/\[\d+\]/g, '[*]');
}
