import { itemPath, memberPath, UNKNOWN, type Value } from '../../shared/values';
import { child, objects, list, strings, text, uncertain } from '../object';
import { labelText, qualifiedName } from '../schema/names';
import type { Report } from './finding';

const withValues = new Set(['In', 'NotIn']);
const withoutValues = new Set(['Exists', 'DoesNotExist']);

/** A `LabelSelector`: keys, values and operators. */
export function checkSelector(selector: Value | undefined, path: string, report: Report): void {
  for (const [key, value] of Object.entries(strings(child(selector, 'matchLabels')))) {
    const wrong = qualifiedName(key) ?? labelText(value);
    if (wrong !== undefined) report(memberPath(`${path}.matchLabels`, key), wrong);
  }
  objects(child(selector)['matchExpressions']).forEach((expression, index) => {
    const at = itemPath(`${path}.matchExpressions`, index);
    const operator = text(expression['operator']);
    const values = list(expression['values']);
    if (withValues.has(operator)) {
      if (values.length === 0) report(`${at}.values`, `${operator} needs values`);
    } else if (withoutValues.has(operator)) {
      if (values.length > 0) report(`${at}.values`, `${operator} takes no values`);
    } else if (operator !== '') report(`${at}.operator`, 'must be one of In, NotIn, Exists, DoesNotExist');
    const wrong = qualifiedName(text(expression['key']));
    if (text(expression['key']) !== '' && wrong !== undefined) report(`${at}.key`, wrong);
  });
}

/** Whether a `LabelSelector` selects these labels; undefined when a preview cannot say. */
export function selects(selector: Value | undefined, labels: Value | undefined): boolean | undefined {
  const wanted = child(selector)['matchLabels'];
  if (selector === UNKNOWN || uncertain(wanted) || uncertain(labels)) return undefined;
  const has = strings(labels);
  const labelsFit = Object.entries(strings(wanted)).every(([key, value]) => has[key] === value);
  const expressionsFit = objects(child(selector)['matchExpressions']).every((expression) => {
    const key = text(expression['key']);
    const value = has[key];
    const values = list(expression['values']);
    switch (text(expression['operator'])) {
      case 'In':
        return value !== undefined && values.includes(value);
      case 'NotIn':
        return value === undefined || !values.includes(value);
      case 'Exists':
        return value !== undefined;
      default:
        return value === undefined;
    }
  });
  return labelsFit && expressionsFit;
}

/** Whether a plain map of labels (a Service's selector) selects these labels. */
export function mapSelects(selector: Value | undefined, labels: Value | undefined): boolean {
  const has = strings(labels);
  return Object.entries(strings(selector)).every(([key, value]) => has[key] === value);
}

/** Whether it selects nothing by name: `{}`. */
export function isEmptySelector(selector: Value | undefined): boolean {
  return (
    Object.keys(child(selector, 'matchLabels')).length === 0 && list(child(selector)['matchExpressions']).length === 0
  );
}
