import { looksGenerated } from '../core/classify';
import { eachText, ownFiles, type Context } from '../core/context';
import type { FileEntry } from '../core/fileIndex';
import { languageOf } from '../core/languages';
import { commentStyle, maskComments } from '../core/mask';
import { countLines } from '../core/reader';
import { bytes, count, listed } from '../core/text';
import { readChurn, type Churn } from '../hotspots/churn';
import { exactDuplicates, NearDuplicates } from '../hotspots/duplicates';
import { functionsOf, type FunctionSpan } from '../hotspots/functions';

interface Measured {
  file: FileEntry;
  lines: number;
  marks: number;
}

const longFunction = 200;
const longFile = 2_000;
const markPattern = /(?<![\w-])(?:TODO|FIXME|XXX|HACK)(?![\w-])/g;

/** Where change and size meet, the largest files and functions, duplicates, and notes of unfinished work. */
export async function hotspots(context: Context): Promise<void> {
  const { section } = context;
  const measured: Measured[] = [];
  const functions: (FunctionSpan & { file: FileEntry })[] = [];
  const near = new NearDuplicates();
  let generated = 0;
  let sources = 0;
  await eachText(context, ownFiles(context), (file, text) => {
    const language = languageOf(file, () => text);
    if (language?.kind !== 'code' && language?.kind !== 'markup') return;
    if (looksGenerated(text)) {
      generated += 1;
      return;
    }
    sources += 1;
    measured.push({ file, lines: countLines(text).lines, marks: text.match(markPattern)?.length ?? 0 });
    if (language.kind !== 'code' || file.test || file.example) return;
    const code = maskComments(text, commentStyle(file.ext)); // equal licence headers are no duplicated code
    near.add(file, code);
    for (const one of functionsOf(file.ext, code)) if (one.lines > 40) functions.push({ ...one, file });
  });
  const churn = await readChurn(context);
  addHotspots(context, measured, churn.byPath, churn.commits);
  if (!churn.complete)
    section.note(`The log of changes was cut by time or size: ${count(churn.commits, 'commit')} were read.`);
  else if (churn.commits >= context.limits.maxChurnCommits)
    section.note(`Changes of the newest ${count(churn.commits, 'commit')} only.`);
  addSizes(context, measured, functions);
  const duplicates = addDuplicates(context, near);
  addMarks(context, measured);
  const skipped =
    context.files.filter((file) => file.kind === 'file' && (file.generated || file.vendored)).length + generated;
  if (skipped > 0) section.note(`${count(skipped, 'file')} generated, minified, built or third-party left out.`);
  const largest = [...measured].sort((a, b) => b.lines - a.lines)[0];
  section.summary(
    sources === 0
      ? 'There is no source code to look at.'
      : `${count(sources, 'source file')}; the largest is ${largest?.file.path ?? ''} with ${count(largest?.lines ?? 0, 'line')}; ${count(duplicates, 'group')} of identical files; ${count(
          measured.reduce((sum, one) => sum + one.marks, 0),
          'TODO or FIXME mark',
        )}.`,
  );
}

function addHotspots(
  context: Context,
  measured: readonly Measured[],
  byPath: ReadonlyMap<string, Churn>,
  commits: number,
): void {
  const { section } = context;
  section.fact('Commits looked at for changes', commits);
  if (commits < 5) {
    section.note(`${count(commits, 'commit')} ${commits === 1 ? 'is' : 'are'} too few to tell where changes gather.`);
    return;
  }
  const rows = measured
    .map(({ file, lines }) => ({ file, lines, churn: byPath.get(file.path) }))
    .filter(
      (one): one is { file: FileEntry; lines: number; churn: Churn } =>
        one.churn !== undefined && one.churn.commits > 1 && !one.file.example,
    )
    .map(({ file, lines, churn }) => ({
      path: file.path,
      commits: churn.commits,
      changed: churn.lines,
      authors: churn.authors.size,
      lines,
      score: Math.round(churn.commits * Math.sqrt(lines)),
    }))
    .sort((a, b) => b.score - a.score);
  section.table(
    'Hot spots: often changed and large',
    [
      ['path', 'File'],
      ['commits', 'Commits', 'right'],
      ['changed', 'Lines changed', 'right'],
      ['authors', 'Authors', 'right'],
      ['lines', 'Lines now', 'right'],
      ['score', 'Score', 'right'],
    ],
    rows,
  );
  section.chart(
    'Hot spots (commits × √lines)',
    'bar',
    'score',
    rows.slice(0, 15).map(({ path, score }) => ({ label: path, value: score })),
  );
}

