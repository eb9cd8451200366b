/** Markup that is safe to put into a page: only `html` makes it. */
export class Markup {
  constructor(readonly text: string) {}
}

export type Content = Markup | string | number | undefined | readonly Content[];

/** Makes markup; every value that is not markup is escaped, lists are joined, undefined is nothing. Values stand in text or quoted attributes only. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(parts.map((part, index) => (index === 0 ? part : render(values[index - 1]) + part)).join(''));
}

export function render(content: Content): string {
  if (content === undefined) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'string' || typeof content === 'number') return escape(String(content));
  return content.map(render).join('');
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text from outside: entities for markup, visible codes for what would hide or reorder text. */
export function escape(text: string): string {
  return text
    .replace(/[&<>"']/g, (character) => entities[character] ?? '')
    .replace(
      invisible,
      (character) => `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`,
    );
}

/** Control characters but tab and line ends, zero-width and direction marks, lone surrogates. */
const invisible = /(?![\t\n\r])\p{Cc}|[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]|\p{Cs}/gu;

/** Text that may break where paths and names do, after slashes and the like, and within what is too long for any column. */
export function breakable(text: string): Content {
  const pieces = text
    .split(/(?<=[/\\_=&?])(?=[^\s/\\_=&?])/u)
    .flatMap((piece) => piece.split(/(\S{28})(?=\S)/u))
    .filter((piece) => piece !== '');
  return pieces.map((piece, index) => (index === 0 ? piece : html`<wbr />${piece}`));
}

/** A number for people: 12,345.6 with at most two decimals. */
export function number(value: number): string {
  return Number.isFinite(value)
    ? value.toLocaleString('en-US', { maximumFractionDigits: Math.abs(value) < 10 ? 2 : 1 })
    : '–';
}
