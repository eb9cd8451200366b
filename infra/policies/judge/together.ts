import type { Resource } from './rule';
import { kindOf } from './types';
import { at, fields, items, later, text, type Value } from './value';

/** The Kubernetes objects of these kinds. */
export function ofKind(resources: readonly Resource[], ...kinds: readonly string[]): Resource[] {
  return resources.filter(({ type }) => kinds.includes(kindOf(type) ?? ''));
}

/** Name of a Kubernetes object; empty while it is not known. */
export function nameOf({ props }: Resource): string {
  return text(at(props, 'metadata.name'));
}

/** Whether a label selector takes labels in. One that is not known yet is taken to do so. */
export function selects(selector: Value, labels: Value): boolean {
  if (selector === later || labels === later) return true;
  const wanted = Object.entries(fields(at(selector, 'matchLabels')));
  const given = fields(labels);
  return (
    wanted.every(([key, value]) => given[key] === value || given[key] === later || value === later) &&
    items(at(selector, 'matchExpressions')).every((expression) => meets(expression, given))
  );
}

const operators: Readonly<Record<string, (value: Value, values: readonly Value[]) => boolean>> = {
  In: (value, values) => values.includes(value),
  NotIn: (value, values) => !values.includes(value),
  Exists: (value) => value !== undefined,
  DoesNotExist: (value) => value === undefined,
};

function meets(expression: Value, labels: Readonly<Record<string, Value>>): boolean {
  const operator = operators[text(at(expression, 'operator'))];
  return operator?.(labels[text(at(expression, 'key'))], items(at(expression, 'values'))) ?? false;
}
