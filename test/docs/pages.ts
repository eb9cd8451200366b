import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const root = path.join(__dirname, '../..');

/** A page that people read, by its path in the repository. */
export interface Page {
  file: string;
  text: string;
}

/** README, the guide for contributors, and what people wrote in docs/; generated pages are held by their generators. */
export function pages(): Page[] {
  const generated = ['configuration.md', 'factory-yaml.md', 'hardening.md'];
  const docs = readdirSync(path.join(root, 'docs')).filter((name) => name.endsWith('.md') && !generated.includes(name));
  return ['README.md', '.github/CONTRIBUTING.md', ...docs.map((name) => `docs/${name}`)].map((file) => ({
    file,
    text: readFileSync(path.join(root, file), 'utf8'),
  }));
}

/** Command lines of a page: the lines of its shell blocks, and its inline code. A line that ends in a backslash goes on. */
export function commandsOf({ text }: Page): string[] {
  const blocks = [...text.matchAll(/^```(?:sh|console)[^\n]*\n([\s\S]*?)^```/gm)].flatMap(([, body = '']) =>
    body
      .replaceAll('\\\n', ' ')
      .split('\n')
      .map((line) => line.replace(/^\$ /, '')),
  );
  return [...blocks, ...inlineCode(text)];
}

/** Inline code of a text, without its blocks. */
export function inlineCode(text: string): string[] {
  return [...text.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
}
