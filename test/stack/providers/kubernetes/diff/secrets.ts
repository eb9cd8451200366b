import { isObject, memberPath, visit, type Marked, type ValueObject } from '../../shared/values';

/**
 * Marks what is secret, as the real provider does: the data of a Secret always; elsewhere what the program marked, where a
 * list with one secret item is secret as a whole.
 */
export function annotateSecrets(value: ValueObject, given: Iterable<string>): Marked {
  if (value['kind'] === 'Secret') {
    return { value, secrets: new Set(['data', 'stringData'].filter((field) => value[field] !== undefined)) };
  }
  const there = new Set<string>();
  visit(value, '', (_, path) => there.add(path));
  const whole = [...given].map((path) => path.replace(/\[\d+\].*$/s, ''));
  return { value, secrets: new Set(whole.filter((path) => there.has(path))) };
}

/** Like {@link annotateSecrets}, but the entries of a Secret's data one by one, so that a file may keep their names. */
export function annotateEntries(value: ValueObject, given: Iterable<string>): Marked {
  if (value['kind'] !== 'Secret') return annotateSecrets(value, given);
  const entries = ['data', 'stringData'].flatMap((field) => {
    const data = value[field];
    return isObject(data) ? Object.keys(data).map((key) => memberPath(field, key)) : [];
  });
  return { value, secrets: new Set(entries) };
}
