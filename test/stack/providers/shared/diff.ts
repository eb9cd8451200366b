import type { PropertyChange } from './provider';
import type { ObjectSchema, Property, Shape, TypeSchema } from './schema/model';
import { at, isObject, itemPath, memberPath, patternOf, same, UNKNOWN, type Value, type ValueObject } from './values';

/** What a type's rules say of changes. */
export interface Changes {
  /** Path patterns whose change needs a new thing; all below them too. A longer `mutable` pattern is an exception. */
  readonly immutable: readonly string[];
  readonly mutable?: readonly string[];
  /** Patterns that need a new thing only for some changes (a smaller disk, an older version). */
  readonly replacesWhen?: Readonly<Record<string, (before: Value, after: Value) => boolean>>;
  /** Values that the service takes when none is given, by path. */
  readonly defaults?: Readonly<Record<string, Value>>;
  /** Patterns whose change the provider does not act on (write-only values, equal spellings). */
  readonly ignored?: readonly string[];
  /** Lists whose order means nothing, by pattern. */
  readonly sets?: readonly string[];
}

/**
 * What changes between the inputs of the last operation and the new ones. A property that the program no longer
 * gives, or gives now with the value that it already has, is no change where the service decides it or the value is
 * the default.
 */
export function diffInputs(
  schema: TypeSchema,
  rules: Changes,
  olds: ValueObject,
  news: ValueObject,
  state: ValueObject,
): Map<string, PropertyChange> {
  const changes = new Map<string, PropertyChange>();
  const context: Context = { schema, rules, state, changes };
  diffObject(context, schema.inputs, schema.outputs, olds, news, '');
  driftFromDefaults(context, news);
  return changes;
}

interface Context {
  readonly schema: TypeSchema;
  readonly rules: Changes;
  readonly state: ValueObject;
  readonly changes: Map<string, PropertyChange>;
}

/** A property that nobody gives and that someone changed in the cloud goes back to its default. */
function driftFromDefaults(context: Context, news: ValueObject): void {
  const { rules, schema, state } = context;
  const documented = Object.entries(schema.inputs).flatMap(([name, property]): [string, Value][] =>
    property.default === undefined ? [] : [[name, property.default]],
  );
  for (const [path, preset] of [...documented, ...Object.entries(rules.defaults ?? {})]) {
    const live = at(state, path);
    if (path.includes('*') || at(news, path) !== undefined || live === undefined || live === '') continue;
    if (!same(live, rules.defaults?.[path] ?? preset)) note(context, path, 'update', live, preset);
  }
}

function diffObject(
  context: Context,
  inputs: ObjectSchema | undefined,
  outputs: ObjectSchema | undefined,
  olds: ValueObject,
  news: ValueObject,
  path: string,
): void {
  for (const key of new Set([...Object.keys(olds), ...Object.keys(news)])) {
    if (key === '__defaults') continue;
    const inner = memberPath(path, key);
    diffProperty(context, inputs?.[key], outputs?.[key], olds[key] ?? undefined, news[key] ?? undefined, inner);
  }
}

function diffProperty(
  context: Context,
  input: Property | undefined,
  output: Property | undefined,
  old: Value | undefined,
  wanted: Value | undefined,
  path: string,
): void {
  const { rules, schema, state } = context;
  if (same(old, wanted) && wanted !== UNKNOWN) return;
  const pattern = patternOf(path);
  if (rules.ignored?.includes(pattern) || pattern.endsWith('Wo')) return;
  const preset = rules.defaults?.[pattern] ?? input?.default;
  if (wanted === undefined) {
    const serviceDecides = output?.required === true && input?.required !== true;
    if (serviceDecides || same(old, preset) || isEmpty(old)) return;
    note(context, path, 'delete', old, null, input);
    return;
  }
  if (old === undefined) {
    if (same(wanted, preset) || same(wanted, at(state, path)) || isEmpty(wanted)) return;
    note(context, path, 'add', null, wanted, input);
    return;
  }
  const nested = (side: Shape | undefined) => (side?.kind === 'object' ? schema.objects[side.ref] : undefined);
  if (isObject(old) && isObject(wanted)) {
    diffObject(context, nested(input?.shape), nested(output?.shape), old, wanted, path);
  } else if (Array.isArray(old) && Array.isArray(wanted)) {
    if (rules.sets?.includes(pattern) && sameSet(old, wanted)) return;
    diffItems(context, input, output, old, wanted, path);
  } else {
    note(context, path, 'update', old, wanted, input);
  }
}

function diffItems(
  context: Context,
  input: Property | undefined,
  output: Property | undefined,
  old: Value[],
  wanted: Value[],
  path: string,
): void {
  const item = (property: Property | undefined): Property | undefined =>
    property?.shape.kind === 'array' ? { shape: property.shape.of, required: false } : undefined;
  for (let index = 0; index < Math.max(old.length, wanted.length); index++) {
    const inner = itemPath(path, index);
    const before = old[index];
    const after = wanted[index];
    if (before === undefined) note(context, inner, 'add', null, after ?? null);
    else if (after === undefined) note(context, inner, 'delete', before, null);
    else diffProperty(context, item(input), item(output), before, after, inner);
  }
}

function note(
  context: Context,
  path: string,
  kind: PropertyChange['kind'],
  before: Value | undefined,
  after: Value,
  input?: Property,
): void {
  const replace = input?.immutable === true || needsReplacement(context.rules, patternOf(path), before ?? null, after);
  context.changes.set(path, { kind, replace });
}

function needsReplacement(rules: Changes, pattern: string, before: Value, after: Value): boolean {
  const conditional = rules.replacesWhen?.[pattern];
  if (conditional !== undefined) return after === UNKNOWN || before === UNKNOWN || conditional(before, after);
  const longest = (patterns: readonly string[]) =>
    Math.max(-1, ...patterns.filter((candidate) => covers(candidate, pattern)).map((candidate) => candidate.length));
  const immutable = longest(rules.immutable);
  return immutable >= 0 && immutable >= longest(rules.mutable ?? []);
}

function covers(prefix: string, pattern: string): boolean {
  return pattern === prefix || pattern.startsWith(`${prefix}.`) || pattern.startsWith(`${prefix}[`);
}

function isEmpty(value: Value | undefined): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}

function sameSet(left: readonly Value[], right: readonly Value[]): boolean {
  const texts = (values: readonly Value[]) => values.map((value) => JSON.stringify(value) ?? 'unknown').sort();
  return !left.includes(UNKNOWN) && !right.includes(UNKNOWN) && texts(left).join() === texts(right).join();
}
