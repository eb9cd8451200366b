import { FactoryError } from '@agent-factory/contract';

/** Redis answers in untyped trees; these turn a part into what it must be, or throw INTERNAL. */

export function replyArray(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw unexpected('an array', value);
}

export function replyNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  if (value instanceof Buffer || typeof value === 'string') {
    const number = Number(value.toString());
    if (!Number.isNaN(number)) return number;
  }
  throw unexpected('a number', value);
}

export function replyBuffer(value: unknown): Buffer {
  if (value instanceof Buffer) return value;
  throw unexpected('bytes', value);
}

export function replyText(value: unknown): string {
  if (typeof value === 'string') return value;
  return replyBuffer(value).toString();
}

/** A flat list of names and values. */
export function replyPairs(value: unknown): Map<string, string> {
  const flat = replyArray(value);
  const pairs = new Map<string, string>();
  for (let index = 0; index + 1 < flat.length; index += 2)
    pairs.set(replyText(flat[index]), replyText(flat[index + 1]));
  return pairs;
}

function unexpected(wanted: string, value: unknown): FactoryError {
  return new FactoryError(
    'INTERNAL',
    `Redis answered ${value === null ? 'nothing' : typeof value} instead of ${wanted}`,
  );
}
