import type { TypeSchema } from '../shared/schema/model';
import type { Marked, ValueObject } from '../shared/values';
import { defaultsOf } from './defaults';
import { filled, labelOutputs, overlay, previewed } from './outputs';
import { RefusedError } from '../shared/provider';
import type { Rules, Scope } from './rules';

/** A type with all that is known of it. */
export interface Kind {
  readonly token: string;
  readonly schema: TypeSchema;
  readonly rules: Rules | undefined;
}

/**
 * The live properties after a creation or an update: what was asked for, over defaults, over what the service makes up.
 * @param base what the service had decided before; empty for something new
 */
export function liveProperties(
  kind: Kind,
  inputs: ValueObject,
  scope: Scope,
  id: string,
  base: ValueObject,
  now: Date,
): ValueObject {
  const { schema, rules } = kind;
  const given = withoutMarks(inputs);
  const computed = overlay(base, rules?.computed?.(given, scope) ?? {});
  const beneath = overlay(computed, defaultsOf(schema, rules, given));
  const kept: ValueObject = {};
  for (const name of rules?.fixed ?? []) if (base[name] !== undefined) kept[name] = base[name];
  const asked = { ...overlay({ ...beneath, ...kept }, given), ...labelOutputs(schema, given, scope) };
  return filled(schema, id, now.toISOString(), { ...placeOutputs(schema, asked, scope), ...asked });
}

/** What a preview of a creation can tell. */
export function previewedProperties(kind: Kind, inputs: ValueObject, scope: Scope): ValueObject {
  const { schema, rules } = kind;
  const given = withoutMarks(inputs);
  const known = { ...placeOutputs(schema, given, scope), ...defaultsOf(schema, rules, given), ...given };
  return previewed(schema, { ...known, ...labelOutputs(schema, given, scope) });
}

/** What a preview of an update can tell: the old state with the new inputs over it. */
export function previewedUpdate(kind: Kind, inputs: ValueObject, scope: Scope, base: ValueObject): ValueObject {
  const given = withoutMarks(inputs);
  return { ...overlay(base, given), ...labelOutputs(kind.schema, given, scope) };
}

/** The secret paths of a thing's state. */
export function secretPaths(kind: Kind, inputs: Marked): Set<string> {
  return new Set([...kind.schema.secrets, ...(kind.rules?.secretOutputs ?? []), ...inputs.secrets]);
}

/** The secret paths without labels, which the package marks for reasons of its own and which hold nothing secret. */
export function withoutLabels(secrets: ReadonlySet<string>): Set<string> {
  return new Set([...secrets].filter((path) => path !== 'effectiveLabels' && path !== 'pulumiLabels'));
}

/** The input that is auto-named when it is left out, if the type has one. */
export function nameProperty(kind: Kind): string | undefined {
  const property = kind.rules?.nameProperty ?? 'name';
  const isName = kind.schema.inputs[property]?.shape.kind === 'string';
  return isName && kind.schema.outputs[property]?.required === true ? property : undefined;
}

/** The physical name that the inputs give; empty for what has none. */
export function physicalName(kind: Kind, inputs: ValueObject): string {
  const property = nameProperty(kind);
  const name = property === undefined ? undefined : inputs[property];
  return typeof name === 'string' ? name : '';
}

/** The id of a thing; for a type without rules, one of the usual form. */
export function idFor(kind: Kind, inputs: ValueObject, scope: Scope): string {
  if (kind.rules !== undefined) return kind.rules.id(inputs, scope);
  const plain = kind.token.split(':')[2] ?? '';
  const name = inputs['name'] ?? inputs[`${plain.charAt(0).toLowerCase()}${plain.slice(1)}Id`];
  const place = inputs['location'] ?? inputs['region'] ?? inputs['zone'];
  const within = typeof place === 'string' ? place : 'global';
  const last = typeof name === 'string' ? name : String(scope.store.list(kind.token).length + 1);
  return `projects/${scope.project(inputs)}/locations/${within}/${plain.toLowerCase()}s/${last}`;
}

/** Project, region, zone or location that the configuration gives where the resource does not. */
function placeOutputs(schema: TypeSchema, inputs: ValueObject, scope: Scope): ValueObject {
  const result: ValueObject = {};
  for (const key of ['project', 'region', 'zone', 'location'] as const) {
    if (schema.outputs[key]?.required !== true || inputs[key] !== undefined) continue;
    const found = orReason(() => scope[key](inputs)).found;
    if (found !== undefined) result[key] = found;
  }
  return result;
}

/** A place, or why there is none. */
export function orReason(find: () => string): { readonly found?: string; readonly reason?: string } {
  try {
    return { found: find() };
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return { reason: error.message };
  }
}

// Write-only values reach the API and no state.
function withoutMarks(inputs: ValueObject): ValueObject {
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => key !== '__defaults' && !key.endsWith('Wo')));
}
