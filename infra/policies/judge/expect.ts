import type { Finding } from './rule';
import { at, later, type Value } from './value';

/** Whether a value is one of these. */
export function oneOf(...values: readonly Value[]): (value: Value) => boolean {
  return (value) => values.includes(value);
}

/** Whether a value is there and is not empty. */
export function isSet(value: Value): boolean {
  if (value === undefined || value === null || value === '') return false;
  return !Array.isArray(value) || value.length > 0;
}

/** A finding when the value at a path is known and not accepted. `remedy` says what to write instead; `within` is the path of `value`. */
export function expect(
  value: Value,
  path: string,
  accepted: (value: Value) => boolean,
  remedy: string,
  within = '',
): Finding[] {
  const found = at(value, path);
  if (found === later || accepted(found)) return [];
  return [{ path: join(within, path), fault: `is ${shown(found)}: ${remedy}` }];
}

/** Path of a part. */
export function join(within: string, path: string): string {
  return [within, path].filter(Boolean).join('.');
}

/** Short values as they are. Longer ones may be secret, or fill the screen. */
function shown(value: Value): string {
  if (!isSet(value)) return 'not set';
  if (typeof value === 'boolean' || typeof value === 'number') return String(value);
  if (typeof value === 'string' && value.length <= 40) return JSON.stringify(value);
  return 'something else';
}
