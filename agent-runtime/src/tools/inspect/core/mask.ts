/** How a language writes comments and strings. */
export type CommentStyle = 'c' | 'js' | 'python' | 'hash' | 'php' | 'none';

const styles: Record<string, CommentStyle> = {};
for (const [style, extensions] of Object.entries({
  js: 'js jsx mjs cjs ts tsx mts cts vue svelte',
  c: 'c h cc cpp cxx hpp hxx hh java go rs kt kts scala swift cs dart groovy gradle m mm proto',
  python: 'py pyi pyw pyx',
  hash: 'sh bash zsh rb rake pl pm yml yaml toml mk cmake r ex exs nix ps1 tf dockerfile',
  php: 'php phtml',
} as Record<CommentStyle, string>))
  for (const extension of extensions.split(' ')) styles[extension] = style as CommentStyle; // keys of the literal above

/** The comment style of a lower-case extension. */
export function commentStyle(ext: string): CommentStyle {
  return Object.hasOwn(styles, ext) ? (styles[ext] ?? 'none') : 'none';
}

const maxRegex = 250;
const regexAfter = new Set('(,=:[!&|?{};~+-*%<>^'.split(''));

/**
 * The text with comments, and Python's triple-quoted strings, replaced by spaces; lines and columns stay. Strings stay. One pass;
 * what it takes wrongly (a quote in an odd place) ends with its line.
 */
export function maskComments(text: string, style: CommentStyle): string {
  if (style === 'none') return text;
  const out: string[] = [];
  let kept = 0;
  let at = 0;
  let previous = '';
  const blank = (from: number, to: number): void => {
    out.push(text.slice(kept, from), blanked(text.slice(from, to)));
    kept = to;
  };
  const slashes = style === 'c' || style === 'js' || style === 'php';
  const hashes = style === 'hash' || style === 'python' || style === 'php';
  while (at < text.length) {
    const c = text.charAt(at);
    if (slashes && c === '/' && (text[at + 1] === '/' || text[at + 1] === '*')) {
      const end = text[at + 1] === '/' ? lineEnd(text, at) : past(text, '*/', at + 2);
      blank(at, end);
      at = end;
      continue;
    }
    if (hashes && c === '#' && (style !== 'hash' || at === 0 || /\s/.test(text.charAt(at - 1)))) {
      const end = lineEnd(text, at);
      blank(at, end);
      at = end;
      continue;
    }
    if (style === 'python' && (text.startsWith('"""', at) || text.startsWith("'''", at))) {
      const end = past(text, text.slice(at, at + 3), at + 3);
      blank(at + 3, Math.max(at + 3, end - 3));
      at = end;
      previous = '"';
      continue;
    }
    if (c === '"' || (c === "'" && style !== 'c') || (c === '`' && style === 'js')) at = stringEnd(text, at, c);
    else if (c === "'" && style === 'c') at = text[at + 1] === '\\' ? at + 3 : text[at + 2] === "'" ? at + 3 : at + 1;
    else if (c === '`' && style === 'c') at = past(text, '`', at + 1);
    else if (style === 'js' && c === '/' && (previous === '' || regexAfter.has(previous))) at = regexEnd(text, at);
    else at += 1;
    if (c !== ' ' && c !== '\n' && c !== '\t') previous = c;
  }
  out.push(text.slice(kept));
  return out.join('');
}

function blanked(part: string): string {
  return part.replace(/[^\n]/g, ' ');
}

function lineEnd(text: string, from: number): number {
  const found = text.indexOf('\n', from);
  return found === -1 ? text.length : found;
}

function past(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  return found === -1 ? text.length : found + mark.length;
}

function stringEnd(text: string, start: number, quote: string): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const c = text.charAt(at);
    if (c === '\\') at += 1;
    else if (c === quote) return at + 1;
    else if (c === '\n' && quote !== '`') return at;
  }
  return text.length;
}

function regexEnd(text: string, start: number): number {
  let inClass = false;
  const end = Math.min(text.length, start + maxRegex);
  for (let at = start + 1; at < end; at += 1) {
    const c = text.charAt(at);
    if (c === '\n') return start + 1;
    if (c === '\\') at += 1;
    else if (c === '[') inClass = true;
    else if (c === ']') inClass = false;
    else if (c === '/' && !inClass) return at + 1;
  }
  return start + 1;
}

/** Finds line numbers (from 1) of offsets that only grow. */
export class LineCounter {
  private line = 1;
  private at = 0;

  constructor(private readonly text: string) {}

  lineOf(offset: number): number {
    if (offset < this.at) {
      this.line = 1;
      this.at = 0;
    }
    for (
      let found = this.text.indexOf('\n', this.at);
      found !== -1 && found < offset;
      found = this.text.indexOf('\n', this.at)
    ) {
      this.line += 1;
      this.at = found + 1;
    }
    return this.line;
  }
}
