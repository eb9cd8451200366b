import type { Dependency, Parsed } from './manifest';

/** Parses go.mod: direct requirements, and the directives `go`, `toolchain` and `replace` as data. */
export function parseGoMod(source: string): Parsed {
  const dependencies: Dependency[] = [];
  const replaced: string[] = [];
  let block = '';
  let name: string | undefined;
  const data: Record<string, unknown> = {};
  let indirect = 0;
  for (const line of source.split('\n')) {
    const [code, comment] = splitComment(line);
    const words = code.trim().split(/\s+/).filter(Boolean);
    if (words.length === 0) continue;
    if (block !== '' && words[0] === ')') {
      block = '';
      continue;
    }
    if (words[1] === '(' && words.length === 2) {
      block = words[0] ?? '';
      continue;
    }
    const directive = block === '' ? (words.shift() ?? '') : block;
    const [first = '', second = ''] = words.map((word) => word.replace(/^["'`]|["'`]$/g, ''));
    if (directive === 'module') name = first;
    else if (directive === 'go' || directive === 'toolchain') data[directive] = first;
    else if (directive === 'replace') replaced.push(words.join(' '));
    else if (directive === 'require') {
      if (/\bindirect\b/.test(comment)) indirect += 1;
      else dependencies.push({ name: first, spec: second, scope: 'runtime', pinned: true });
    }
  }
  return { name, licences: [], dependencies, data: { ...data, replace: replaced, indirect } };
}

function splitComment(line: string): [string, string] {
  const at = line.indexOf('//');
  return at === -1 || (at > 0 && line[at - 1] === ':') ? [line, ''] : [line.slice(0, at), line.slice(at + 2)];
}
