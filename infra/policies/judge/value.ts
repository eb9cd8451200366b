/** What a preview cannot know yet. A rule is silent about it; `pulumi up` judges it once more. */
export const later: unique symbol = Symbol('known later');

/** A plain value of a resource's inputs; the one symbol among them is `later`. */
export type Value =
  string | number | boolean | null | undefined | symbol | readonly Value[] | { readonly [key: string]: Value };

type Fields = Readonly<Record<string, Value>>;

/** A plain copy of what the policy SDK hands over, whose objects throw when a value that is not known is touched. */
export function plain(raw: unknown): Value {
  if (raw === null || raw === undefined) return raw;
  if (typeof raw === 'string' || typeof raw === 'number' || typeof raw === 'boolean') return raw;
  if (Array.isArray(raw)) return Array.from({ length: raw.length }, (_, index) => field(raw, index));
  if (typeof raw === 'object') return Object.fromEntries(Object.keys(raw).map((key) => [key, field(raw, key)]));
  return undefined;
}

function field(owner: object, key: string | number): Value {
  try {
    return plain(Reflect.get(owner, key));
  } catch (error) {
    // The SDK does not export the class.
    if (error instanceof Error && error.constructor.name === 'UnknownValueError') return later;
    throw error;
  }
}

/** Value at a path such as `spec.template`, or at these keys; `later` when a step on the way is. */
export function at(value: Value, path: string | readonly string[]): Value {
  if (path === '') return value;
  const keys = typeof path === 'string' ? path.split('.') : path;
  return keys.reduce<Value>((inner, key) => (inner === later ? later : fields(inner)[key]), value);
}

/** The fields of an object; none for anything else. */
export function fields(value: Value): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}; // an array was left out
}

/** The items of a list; none for anything else. */
export function items(value: Value): readonly Value[] {
  return Array.isArray(value) ? value : [];
}

/** A text; empty for anything else. */
export function text(value: Value): string {
  return typeof value === 'string' ? value : '';
}

/** Whether an object has all of these fields with these values. */
export function includes(value: Value, wanted: Fields): boolean {
  return Object.entries(wanted).every(([key, expected]) => fields(value)[key] === expected);
}
