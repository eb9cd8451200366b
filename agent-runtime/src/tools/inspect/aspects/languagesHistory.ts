import type { Context } from '../core/context';
import { authorsOf, perMonth, readHistory, type History } from '../core/history';
import { languageOf, type LanguageKind } from '../core/languages';
import { looksGenerated } from '../core/classify';
import { bytes, count, day, listed, percent } from '../core/text';

interface Share {
  name: string;
  kind: LanguageKind;
  files: number;
  lines: number;
  bytes: number;
}

const maxCountedBytes = 64 * 1024 * 1024;

/** Languages by files, lines and bytes; size; and the history of HEAD. */
export async function languagesHistory(context: Context): Promise<void> {
  const shares = await countLanguages(context);
  const history = await readHistory(context);
  await addHistory(context, history);
  const code = shares.filter((share) => share.kind === 'code');
  const codeLines = code.reduce((sum, share) => sum + share.lines, 0);
  const names = mainLanguages(code, codeLines);
  const files = context.files.length;
  const size = bytes(context.files.reduce((sum, file) => sum + file.size, 0));
  const written = names.length > 0 ? `mostly ${listed(names, 3)}` : 'no source code that is recognised';
  context.section.summary(
    files === 0
      ? 'The repository tracks no file.'
      : `${count(files, 'tracked file')} (${size}), ${count(codeLines, 'line')} of code, ${written}. ${historyWords(history)}`,
  );
}

/** The first three languages with their share, the first in any case, the others from 1 %. */
function mainLanguages(code: readonly Share[], codeLines: number): string[] {
  return code
    .slice(0, 3)
    .map(({ name, lines }) => ({ name, share: percent(lines, codeLines) }))
    .filter(({ share }, index) => index === 0 || share >= 1)
    .map(({ name, share }) => `${name} (${share} %)`);
}

function historyWords(history: History): string {
  const [newest] = history.commits;
  if (!newest) return 'There is no commit yet.';
  const authors = authorsOf(history.commits).length;
  const cut = history.complete && !history.shallow ? '' : ' seen';
  return `${count(history.commits.length, 'commit')}${cut} by ${count(authors, 'author')}, the last on ${day(newest.time)}.`;
}

async function countLanguages(context: Context): Promise<Share[]> {
  const { section, reader, budget, files } = context;
  const shares = new Map<string, Share>();
  const skipped = { vendored: 0, generated: 0, unknown: 0, unread: 0 };
  for (const file of files) {
    if (file.kind !== 'file' || file.missing) continue;
    if (file.vendored) skipped.vendored += 1;
    else if (file.generated) skipped.generated += 1;
    else if (budget.spent) skipped.unread += 1;
    else {
      const language = languageOf(file, () => reader.text(file));
      const lines = language ? reader.lines(file, maxCountedBytes) : undefined;
      if (!language || !lines) skipped.unknown += 1;
      else if (language.kind !== 'prose' && looksGenerated(reader.text(file) ?? '')) skipped.generated += 1;
      else {
        const share = shares.get(language.name) ?? { ...language, files: 0, lines: 0, bytes: 0 };
        share.files += 1;
        share.lines += lines.lines;
        share.bytes += file.size;
        shares.set(language.name, share);
      }
      await budget.breathe();
    }
  }
  const sorted = [...shares.values()].sort((a, b) => b.lines - a.lines || b.bytes - a.bytes);
  const kinds: Record<LanguageKind, string> = {
    code: 'code',
    markup: 'markup and style',
    data: 'data and settings',
    prose: 'text',
  };
  section.fact('Tracked files', files.length);
  section.fact('Size of the tracked files', bytes(files.reduce((sum, file) => sum + file.size, 0)));
  section.fact('Folders', new Set(files.map((file) => file.dir)).size);
  const linked = files.filter((file) => file.kind === 'link').length;
  const modules = files.filter((file) => file.kind === 'submodule').length;
  if (linked > 0) section.fact('Symbolic links', linked);
  if (modules > 0) section.fact('Submodules', modules);
  section.table(
    'Languages',
    [
      ['language', 'Language'],
      ['kind', 'Kind'],
      ['files', 'Files', 'right'],
      ['lines', 'Lines', 'right'],
      ['bytes', 'Bytes', 'right'],
    ],
    sorted.map((share) => ({
      language: share.name,
      kind: kinds[share.kind],
      files: share.files,
      lines: share.lines,
      bytes: share.bytes,
    })),
  );
  section.chart(
    'Lines of code by language',
    'bar',
    'lines',
    sorted
      .filter((share) => share.kind === 'code')
      .slice(0, 15)
      .map((share) => ({ label: share.name, value: share.lines })),
  );
  if (skipped.vendored > 0)
    section.note(
      `Not counted as the project's own: ${count(skipped.vendored, 'file')} in folders of third-party code.`,
    );
  if (skipped.generated > 0)
    section.note(
      `Not counted: ${count(skipped.generated, 'generated file')} (lock files, minified and built code, files that say so).`,
    );
  if (skipped.unknown > 0) section.note(`${count(skipped.unknown, 'file')} binary or of no known language.`);
  if (skipped.unread > 0) section.note(`The time was spent before ${count(skipped.unread, 'file')} could be counted.`);
  return sorted;
}

async function addHistory(context: Context, history: History): Promise<void> {
  const { section } = context;
  const { commits } = history;
  if (!context.hasCommits) {
    section.note('The repository has no commit, so there is no history.');
    return;
  }
  const times = commits.map((commit) => commit.time).filter((time) => time > 0);
  const authors = authorsOf(commits);
  section.fact('Commits reachable from HEAD', commits.length);
  section.fact('Merge commits', commits.filter((commit) => commit.merge).length);
  section.fact('Authors', authors.length);
  if (times.length > 0) {
    section.fact('First commit', day(times.reduce((a, b) => Math.min(a, b))));
    section.fact('Last commit', day(times.reduce((a, b) => Math.max(a, b))));
  }
  if (history.shallow)
    section.note(
      'This is a shallow clone: history before its boundary is not here, so counts and first dates are too small or too late.',
    );
  if (!history.complete)
    section.note(`The history was cut: only the newest ${count(commits.length, 'commit')} were read.`);
  const tags = await context.git(
    ['for-each-ref', '--sort=-creatordate', '--format=%(refname:short)%1f%(creatordate:unix)', 'refs/tags'],
    8 * 1024 * 1024,
  );
  const tagRows = tags.stdout
    .toString('utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [tag = '', time] = line.split('\x1f');
      return { tag, date: time ? day(Number(time)) : null };
    });
  section.fact('Tags', tagRows.length);
  section.chart('Commits a month', 'line', 'commits', perMonth(commits));
  section.table(
    'Contributors',
    [
      ['author', 'Author'],
      ['commits', 'Commits', 'right'],
      ['share', 'Share %', 'right'],
      ['first', 'First'],
      ['last', 'Last'],
    ],
    authors.map((author) => ({
      author: author.name,
      commits: author.commits,
      share: percent(author.commits, commits.length),
      first: day(author.first),
      last: day(author.last),
    })),
  );
  section.table(
    'Tags, newest first',
    [
      ['tag', 'Tag'],
      ['date', 'Date'],
    ],
    tagRows,
  );
}
