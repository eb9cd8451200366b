import { looksGenerated } from '../core/classify';
import { eachText, ownFiles, type Context } from '../core/context';
import { languageOf } from '../core/languages';
import { commentStyle, maskComments } from '../core/mask';
import { countLines } from '../core/reader';
import { count, listed } from '../core/text';
import { projectManifests, readManifests, type Manifest } from '../manifests';
import { testCommands } from '../testing/commands';
import { coverageSettings } from '../testing/coverage';
import { countCases, type Family } from '../testing/frameworks';

interface Suite {
  framework: string;
  family: Family;
  files: number;
  cases: number;
  folders: Map<string, number>;
}

/** Test frameworks, files, cases, their size beside the code, coverage settings, and commands that would run them. */
export async function tests(context: Context): Promise<void> {
  const { section } = context;
  const manifests = projectManifests(await readManifests(context));
  const suites = new Map<string, Suite>();
  const size = { testFiles: 0, testLines: 0, sourceFiles: 0, sourceLines: 0, inline: 0, skipped: 0 };
  await eachText(context, ownFiles(context), (file, text) => {
    const language = languageOf(file, () => text);
    const phpt = file.ext === 'phpt';
    if ((language?.kind !== 'code' && !phpt) || (!file.test && looksGenerated(text))) return;
    const code = maskComments(text, commentStyle(file.ext));
    const found = file.example && !file.test ? undefined : countCases(file, code);
    const { lines } = countLines(text);
    if (file.test || (found && found.framework.family !== 'rust')) {
      if (found) size.testFiles += 1;
      size.testLines += lines;
    } else if (!file.example) {
      size.sourceFiles += 1;
      size.sourceLines += lines;
      if (found) size.inline += 1;
    }
    if (!found) return;
    const name = found.framework.name === 'JavaScript (it/test)' ? runnerOf(manifests) : found.framework.name;
    const suite = suites.get(name) ?? {
      framework: name,
      family: found.framework.family,
      files: 0,
      cases: 0,
      folders: new Map<string, number>(),
    };
    suite.files += 1;
    suite.cases += found.cases;
    const folder = file.dir.split('/').slice(0, 2).join('/') || '.';
    suite.folders.set(folder, (suite.folders.get(folder) ?? 0) + 1);
    suites.set(name, suite);
    size.skipped +=
      code.match(
        /(?<![\w.$])(?:it|test|describe)\.(?:skip|only)\(|@(?:Ignore|Disabled)\b|@(?:pytest\.mark|unittest)\.skip\b|\bt\.Skip\(|#\[ignore\b/g,
      )?.length ?? 0;
  });
  const sorted = [...suites.values()].sort((a, b) => b.cases - a.cases);
  const cases = sorted.reduce((sum, suite) => sum + suite.cases, 0);
  section.table(
    'Test suites',
    [
      ['framework', 'Framework'],
      ['files', 'Files', 'right'],
      ['cases', 'Cases', 'right'],
      ['where', 'Where'],
    ],
    sorted.map((suite) => ({
      framework: suite.framework,
      files: suite.files,
      cases: suite.cases,
      where: listed(
        [...suite.folders].sort((a, b) => b[1] - a[1]).map(([folder]) => folder),
        4,
      ),
    })),
  );
  const coverage = coverageSettings(context, manifests);
  section.fact('Test files', size.testFiles);
  section.fact('Test cases, counted in the text', cases);
  section.fact('Lines of test code', size.testLines);
  section.fact('Lines of other code', size.sourceLines);
  if (size.sourceLines > 0)
    section.fact('Test lines for each line of other code', Math.round((size.testLines / size.sourceLines) * 100) / 100);
  if (size.inline > 0) section.fact('Source files with tests inside', size.inline);
  section.fact('Skipped or exclusive test marks', size.skipped);
  section.fact('Coverage settings', coverage.length === 0 ? 'none found' : listed(coverage, 4));
  const byFamily = new Map<Family, number>();
  for (const suite of sorted) byFamily.set(suite.family, (byFamily.get(suite.family) ?? 0) + suite.cases);
  const commands = testCommands(context, manifests, byFamily, {
    pytest: suites.get('pytest')?.cases ?? 0,
    unittest: suites.get('unittest')?.cases ?? 0,
  });
  section.commands(commands);
  if (cases === 0 && size.sourceLines > 200 && !context.files.some((file) => file.test && !file.vendored))
    section.finding({
      rule: 'tests-missing',
      severity: commands.length > 0 ? 'low' : 'medium',
      title: commands.length > 0 ? 'The tests that the build names are not here' : 'No tests were found',
      detail: `${count(size.sourceLines, 'line')} of code, no test folder and no test of a known framework.`,
      advice: 'If the tests live elsewhere, say so in the README; a published source package often leaves them out.',
    });
  const missing = [...new Set(commands.filter((command) => !command.available).map((command) => command.needs))];
  if (missing.length > 0) section.note(`Not on this machine: ${listed(missing, 8)}.`);
  section.note(
    'Cases are counted in the text: parametrised cases count once, generated ones not at all. Nothing was run.',
  );
  section.summary(
    cases === 0
      ? `No test of a known framework was found${commands.length > 0 ? `; ${commands[0]?.name ?? ''} would be the way to run what there is` : ''}.`
      : `${count(cases, 'test case')} in ${count(
          sorted.reduce((sum, suite) => sum + suite.files, 0),
          'file',
        )} (${listed(
          sorted.map((suite) => suite.framework),
          3,
        )})${commands[0] ? `; to run them: ${commands[0].name}` : ''}.`,
  );
}

const runners: [string, string][] = [
  ['jest', 'Jest'],
  ['vitest', 'Vitest'],
  ['mocha', 'Mocha'],
  ['jasmine', 'Jasmine'],
  ['jasmine-core', 'Jasmine'],
  ['karma', 'Karma'],
  ['ava', 'AVA'],
  ['tap', 'tap'],
  ['tape', 'tap'],
  ['react-scripts', 'Jest'],
  ['qunit', 'QUnit'],
];

/** The runner of files that import none: what package.json depends on, or its scripts call. */
function runnerOf(manifests: readonly Manifest[]): string {
  const npm = manifests.filter(({ ecosystem }) => ecosystem === 'npm');
  const names = new Set(npm.flatMap(({ dependencies }) => dependencies.map(({ name }) => name)));
  const scripts = npm.map(({ data }) => JSON.stringify(data['scripts'] ?? {})).join(' ');
  return (
    runners.find(([name]) => names.has(name))?.[1] ??
    runners.find(([name]) => new RegExp(`\\b${name}\\b`).test(scripts))?.[1] ??
    'JavaScript (it/test)'
  );
}
