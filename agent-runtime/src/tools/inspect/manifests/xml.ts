/** An element; `text` is its own character data with the five named entities decoded. */
export interface XmlNode {
  name: string;
  /** Name with its namespace prefix. */
  qname: string;
  attributes: Record<string, string>;
  children: XmlNode[];
  text: string;
}

const maxDepth = 200;
const entities: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function decodeEntities(text: string): string {
  return text.includes('&')
    ? text.replace(/&(lt|gt|amp|quot|apos);/g, (_, name: string) => entities[name] ?? '')
    : text;
}

/**
 * Parses well-formed XML in one pass; DOCTYPE, comments and instructions are skipped and no entity is ever expanded from outside.
 * Throws a SyntaxError when tags do not match or nest too deep.
 */
export function parseXml(source: string): XmlNode {
  const root: XmlNode = { name: '', qname: '', attributes: {}, children: [], text: '' };
  const stack = [root];
  let at = 0;
  while (at < source.length) {
    const top = stack.at(-1) ?? root;
    const open = source.indexOf('<', at);
    if (open === -1) break;
    if (stack.length > 1 && open > at) top.text += decodeEntities(source.slice(at, open));
    if (source.startsWith('<!--', open)) at = after(source, '-->', open + 4);
    else if (source.startsWith('<![CDATA[', open)) {
      const end = after(source, ']]>', open);
      top.text += source.slice(open + 9, end - 3);
      at = end;
    } else if (source.startsWith('<?', open)) at = after(source, '?>', open);
    else if (source.startsWith('<!', open)) at = afterDoctype(source, open);
    else if (source.startsWith('</', open)) {
      const end = after(source, '>', open);
      if (source.slice(open + 2, end - 1).trim() !== top.qname || stack.length === 1)
        throw new SyntaxError(`</${source.slice(open + 2, end - 1).slice(0, 40)}> closes nothing that is open`);
      stack.pop();
      at = end;
    } else {
      const end = tagEnd(source, open);
      const selfClosed = source[end - 2] === '/';
      const node = element(source.slice(open + 1, end - (selfClosed ? 2 : 1)));
      top.children.push(node);
      if (!selfClosed) stack.push(node);
      if (stack.length > maxDepth) throw new SyntaxError('nested too deep');
      at = end;
    }
  }
  if (stack.length > 1) throw new SyntaxError(`<${stack.at(-1)?.qname.slice(0, 40) ?? ''}> is never closed`);
  return root;
}

function after(source: string, mark: string, from: number): number {
  const found = source.indexOf(mark, from);
  if (found === -1) throw new SyntaxError(`${mark} is missing`);
  return found + mark.length;
}

function afterDoctype(source: string, open: number): number {
  const bracket = source.indexOf('[', open);
  const close = source.indexOf('>', open);
  return bracket !== -1 && bracket < close
    ? after(source, '>', source.indexOf(']', bracket))
    : after(source, '>', open);
}

function tagEnd(source: string, open: number): number {
  let quote = '';
  for (let at = open + 1; at < source.length; at += 1) {
    const c = source.charAt(at);
    if (quote !== '') quote = c === quote ? '' : quote;
    else if (c === '"' || c === "'") quote = c;
    else if (c === '>') return at + 1;
  }
  throw new SyntaxError('a tag is never closed');
}

function element(tag: string): XmlNode {
  const qname = /^[^\s/]+/.exec(tag)?.[0] ?? '';
  if (!/^[A-Za-z_:\u0080-\uffff]/.test(qname)) throw new SyntaxError(`<${tag.slice(0, 40)}> is no tag`);
  const attributes: Record<string, string> = {};
  for (const [, key = '', double, single] of tag
    .slice(qname.length)
    .matchAll(/([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g))
    attributes[key] = decodeEntities(double ?? single ?? '');
  return { name: qname.slice(qname.indexOf(':') + 1), qname, attributes, children: [], text: '' };
}