function addSizes(
  context: Context,
  measured: readonly Measured[],
  functions: readonly (FunctionSpan & { file: FileEntry })[],
): void {
  const { section } = context;
  const bySize = [...measured].sort((a, b) => b.lines - a.lines);
  section.table(
    'Largest source files',
    [
      ['path', 'File'],
      ['lines', 'Lines', 'right'],
      ['size', 'Size', 'right'],
    ],
    bySize.slice(0, 200).map(({ file, lines }) => ({ path: file.path, lines, size: bytes(file.size) })),
  );
  const largest = context.files
    .filter((file) => file.kind === 'file' && !file.generated)
    .sort((a, b) => b.size - a.size)
    .slice(0, 15);
  section.table(
    'Largest files of any kind',
    [
      ['path', 'File'],
      ['size', 'Size', 'right'],
    ],
    largest.map((file) => ({ path: file.path, size: bytes(file.size) })),
  );
  for (const { file, lines } of bySize
    .filter((one) => one.lines >= longFile && !one.file.test && !one.file.example)
    .slice(0, 20))
    section.finding({
      rule: 'file-very-long',
      severity: 'info',
      title: `${count(lines, 'line')} in one file`,
      path: file.path,
      detail: `Files of ${longFile.toLocaleString('en-US')} lines and more are hard to know and to change together.`,
      advice: 'Split it where parts change for different reasons.',
    });
  const long = [...functions].sort((a, b) => b.lines - a.lines);
  section.table(
    'Longest functions',
    [
      ['name', 'Function'],
      ['path', 'File'],
      ['line', 'Line', 'right'],
      ['lines', 'Lines', 'right'],
    ],
    long.slice(0, 100).map(({ name, file, line, lines }) => ({ name, path: file.path, line, lines })),
  );
  for (const { name, file, line, lines } of long.filter((one) => one.lines >= longFunction).slice(0, 20))
    section.finding({
      rule: 'function-very-long',
      severity: 'low',
      title: `${name} has ${lines} lines`,
      path: file.path,
      line,
      detail: 'Counted by braces or indentation.',
      advice: 'Take out steps that have a name of their own.',
    });
}

function addDuplicates(context: Context, near: NearDuplicates): number {
  const { section } = context;
  const own = context.files.filter((file) => !file.vendored && !file.generated);
  const exact = exactDuplicates(own);
  const wasted = exact.reduce((sum, group) => sum + group.size * (group.files.length - 1), 0);
  section.fact('Groups of identical files', exact.length);
  if (exact.length > 0) section.fact('Bytes in copies of identical files', wasted);
  section.table(
    'Identical files',
    [
      ['copies', 'Copies', 'right'],
      ['size', 'Size', 'right'],
      ['paths', 'Files'],
    ],
    exact.map((group) => ({
      copies: group.files.length,
      size: bytes(group.size),
      paths: listed(
        group.files.map((file) => file.path),
        3,
      ),
    })),
  );
  const pairs = near.pairs().filter(({ lines }) => lines >= 15);
  section.table(
    'Code that stands in two files',
    [
      ['lines', 'Equal lines', 'right'],
      ['a', 'First file'],
      ['line_a', 'Line', 'right'],
      ['b', 'Second file'],
      ['line_b', 'Line', 'right'],
    ],
    pairs.map(({ a, b, lines, lineA, lineB }) => ({ lines, a: a.path, line_a: lineA, b: b.path, line_b: lineB })),
  );
  for (const { a, b, lines, lineA, lineB } of pairs.filter((pair) => pair.lines >= 60).slice(0, 15))
    section.finding({
      rule: 'code-duplicated',
      severity: 'low',
      title: `${lines} lines also stand in ${b.path}`,
      path: a.path,
      line: lineA,
      detail: `The first equal run begins at line ${lineA} here and line ${lineB} there.`,
      advice: 'Keep one, unless they change for different reasons.',
    });
  if (near.full)
    section.note('Near duplicates were looked for in a part of the files only: the bound on memory was reached.');
  return exact.length;
}

function addMarks(context: Context, measured: readonly Measured[]): void {
  const { section } = context;
  const marked = measured.filter(({ marks }) => marks > 0).sort((a, b) => b.marks - a.marks);
  const total = marked.reduce((sum, { marks }) => sum + marks, 0);
  const lines = measured.reduce((sum, one) => sum + one.lines, 0);
  section.fact('TODO, FIXME, XXX and HACK marks', total);
  if (lines > 0) section.fact('Marks in 1,000 lines', Math.round((total / lines) * 10_000) / 10);
  section.table(
    'Files with most marks of unfinished work',
    [
      ['path', 'File'],
      ['marks', 'Marks', 'right'],
      ['lines', 'Lines', 'right'],
    ],
    marked.map(({ file, marks, lines: own }) => ({ path: file.path, marks, lines: own })),
  );
}
