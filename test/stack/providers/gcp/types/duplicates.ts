import { matching, type ValueObject } from '../../shared/values';
import { fail } from '../checks';

/** Values that the pattern names must differ from each other. */
export function duplicates(inputs: ValueObject, pattern: string) {
  const seen = new Set<unknown>();
  return matching(inputs, pattern).flatMap(({ path, value }) => {
    if (typeof value === 'symbol') return [];
    if (seen.has(value)) return fail(path, `${JSON.stringify(value)} is given twice`);
    seen.add(value);
    return [];
  });
}
