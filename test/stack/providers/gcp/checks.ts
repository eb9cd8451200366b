import type { Failure } from '../shared/provider';
import { at, matching, UNKNOWN, type Value, type ValueObject } from '../shared/values';
import type { Rule } from './rules';

/** A {@link Rule} that needs no scope. */
export type Check = (inputs: ValueObject) => Failure[];

/** Whether the path was surely given (its value may be unknown). With {@link lacks} false as well, nobody knows yet. */
export function has(inputs: ValueObject, path: string): boolean {
  const found = at(inputs, path);
  if (found === undefined || found === null) return false;
  const parent = path.slice(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('['), 0));
  return found !== UNKNOWN || parent === '' || at(inputs, parent) !== UNKNOWN;
}

/** Whether the path was surely not given. */
export function lacks(inputs: ValueObject, path: string): boolean {
  const found = at(inputs, path);
  return found === undefined || found === null;
}

/** Whether the path surely holds no item: it was not given, or is an empty list. */
export function isEmpty(inputs: ValueObject, path: string): boolean {
  const found = at(inputs, path);
  return lacks(inputs, path) || (Array.isArray(found) && found.length === 0);
}

/** The known string at the path. */
export function text(inputs: ValueObject, path: string): string | undefined {
  const value = at(inputs, path);
  return typeof value === 'string' ? value : undefined;
}

/** The known number at the path. */
export function amount(inputs: ValueObject, path: string): number | undefined {
  const value = at(inputs, path);
  return typeof value === 'number' ? value : undefined;
}

/** Whether the path holds `true`. */
export function on(inputs: ValueObject, path: string): boolean {
  return at(inputs, path) === true;
}

/** The list at the path; empty when it is absent or unknown. */
export function list(inputs: ValueObject, path: string): Value[] {
  const value = at(inputs, path);
  return Array.isArray(value) ? value : [];
}

/** Whether the path surely does not hold the value: it is absent or known to be another. */
export function isNot(inputs: ValueObject, path: string, value: Value): boolean {
  const found = at(inputs, path);
  return found !== UNKNOWN && found !== value;
}

/** One failure at a path. */
export function fail(property: string, reason: string): Failure[] {
  return [{ property, reason }];
}

/** At most one of them may be given. */
export function conflicts(...paths: string[]): Check {
  return (inputs) => {
    const found = paths.filter((path) => has(inputs, path));
    const [first, ...others] = found;
    if (first === undefined || others.length === 0) return [];
    return fail(first, `conflicts with ${others.join(', ')}: give one of them`);
  };
}

/** One and only one must be given. */
export function exactlyOne(...paths: string[]): Check {
  return (inputs) => {
    if (!paths.every((path) => lacks(inputs, path))) return conflicts(...paths)(inputs);
    return fail(paths[0] ?? '', `one of ${paths.join(', ')} must be given`);
  };
}

/** At least one must be given. */
export function atLeastOne(...paths: string[]): Check {
  return (inputs) =>
    paths.every((path) => lacks(inputs, path)) ? fail(paths[0] ?? '', `one of ${paths.join(', ')} must be given`) : [];
}

/** Where the first is given the second must be. */
export function requires(path: string, other: string): Check {
  return (inputs) => (has(inputs, path) && lacks(inputs, other) ? fail(other, `is required with ${path}`) : []);
}

/** Every known string that the pattern names fits the expression. */
export function matches(pattern: string, expression: RegExp, how: string): Check {
  return (inputs) =>
    matching(inputs, pattern).flatMap(({ path, value }) =>
      typeof value === 'string' && !expression.test(value) ? fail(path, `"${value}" is not valid: ${how}`) : [],
    );
}

/** Every known string that the pattern names is a number of seconds like `3600s` within the bounds, both included. */
export function seconds(pattern: string, min: number, max: number, how: string): Check {
  return (inputs) =>
    matching(inputs, pattern).flatMap(({ path, value }) => {
      if (typeof value !== 'string') return [];
      const found = /^(\d+)(?:\.\d+)?s$/.exec(value)?.[1];
      if (found === undefined) return fail(path, `"${value}" is not valid: seconds such as ${min}s`);
      return Number(found) < min || Number(found) > max ? fail(path, how) : [];
    });
}

/** Every known number that the pattern names lies within the bounds, both included. */
export function within(pattern: string, min: number, max: number): Check {
  return (inputs) =>
    matching(inputs, pattern).flatMap(({ path, value }) =>
      typeof value === 'number' && (value < min || value > max)
        ? fail(path, `expected ${min} to ${max}, got ${value}`)
        : [],
    );
}

/** Every list that the pattern names has at most that many items. */
export function atMost(pattern: string, limit: number): Check {
  return (inputs) =>
    matching(inputs, pattern).flatMap(({ path, value }) =>
      Array.isArray(value) && value.length > limit ? fail(path, `at most ${limit} items, got ${value.length}`) : [],
    );
}

/** Numbers of which the first may not exceed the second, where both are known. */
export function ordered(smaller: string, larger: string): Check {
  return (inputs) => {
    const low = amount(inputs, smaller);
    const high = amount(inputs, larger);
    if (low === undefined || high === undefined || low <= high) return [];
    return fail(smaller, `${low} is more than ${larger} (${high})`);
  };
}

/** The rule, only where the condition holds for what is known. */
export function when(condition: (inputs: ValueObject) => boolean, ...rules: Rule[]): Rule {
  return (inputs, scope) => (condition(inputs) ? rules.flatMap((rule) => rule(inputs, scope)) : []);
}

/** The path may not be given (or must be off). */
export function absent(path: string, reason: string): Check {
  return (inputs) => {
    const value = at(inputs, path);
    return value === undefined || value === null || value === false || value === UNKNOWN ? [] : fail(path, reason);
  };
}

/** RFC 1035 label, as most of the API wants names. */
export function name1035(pattern: string, max = 63): Check {
  return matches(
    pattern,
    new RegExp(`^[a-z](?:[-a-z0-9]{0,${max - 2}}[a-z0-9])?$`),
    `1 to ${max} lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen`,
  );
}

/** Labels: https://cloud.google.com/resource-manager/docs/labels-overview#requirements */
export function labels(property: string): Check {
  return (inputs) => {
    const found = matching(inputs, `${property}.*`);
    const failures = found.flatMap(({ path, value }) => {
      const key = /(?:\.|\[")([^."]+)(?:"\])?$/.exec(path)?.[1] ?? path;
      const badKey = !/^\p{Ll}[\p{Ll}\p{Lo}\d_-]{0,62}$/u.test(key);
      const badValue = typeof value === 'string' && !/^[\p{Ll}\p{Lo}\d_-]{0,63}$/u.test(value);
      return [
        ...(badKey ? fail(path, `label key "${key}" must match [a-z][a-z0-9_-]{0,62}`) : []),
        ...(badValue ? fail(path, `label value "${value}" must match [a-z0-9_-]{0,63}`) : []),
      ];
    });
    return found.length > 64 ? [...failures, ...fail(property, 'at most 64 labels')] : failures;
  };
}
