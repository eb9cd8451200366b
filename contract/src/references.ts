import type { Json, JsonObject } from './json';

/** A `{"$ref": "#/steps/{id}/output/…"}` inside a plan: where it stands, and what it names. */
export interface PlanReference {
  /** Path of the object that holds `$ref`, from the value that was searched. */
  path: (string | number)[];
  /** The text of `$ref`; empty when it is none. */
  text: string;
  /** The step it names and the JSON pointer below its output; undefined when the text is no reference. */
  target: { step: string; pointer: string[] } | undefined;
}

const referencePattern = /^#\/steps\/([a-z][a-z0-9_]{0,39})\/output(\/.*)?$/;

/** What a `$ref` names, with `~1` and `~0` of the JSON pointer undone; undefined when it is not of the form. */
export function parseReference(text: string): PlanReference['target'] {
  const [, step, rest] = referencePattern.exec(text) ?? [];
  if (step === undefined) return undefined;
  const pointer = rest === undefined ? [] : rest.slice(1).split('/');
  return { step, pointer: pointer.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')) };
}

/** Whether a value is an object with a `$ref` key: always a reference, never data. */
export function isReference(value: Json): value is JsonObject & { $ref: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, '$ref');
}

/** Every reference in a value, in reading order. One that is not a string or does not stand alone has no target. */
export function referencesIn(value: Json, path: (string | number)[] = []): PlanReference[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => referencesIn(item, [...path, index]));
  if (isReference(value)) {
    const text = value.$ref;
    if (typeof text !== 'string') return [{ path, text: '', target: undefined }];
    const alone = Object.keys(value).length === 1;
    return [{ path, text, target: alone ? parseReference(text) : undefined }];
  }
  return Object.entries(value).flatMap(([key, item]) => referencesIn(item, [...path, key]));
}
