/** A construct that needs a Python version, or that a version no longer has. */
export interface PythonHint {
  what: string;
  /** Minor version of Python 3. */
  minor: number;
  kind: 'needs' | 'removed' | 'python2';
  line: number;
}

const needs: [string, number, RegExp][] = [
  ['f-strings', 6, /(?<![\w"'])[rR]?[fF][rR]?["']/],
  ['assignment expressions (:=)', 8, /(?<![:\w[])\(?\b\w+[ \t]*:=[ \t]*\S/],
  ['positional-only parameters', 8, /\b(?:def[ \t]+\w+|lambda)[^:#]*,[ \t]*\/[ \t]*[,):]/],
  ['except*', 11, /^[ \t]*except[ \t]*\*/],
  ['the type statement', 12, /^[ \t]*type[ \t]+[A-Za-z_]\w*(?:\[[^\]]*\])?[ \t]*=[^=]/],
  ['type parameters', 12, /^[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+\w+\[/],
];

const removed: Record<string, number> = {
  distutils: 12,
  imp: 12,
  asyncore: 12,
  asynchat: 12,
  smtpd: 12,
  cgi: 13,
  cgitb: 13,
  crypt: 13,
  telnetlib: 13,
  pipes: 13,
  imghdr: 13,
  sndhdr: 13,
  nntplib: 13,
  uu: 13,
  xdrlib: 13,
  audioop: 13,
  aifc: 13,
  sunau: 13,
  chunk: 13,
  mailcap: 13,
  msilib: 13,
  nis: 13,
  ossaudiodev: 13,
  spwd: 13,
  lib2to3: 13,
};

/** Hints in one file, comments and triple-quoted strings blanked; each construct once. */
export function pythonHints(code: string): PythonHint[] {
  const found = new Map<string, PythonHint>();
  const add = (what: string, minor: number, kind: PythonHint['kind'], line: number): void => {
    if (!found.has(what)) found.set(what, { what, minor, kind, line });
  };
  const lines = code.split('\n');
  lines.forEach((raw, index) => {
    if (raw.length > 1_000 || raw.trim() === '') return;
    if (needs[0]?.[2].test(raw) === true) add('f-strings', 6, 'needs', index + 1);
    const line = raw.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '""');
    for (const [what, minor, pattern] of needs.slice(1)) if (pattern.test(line)) add(what, minor, 'needs', index + 1);
    if (/^[ \t]*match[ \t]+[^=]+:[ \t]*$/.test(line) && /^[ \t]+case[ \t].+:/.test(nextLine(lines, index)))
      add('match statements', 10, 'needs', index + 1);
    const module = /^(?:import|from)[ \t]+([a-z0-9]+)\b/.exec(line)?.[1];
    if (module !== undefined && Object.hasOwn(removed, module))
      add(`import ${module}`, removed[module] ?? 0, 'removed', index + 1);
    if (
      /^[ \t]*print[ \t]+(?:""|[A-Za-z_]\w*[ \t]*(?:,|$|%))/.test(line) ||
      /^[ \t]*except[ \t]+[\w.]+[ \t]*,[ \t]*\w+[ \t]*:/.test(line) ||
      /^[ \t]*exec[ \t]+""/.test(line) ||
      /^[ \t]*raise[ \t]+\w+,[ \t]*""/.test(line)
    )
      add('Python 2 syntax', 0, 'python2', index + 1);
  });
  return [...found.values()];
}

function nextLine(lines: readonly string[], index: number): string {
  for (let at = index + 1; at < Math.min(lines.length, index + 20); at += 1)
    if ((lines[at] ?? '').trim() !== '') return lines[at] ?? '';
  return '';
}

/** The lowest 3.x a specifier such as `>=3.9,<4` or `^3.10` allows; undefined when it says none. */
export function lowestMinor(specifier: string): number | undefined {
  const minors = [...specifier.matchAll(/(?:>=|~=|==|\^|~|>)[ \t]*3\.(\d{1,2})/g)].map((match) => Number(match[1]));
  return minors.length === 0 ? undefined : Math.max(...minors);
}
