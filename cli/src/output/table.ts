import { stripVTControlCharacters } from 'node:util';
import { clean } from './ui';

export interface Column<T> {
  title: string;
  value: (row: T) => string | number | undefined;
  align?: 'left' | 'right';
}

/** Rows as aligned text; no lines around them, so that `awk` and people read them alike. */
export function table<T>(rows: readonly T[], columns: readonly Column<T>[]): string {
  const cells = rows.map((row) => columns.map(({ value }) => clean(String(value(row) ?? '-'))));
  const widths = columns.map(({ title }, column) =>
    Math.max(title.length, ...cells.map((line) => width(line[column] ?? ''))),
  );
  const format = (line: readonly string[]): string =>
    line
      .map((cell, column) => {
        const gap = ' '.repeat(Math.max(0, (widths[column] ?? 0) - width(cell)));
        return columns[column]?.align === 'right' ? gap + cell : cell + gap;
      })
      .join('  ')
      .trimEnd();
  return [format(columns.map(({ title }) => title.toUpperCase())), ...cells.map(format)].join('\n');
}

function width(text: string): number {
  return stripVTControlCharacters(text).length;
}
