/** Alternatives that braces may expand to; past it the pattern is taken as it is. */
const maxAlternatives = 64;

/** `a{b,c}d` → `abd`, `acd`; nested braces too. */
function expandBraces(pattern: string): string[] {
  const done: string[] = [];
  const open = [pattern];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const found = /\{([^{}]*)\}/.exec(next);
    if (found === null) done.push(next);
    else {
      const [whole, choices = ''] = found;
      const [before, after] = [next.slice(0, found.index), next.slice(found.index + whole.length)];
      open.push(...choices.split(',').map((choice) => before + choice + after));
    }
    if (done.length + open.length > maxAlternatives) return [pattern];
  }
  return done;
}

/** `*` and `?` within one name, by backtracking to the last star only: time is at most the product of the lengths. */
function nameMatches(pattern: string, name: string): boolean {
  let [p, n, star, resume] = [0, 0, -1, 0];
  while (n < name.length) {
    if (p < pattern.length && pattern[p] === '*') [star, resume, p] = [p, n, p + 1];
    else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === name[n])) [p, n] = [p + 1, n + 1];
    else if (star !== -1) [p, n, resume] = [star + 1, resume + 1, resume + 1];
    else return false;
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}

/** Names against a path; `**` stands for any number of names. The same backtracking, one level up. */
function partsMatch(pattern: readonly string[], path: readonly string[]): boolean {
  let [p, n, star, resume] = [0, 0, -1, 0];
  while (n < path.length) {
    const want = pattern[p];
    if (want === '**') [star, resume, p] = [p, n, p + 1];
    else if (want !== undefined && nameMatches(want, path[n] ?? '')) [p, n] = [p + 1, n + 1];
    else if (star !== -1) [p, n, resume] = [star + 1, resume + 1, resume + 1];
    else return false;
  }
  while (pattern[p] === '**') p += 1;
  return p === pattern.length;
}

/**
 * A test for paths by a glob of `*`, `?`, `**` and `{a,b}`. One without a slash is about the last name of the path.
 * Not made of regular expressions: whatever the pattern, it takes no more than polynomial time.
 */
export function globMatcher(glob: string): (path: string) => boolean {
  const patterns = expandBraces(glob.replace(/^\.?\//, '')).map((pattern) => pattern.split('/'));
  return (path) => {
    const parts = path.split('/');
    return patterns.some((pattern) =>
      pattern.length === 1 && pattern[0] !== '**'
        ? nameMatches(pattern[0] ?? '', parts.at(-1) ?? '')
        : partsMatch(pattern, parts),
    );
  };
}
