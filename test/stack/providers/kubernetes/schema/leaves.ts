import type { SchemaNode } from '../../../../engines/schemas/format';
import type { Report } from '../rules/finding';
import { shown, suggestion } from './text';

const durationForm = /^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h|d|w|y))+$|^0$/;
const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const base64 = /^(?:[A-Za-z0-9+/\s]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?\s*$/;

/** RE2 has flags in the pattern where JavaScript has them beside it. */
function regularExpression(pattern: string): RegExp {
  const flags = /^\(\?([is]+)\)/.exec(pattern);
  return new RegExp(flags === null ? pattern : pattern.slice(flags[0].length), flags?.[1] ?? '');
}

function checkString(value: string, schema: SchemaNode, path: string, report: Report): void {
  const { minLength, maxLength, pattern, format } = schema;
  if (minLength !== undefined && value.length < minLength) report(path, `must have at least ${minLength} characters`);
  if (maxLength !== undefined && value.length > maxLength) {
    report(path, `must have at most ${maxLength} characters (it has ${value.length})`);
  }
  if (pattern !== undefined && !regularExpression(pattern).test(value)) {
    report(path, `${shown(value)} must match ${pattern}`);
  }
  if (format === 'date-time' && !dateTime.test(value))
    report(path, `${shown(value)} must be a time such as 2026-01-31T10:00:00Z`);
  if (format === 'duration' && !durationForm.test(value))
    report(path, `${shown(value)} must be a duration such as 30s or 5m`);
  // What is base64 may be secret: the value is not shown.
  if (format === 'byte' && !base64.test(value)) report(path, 'must be base64');
}

function checkNumber(value: number, schema: SchemaNode, path: string, report: Report): void {
  const { minimum, maximum, format } = schema;
  if (schema.type === 'integer' && !Number.isInteger(value)) report(path, `must be an integer: ${value}`);
  if (format === 'int32' && Math.abs(value) > 2 ** 31 - 1) report(path, `must fit in 32 bits: ${value}`);
  if (minimum !== undefined && value < minimum) report(path, `must be at least ${minimum}: ${value}`);
  if (maximum !== undefined && value > maximum) report(path, `must be at most ${maximum}: ${value}`);
}

/** Checks a string, number or boolean against its schema: enumeration, bounds, pattern, format. */
export function checkLeaf(value: boolean | number | string, schema: SchemaNode, path: string, report: Report): void {
  if (schema.enum !== undefined && !schema.enum.includes(value)) {
    const allowed = schema.enum.map(String);
    report(path, `${shown(value)} must be one of ${allowed.join(', ')}${suggestion(String(value), allowed)}`);
  } else if (typeof value === 'string') checkString(value, schema, path, report);
  else if (typeof value === 'number') checkNumber(value, schema, path, report);
}
