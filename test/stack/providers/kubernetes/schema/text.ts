/** How alike two words are: the number of edits (Levenshtein) between them. */
function distance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const change = (previous[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1);
      current.push(Math.min(change, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[right.length] ?? 0;
}

// Below this, everything is near.
const shortest = 3;

/** ` (did you mean "x"?)` when one of the known words is near, else nothing. */
export function suggestion(word: string, known: Iterable<string>): string {
  if (word.length < shortest) return '';
  const allowed = Math.floor(word.length / shortest);
  const near = [...known]
    .map((candidate) => ({ candidate, edits: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ edits }) => edits <= allowed)
    .toSorted((left, right) => left.edits - right.edits)[0];
  return near === undefined ? '' : ` (did you mean "${near.candidate}"?)`;
}

/** A value as an error may quote it: a string without its quotes. */
export function bare(value: unknown): string {
  return typeof value === 'string' ? value : shown(value);
}

/** A value as an error may show it: short, on one line. Never call it with what may be secret. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
