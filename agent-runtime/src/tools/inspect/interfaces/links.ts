import { posix } from 'node:path';
import type { Context } from '../core/context';
import type { FileEntry } from '../core/fileIndex';
import { htmlTargets, looseSlug, markdownAnchors, markdownLinks, type Link } from './markdown';

interface BrokenLink extends Link {
  file: FileEntry;
  /** Path from the root that is not there, or the anchor with its `#`. */
  missing: string;
  anchor: boolean;
}

export interface LinkReport {
  files: number;
  checked: number;
  external: number;
  /** Links that this repository alone cannot decide. */
  undecided: number;
  broken: BrokenLink[];
}

const documentExtensions = new Set(['md', 'markdown', 'mkd', 'rst', 'html', 'htm']);
const markdownExtensions = new Set(['md', 'markdown', 'mkd']);
const siteMarks =
  /(?:^|\/)(?:mkdocs\.ya?ml|docusaurus\.config\.[cm]?[jt]s|_config\.yml|book\.toml|conf\.py|antora\.yml|gatsby-config\.[jt]s|astro\.config\.\w+|hugo\.(?:toml|yaml)|_quarto\.yml|docfx\.json|sidebars\.js|\.vitepress\/config\.\w+|\.vuepress\/config\.\w+|next\.config\.\w+|eleventy\.config\.\w+|\.eleventy\.js)$/;

/** Follows every link inside the repository from Markdown, reStructuredText and HTML. Calls no address. */
export async function checkLinks(context: Context): Promise<LinkReport> {
  const report: LinkReport = { files: 0, checked: 0, external: 0, undecided: 0, broken: [] };
  const tree = new Tree(context);
  const anchors = new Map<string, Set<string>>();
  for (const file of context.files) {
    if (file.kind !== 'file' || file.vendored || file.generated || file.test || !documentExtensions.has(file.ext))
      continue;
    await context.budget.breathe();
    if (context.budget.spent) {
      context.section.note('The time was spent before every document was read for links.');
      break;
    }
    const source = context.reader.text(file);
    if (source === undefined) continue;
    const links = linksOf(file, source);
    if (links === undefined) continue;
    report.files += 1;
    for (const link of links) follow(context, tree, anchors, file, link, report);
  }
  await dropIgnored(context, report);
  return report;
}

