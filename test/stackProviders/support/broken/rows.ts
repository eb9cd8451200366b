import type { Change } from '../change';

/** A change to conforming inputs that is refused: of which type, where, and in what words. */
export type Row = readonly [token: string, change: Change, property: string, words: RegExp];

/** The rows of one type. */
export function of(
  token: string,
  ...rows: readonly (readonly [change: Change, property: string, words: RegExp])[]
): Row[] {
  return rows.map(([change, property, words]) => [token, change, property, words]);
}

/** A text of that many letters. */
export function long(count: number): string {
  return 'a'.repeat(count);
}
