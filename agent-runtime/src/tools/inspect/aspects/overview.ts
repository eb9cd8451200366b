import type { Context } from '../core/context';
import type { FileEntry } from '../core/fileIndex';
import { groupBy } from '../core/counter';
import { authorsOf, readHistory, type Commit } from '../core/history';
import { bytes, count, day, listed } from '../core/text';
import { isLicenceFile } from '../licences/find';
import { projectManifests, readManifests, type Manifest } from '../manifests';
import { at, text } from '../manifests/values';
import { buildGuesses } from '../overview/build';
import { purposeOf } from '../overview/folders';
import { firstParagraph } from '../overview/readme';

const documents: [string, RegExp, string][] = [
  ['README', /^readme(?:[-_.].*)?$/i, 'Says what the project is and how to begin.'],
  ['LICENSE', /^$/, 'Says what others may do with it.'],
  ['CONTRIBUTING', /^(?:contributing|hacking|development)(?:[-_.].*)?$/i, 'Says how to change it.'],
  [
    'CHANGELOG',
    /^(?:change(?:log|s)|history|news|releases?(?:[-_]?notes)?|00-releasenotes)(?:[-_.].*)?$/i,
    'Says what changed from version to version.',
  ],
  ['CODE_OF_CONDUCT', /^code[-_]of[-_]conduct(?:[-_.].*)?$/i, 'Says how people treat each other.'],
  ['SECURITY', /^security(?:[-_.].*)?$/i, 'Says where to report a weakness.'],
  ['CODEOWNERS', /^codeowners$/i, 'Says who looks after what.'],
];
const dayLength = 86_400;

/** What the project says it is, how it is laid out, which entry documents it has, how alive it is and how it is probably built. */
export async function overview(context: Context): Promise<void> {
  const { section, files } = context;
  if (files.length === 0) {
    section.summary(
      context.hasCommits ? 'The repository tracks no file.' : 'The repository is empty: no commit and no file.',
    );
    return;
  }
  const manifests = projectManifests(await readManifests(context));
  const said = readmeParagraph(context);
  const described = manifestDescription(manifests.filter(({ file }) => file.dir === ''));
  if (described !== undefined) section.fact('What its manifest says it is', described);
  if (said !== undefined) section.fact('What its README says first', said);
  section.fact('Tracked files', files.length);
  section.fact('Size', bytes(files.reduce((sum, file) => sum + file.size, 0)));
  addLayout(context);
  const missing = addDocuments(context);
  const { commits, shallow, complete } = await readHistory(context);
  const activity = addActivity(context, commits, shallow, complete);
  const guesses = buildGuesses(context, manifests);
  section.table(
    'How it is probably built',
    [
      ['command', 'Command'],
      ['why', 'Why'],
    ],
    guesses,
  );
  // A description was written to say in one sentence what a first paragraph of prose may come to later.
  const name = described ?? said ?? 'Neither a manifest nor a README says what it is';
  section.summary(
    `${name.length > 300 ? `${name.slice(0, 300)}…` : name}${/[.!?…]$/.test(name) ? '' : '.'} ${activity}${guesses[0] ? ` Built by: ${guesses[0].command}.` : ''}${missing.length > 0 ? ` Missing: ${listed(missing, 6)}.` : ''}`,
  );
}

/** The first description of manifests that says something. */
function manifestDescription(manifests: readonly Manifest[]): string | undefined {
  for (const manifest of manifests) {
    const { data, name = '' } = manifest;
    const found = [
      data['description'],
      at(data, 'project', 'description'),
      at(data, 'package', 'description'),
      at(data, 'tool', 'poetry', 'description'),
      at(data, 'metadata', 'description'),
    ].map(text);
    const telling = found.find((one) => one !== undefined && saysSomething(one, name));
    if (telling !== undefined) return telling.trim();
  }
  return undefined;
}

/** Whether a description is more than the name again, or what a tool puts there to be replaced. */
function saysSomething(description: string, name: string): boolean {
  const words = (of: string): string[] => of.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const own = new Set(words(name));
  const rest = words(description).filter((word) => !own.has(word));
  if (rest.join('').length < 6) return false;
  return !/^\W*(?:todo|tbd|fixme|add (?:a|your)\b|put (?:a|your)\b|(?:a |your |my |the )?(?:short |brief |project )?description\b|a new \w+ project|my (?:first|new|awesome|app|project)\b|file: readme)/i.test(
    description,
  );
}

