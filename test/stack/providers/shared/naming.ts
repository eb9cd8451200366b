import { UNKNOWN, type Marked, type Value, type ValueObject } from './values';

/**
 * The inputs with a name made up where none was given: the name in the program and seven hexadecimal digits, as bridged
 * providers do. A name that was made up before stays; which inputs were is kept in `__defaults`.
 */
export function autoNamed(property: string, name: string, news: Marked, olds: ValueObject, seed: Uint8Array): Marked {
  const given = news.value[property];
  if (given !== undefined && given !== null) return news;
  const previous = olds[property];
  const keep = isDefaulted(olds, property) && typeof previous === 'string';
  const suffix = Buffer.from(seed).toString('hex').padEnd(7, '0').slice(0, 7);
  const made: Value = keep ? previous : seed.length === 0 ? UNKNOWN : `${name}-${suffix}`;
  return { value: { ...news.value, [property]: made, __defaults: [property] }, secrets: news.secrets };
}

/** Whether the input was made up by {@link autoNamed}. */
export function isDefaulted(inputs: ValueObject, property: string): boolean {
  const defaults = inputs['__defaults'];
  return Array.isArray(defaults) && defaults.includes(property);
}
