/** A link as it is written, and its line from 1. */
export interface Link {
  target: string;
  line: number;
}

/** The text with fenced and inline code replaced by spaces; lines stay. */
function withoutCode(source: string): string {
  let fence = '';
  let comment = false;
  let inList = false;
  return source
    .split('\n')
    .map((line) => {
      const mark = /^[ \t]{0,12}(?:[-*+>][ \t]{1,4}){0,3}(`{3,}|~{3,})/.exec(line)?.[1];
      if (fence !== '') {
        if (mark?.startsWith(fence) === true && /^[`~ \t>]*$/.test(line)) fence = '';
        return '';
      }
      if (mark !== undefined && !(mark.startsWith('`') && line.slice(line.indexOf(mark) + mark.length).includes('`'))) {
        fence = mark;
        return '';
      }
      if (comment) {
        if (line.includes('-->')) comment = false;
        return '';
      }
      if (line.includes('<!--')) {
        if (!line.includes('-->', line.indexOf('<!--'))) comment = true;
        return line.slice(0, line.indexOf('<!--'));
      }
      if (/^(?: {4}|\t)/.test(line)) {
        if (!inList) return ''; // indented code
      } else if (line.trim() !== '')
        inList = /^ {0,3}(?:[-*+]|\d{1,9}[.)])[ \t]/.test(line) || (inList && line.startsWith(' '));
      if (line.length > 5_000) return ''; // not written by hand, and the search for closing marks is not linear
      return line.includes('`') ? line.replace(/(`+)(?:(?!\1)[^])*?\1/g, (code) => ' '.repeat(code.length)) : line;
    })
    .join('\n');
}

const maxTarget = 1_000;

function parseTarget(text: string, from: number): string | undefined {
  let at = from;
  while (text[at] === ' ') at += 1;
  if (text[at] === '<') {
    const end = text.slice(at, at + maxTarget).indexOf('>');
    return end === -1 ? undefined : text.slice(at + 1, at + end);
  }
  let depth = 0;
  const start = at;
  for (; at < text.length && at - start < maxTarget; at += 1) {
    const c = text.charAt(at);
    if (c === '\\') at += 1;
    else if (c === '(') depth += 1;
    else if (c === ')') {
      if (depth === 0) return text.slice(start, at);
      depth -= 1;
    } else if (c === ' ' || c === '\n')
      return /^\s+(?:["'(]|\))/.test(text.slice(at, at + 20)) ? text.slice(start, at) : undefined;
  }
  return undefined;
}

/** Links and images of a Markdown text: inline, reference definitions and HTML attributes. Code does not count. */
export function markdownLinks(source: string): Link[] {
  const text = withoutCode(source);
  const links: Link[] = [];
  let line = 1;
  let counted = 0;
  for (let at = text.indexOf(']('); at !== -1; at = text.indexOf('](', at + 2)) {
    for (
      let newline = text.indexOf('\n', counted);
      newline !== -1 && newline < at;
      newline = text.indexOf('\n', counted)
    ) {
      line += 1;
      counted = newline + 1;
    }
    const target = text[at - 1] === '\\' ? undefined : parseTarget(text, at + 2);
    if (target !== undefined && target !== '' && text.slice(Math.max(0, at - 1_000), at).includes('['))
      links.push({ target: target.replace(/\\([!-/:-@[-`{-~])/g, '$1'), line });
  }
  text.split('\n').forEach((one, index) => {
    const definition = /^ {0,3}\[(?!\^)[^\]]{1,200}\]:[ \t]{0,20}<?([^\s<>]{1,1000})>?(?:[ \t]|$)/.exec(one);
    if (definition?.[1]) links.push({ target: definition[1], line: index + 1 });
    for (const target of htmlTargets(one)) links.push({ target, line: index + 1 });
  });
  return links;
}

/** Values of href and src in one line of HTML. */
export function htmlTargets(line: string): string[] {
  if (!line.includes('=')) return [];
  return [
    ...line.matchAll(
      /<(?:a|img|link|script|source|iframe|video|audio)\b[^<>]{0,1000}?\b(?:href|src)[ \t]{0,5}=[ \t]{0,5}(?:"([^"<>]{0,1000})"|'([^'<>]{0,1000})')/gi,
    ),
  ].map((match) => match[1] ?? match[2] ?? '');
}

/** The slug GitHub gives a heading, before numbering of equal ones. */
export function githubSlug(heading: string): string {
  return heading
    .replace(/!?\[((?:[^[\]]|\[[^[\]]{0,200}\]){0,500})\](?:\([^()\n]{0,1000}\)|\[[^\]\n]{0,200}\])/g, '$1')
    .replace(
      /(?<![\\`])<\/?(?:a|abbr|b|br|center|code|del|div|em|font|i|img|ins|kbd|mark|p|s|small|span|strong|sub|sup|u|var)(?:\s[^<>]{0,500})?\/?>/gi,
      '',
    )
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-');
}

/** Letters and digits only: what stays equal under every generator's rules for anchors. */
export function looseSlug(anchor: string): string {
  return anchor.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

/** All anchors of a Markdown file: headings with numbering, ids and names of HTML tags, `{#id}`. */
export function markdownAnchors(source: string): Set<string> {
  const anchors = new Set<string>();
  const seen = new Map<string, number>();
  const add = (heading: string): void => {
    const custom = /\{:?[ \t]{0,5}#([\w.:-]{1,200})[^{}]{0,200}\}[ \t]*$/.exec(heading)?.[1];
    if (custom !== undefined) anchors.add(custom.toLowerCase());
    const slug = githubSlug(heading.replace(/\{[:#][^{}]{0,300}\}[ \t]*$/, ''));
    const n = seen.get(slug) ?? 0;
    seen.set(slug, n + 1);
    anchors.add(n === 0 ? slug : `${slug}-${n}`);
  };
  const lines = source.split('\n');
  const visible = withoutCode(source).split('\n');
  lines.forEach((line, index) => {
    const shown = visible[index] ?? '';
    for (const [, id = ''] of line.matchAll(/\b(?:id|name)[ \t]{0,5}=[ \t]{0,5}["']([^"'<>\s]{1,200})["']/g))
      anchors.add(id.toLowerCase());
    if (shown.trim() === '' || line.length > 2_000) return;
    const atx = /^[ \t>]{0,12}#{1,6}[ \t]+(.*?)(?:[ \t]+#{1,20})?[ \t]*$/.exec(line)?.[1];
    if (atx !== undefined) add(atx);
    else if (/^ {0,3}(?:=+|-{2,})[ \t]*$/.test(lines[index + 1] ?? '') && !/^[ \t]*[|>#]/.test(line)) add(line);
    const html = /<h[1-6][^<>]{0,300}>([^\n]{1,500}?)<\/h[1-6]>/i.exec(line)?.[1];
    if (html !== undefined) add(html);
  });
  return anchors;
}