function linksOf(file: FileEntry, source: string): Link[] | undefined {
  if (file.ext === 'rst') return rstLinks(source);
  if (file.ext !== 'html' && file.ext !== 'htm') return markdownLinks(source);
  if (
    /\{\{|\{%|<%|<\?php|\$\{|%[A-Z_]+%/.test(source) ||
    /(?:^|\/)(?:templates?|_layouts|_includes|layouts|partials|views|themes?)\//.test(file.path)
  )
    return undefined; // a template: its links are made later
  return source.split('\n').flatMap((line, index) =>
    htmlTargets(line.slice(0, 20_000))
      .filter((target) => !target.startsWith('#'))
      .map((target) => ({ target, line: index + 1 })),
  );
}

/** Images, included files, `:doc:` and named links of reStructuredText. */
function rstLinks(source: string): Link[] {
  const links: Link[] = [];
  source.split('\n').forEach((raw, index) => {
    const line = raw.slice(0, 2_000);
    const directive =
      /^[ \t]*\.\.[ \t]+(?:\|[^|]{1,100}\|[ \t]+)?(?:image|figure|include|literalinclude|csv-table-file)::[ \t]+(\S+)[ \t]*$/.exec(
        line,
      )?.[1];
    if (directive !== undefined && !/[*<>{]/.test(directive)) links.push({ target: directive, line: index + 1 });
    for (const [, explicit, plain] of line.matchAll(/:doc:`(?:[^`<]{0,300}<([^`>]{1,300})>|([^`<>]{1,300}))`/g))
      links.push({ target: `${explicit ?? plain ?? ''}.rst-document`, line: index + 1 });
    for (const [, target = ''] of line.matchAll(/`[^`<]{1,300}<(\.{1,2}\/[^`<>\s]{1,500})>`__?/g))
      links.push({ target, line: index + 1 });
  });
  return links;
}

/** What paths exist: files, folders, and the places that cannot be seen into. */
class Tree {
  private readonly folders = new Set<string>(['', '.']);
  private readonly closed: string[] = [];
  readonly site: boolean;

  constructor(private readonly context: Context) {
    for (const file of context.files) {
      for (
        let dir = file.dir;
        dir !== '' && !this.folders.has(dir);
        dir = dir.slice(0, Math.max(0, dir.lastIndexOf('/')))
      )
        this.folders.add(dir);
      if (file.kind !== 'file') this.closed.push(file.path);
    }
    this.site = context.files.some((file) => siteMarks.test(file.path) && !file.vendored && !file.test);
  }

  has(path: string): boolean {
    return this.context.byPath.has(path) || this.folders.has(path.replace(/\/$/, ''));
  }

  /** Whether a path lies in a submodule or behind a link. */
  isClosed(path: string): boolean {
    return this.closed.some((one) => path === one || path.startsWith(`${one}/`));
  }
}

function follow(
  context: Context,
  tree: Tree,
  anchors: Map<string, Set<string>>,
  file: FileEntry,
  link: Link,
  report: LinkReport,
): void {
  const target = link.target.trim();
  if (target === '' || target === '#') return;
  if (target.startsWith('//') || target.includes('://')) {
    report.external += 1;
    return;
  }
  const fromRoot = target.startsWith('/');
  if (
    /^[a-z][a-z0-9+.-]*:/i.test(target) ||
    /[{}<>$|*\\]|^@|^~|%[A-Z_]{2,}%/.test(target) ||
    (fromRoot && (tree.site || !markdownExtensions.has(file.ext)))
  ) {
    report.undecided += 1;
    return;
  }
  const hash = target.indexOf('#');
  const pathPart = decode((hash === -1 ? target : target.slice(0, hash)).split('?', 1)[0] ?? '');
  const anchor = hash === -1 ? '' : decode(target.slice(hash + 1));
  const joined = fromRoot ? pathPart.slice(1) : posix.join(file.dir, pathPart);
  const path = pathPart === '' ? file.path : posix.normalize(joined).replace(/\/$/, '');
  if (path.startsWith('..') || tree.isClosed(path) || pathPart.length > 1_000) {
    report.undecided += 1;
    return;
  }
  const found = resolve(tree, path);
  if (found === undefined && fromRoot && !isOfRepository(tree, file, path)) {
    report.undecided += 1;
    return;
  }
  if (found === undefined) {
    // A site generator can make pages from other sources, so what is no file name is not judged there.
    const sure =
      /\.[a-z0-9]{1,8}$/i.test(path) && !path.endsWith('.rst-document') && !(tree.site && /\.html?$/i.test(path));
    const page = file.example && (pathPart.endsWith('/') || path.endsWith('.rst-document')); // documents of a site kept elsewhere
    if (sure || (!tree.site && !page && file.ext !== 'html' && file.ext !== 'htm')) {
      report.checked += 1;
      report.broken.push({ ...link, file, missing: path, anchor: false });
    } else report.undecided += 1;
    return;
  }
  report.checked += 1;
  if (
    anchor === '' ||
    !/\.(?:md|markdown)$/i.test(found) ||
    /^L\d+/.test(anchor) ||
    anchor === 'top' ||
    anchor === 'readme' ||
    /^[:!/]/.test(anchor)
  )
    return;
  if (!hasAnchor(context, anchors, found, anchor))
    report.broken.push({ ...link, file, missing: `${pathPart === '' ? '' : found}#${anchor}`, anchor: true });
}

/**
 * Whether a link from the root means the root of the repository, as hosts of repositories take it, and not that of a web site: it names a file in
 * the root or in a folder of the root, and no folder above the document has what it names.
 */
function isOfRepository(tree: Tree, { dir }: FileEntry, path: string): boolean {
  const [first = ''] = path.split('/');
  if (!/\.[a-z0-9]{1,8}$/i.test(path) || /\.html?$/i.test(path) || (first !== path && !tree.has(first))) return false;
  for (let at = dir; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    const roots = ['', 'public', 'static', 'assets', 'content'].map((folder) => posix.join(at, folder));
    if (roots.some((root) => resolve(tree, posix.join(root, path)) !== undefined)) return false;
    if (at === '') return true;
  }
}

function resolve(tree: Tree, path: string): string | undefined {
  if (tree.has(path)) return path;
  const bare = path.replace(/\.rst-document$/, '').replace(/\.html?$/i, '');
  return [
    ...['.md', '.rst', '.mdx', '.txt', '.markdown', '.ipynb', '.adoc', '.html'].map((ext) => bare + ext),
    `${bare}/index.md`,
    `${bare}/README.md`,
    `${bare}/index.rst`,
    `${bare}/index.txt`,
    `${bare}/index.html`,
  ].find((one) => tree.has(one));
}

function hasAnchor(context: Context, cache: Map<string, Set<string>>, path: string, anchor: string): boolean {
  let known = cache.get(path);
  if (!known) {
    const file = context.byPath.get(path);
    const source = file ? context.reader.text(file) : undefined;
    if (source === undefined) return true; // a folder, or a file that cannot be read: not ours to judge
    known = markdownAnchors(source);
    for (const loose of [...known].map(looseSlug)) known.add(`loose:${loose}`);
    cache.set(path, known);
  }
  const lower = anchor.toLowerCase();
  return known.has(lower) || known.has(lower.replace(/^user-content-/, '')) || known.has(`loose:${looseSlug(lower)}`);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a % that encodes nothing
  }
}

/** A target that Git is told to ignore is made by a build: it does not count as broken. */
async function dropIgnored(context: Context, report: LinkReport): Promise<void> {
  const paths = [...new Set(report.broken.filter(({ anchor }) => !anchor).map(({ missing }) => missing))]
    .filter((path) => !/[\n\0"\\]/.test(path))
    .slice(0, 200);
  if (paths.length === 0) return;
  const output = await context.git(['check-ignore', '--no-index', '--', ...paths], 1024 * 1024);
  const ignored = new Set(output.stdout.toString('utf8').split('\n'));
  const before = report.broken.length;
  report.broken = report.broken.filter(({ missing, anchor }) => anchor || !ignored.has(missing));
  report.undecided += before - report.broken.length;
}