function readmeParagraph(context: Context): string | undefined {
  const candidates = context.files
    .filter(
      (file) =>
        file.kind !== 'submodule' &&
        /^readme(?:\.(?:md|markdown|rst|txt|adoc|mdx))?$/i.test(file.name) &&
        ['', '.github', 'docs'].includes(file.dir),
    )
    .sort(
      (a, b) =>
        a.dir.length - b.dir.length ||
        Number(b.ext === 'md') - Number(a.ext === 'md') ||
        Number(b.ext === 'rst') - Number(a.ext === 'rst'),
    );
  for (const file of candidates) {
    const target = file.kind === 'link' ? undefined : file;
    const source = target ? context.reader.text(target) : undefined;
    const found = source === undefined ? undefined : firstParagraph(source, file.ext);
    if (found !== undefined) return found;
  }
  return undefined;
}

function addLayout(context: Context): void {
  const groups = groupBy(context.files, (file) => (file.dir === '' ? '' : (file.dir.split('/', 1)[0] ?? '')));
  const rows = [...groups]
    .filter(([name]) => name !== '')
    .map(([name, inside]) => ({
      folder: `${name}/`,
      purpose: purposeOf(name, inside),
      files: inside.length,
      size: bytes(sizeOf(inside)),
    }))
    .sort((a, b) => b.files - a.files);
  const loose = groups.get('') ?? [];
  if (loose.length > 0)
    rows.push({ folder: '(root)', purpose: 'files in the root', files: loose.length, size: bytes(sizeOf(loose)) });
  context.section.table(
    'Layout',
    [
      ['folder', 'Folder'],
      ['purpose', 'Probably'],
      ['files', 'Files', 'right'],
      ['size', 'Size', 'right'],
    ],
    rows,
  );
}

function sizeOf(files: readonly FileEntry[]): number {
  return files.reduce((sum, file) => sum + file.size, 0);
}

function addDocuments(context: Context): string[] {
  const candidates = context.files.filter(
    (file) => file.kind !== 'submodule' && ['', '.github', '.gitlab', 'docs', 'LICENSES'].includes(file.dir),
  );
  const rows = documents.map(([name, pattern]) => {
    const found = candidates
      .filter((file) =>
        name === 'LICENSE'
          ? isLicenceFile(file) || (file.kind === 'link' && /^(?:licen[cs]e|copying)/i.test(file.name))
          : pattern.test(file.name),
      )
      .sort((a, b) => a.dir.length - b.dir.length)[0];
    return { document: name, path: found?.path ?? null, there: found ? 'yes' : 'no' };
  });
  context.section.table(
    'Entry documents',
    [
      ['document', 'Document'],
      ['there', 'There'],
      ['path', 'File'],
    ],
    rows,
  );
  const missing = rows
    .filter(({ there, document }) => there === 'no' && document !== 'CODEOWNERS')
    .map(({ document }) => document);
  for (const [name, , use] of documents)
    if (name === 'README' && missing.includes(name))
      context.section.finding({
        rule: 'readme-missing',
        severity: 'low',
        title: 'There is no README',
        detail: use,
        advice: 'Add one: what it is, how to build it, how to run it, how to test it.',
      });
  return missing;
}

function addActivity(context: Context, commits: readonly Commit[], shallow: boolean, complete: boolean): string {
  const { section } = context;
  const [newest] = commits;
  if (!newest) {
    section.note('There is no commit, so nothing is known of its life.');
    return 'It has no commit yet.';
  }
  const end = commits.reduce((last, { time }) => Math.max(last, time), 0);
  const recent = commits.filter(({ time }) => time > end - 90 * dayLength);
  const year = commits.filter(({ time }) => time > end - 365 * dayLength);
  const authors = authorsOf(year);
  let covered = 0;
  let factor = 0;
  for (const author of authors) {
    if (covered * 2 >= year.length) break;
    covered += author.commits;
    factor += 1;
  }
  section.fact('Last commit', day(end));
  section.fact('Commits in the last 90 days of its history', recent.length);
  section.fact('Authors in the last 90 days of its history', authorsOf(recent).length);
  section.fact('Commits in the last year of its history', year.length);
  section.fact('Authors who made half of them (bus factor)', factor);
  section.table(
    'Authors of the last year',
    [
      ['author', 'Author'],
      ['commits', 'Commits', 'right'],
    ],
    authors.map(({ name, commits: n }) => ({ author: name, commits: n })),
  );
  if (shallow) section.note('This is a shallow clone: activity and authors are counted only in what is here.');
  if (!complete) section.note('The history was cut, so older commits are not counted.');
  if (factor === 1 && year.length >= 20 && !shallow)
    section.finding({
      rule: 'bus-factor-one',
      severity: 'info',
      title: 'One person made half of the last year’s commits',
      detail: `${authors[0]?.name ?? ''}: ${authors[0]?.commits ?? 0} of ${year.length} commits.`,
      advice: 'Let a second person review and know each part.',
    });
  return `Last commit ${day(end)}; ${count(recent.length, 'commit')} by ${count(authorsOf(recent).length, 'author')} in the 90 days before it.`;
}
