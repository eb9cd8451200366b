import { eachText, ownFiles, type Context } from '../core/context';
import type { FileEntry } from '../core/fileIndex';
import { interpreter } from '../core/languages';
import { maskComments } from '../core/mask';
import { count, listed } from '../core/text';
import { projectManifests, readManifests, type Manifest } from '../manifests';
import { at, list, record, text, texts } from '../manifests/values';
import { environmentReads } from '../runtime/code';
import { installedPrograms, requirements } from '../runtime/needs';
import { lowestMinor, pythonHints, type PythonHint } from '../runtime/pythonSyntax';
import { backendUses } from '../runtime/stack';
import { environmentTable, libraryTable, requirementTable } from '../runtime/tables';

const toolFiles: [RegExp, string][] = [
  [/^\.?mypy\.ini$/, 'mypy'],
  [/^pyrightconfig\.json$/, 'Pyright'],
  [/^\.?ruff\.toml$/, 'Ruff'],
  [/^\.flake8$/, 'Flake8'],
  [/^\.?pylintrc$/, 'Pylint'],
  [/^\.isort\.cfg$/, 'isort'],
  [/^\.pre-commit-config\.yaml$/, 'pre-commit'],
  [/^tox\.ini$/, 'tox'],
  [/^noxfile\.py$/, 'nox'],
  [/^pytest\.ini$/, 'pytest'],
  [/^environment\.ya?ml$/, 'conda'],
  [/^uv\.lock$/, 'uv'],
  [/^poetry\.lock$/, 'Poetry'],
  [/^Pipfile$/, 'Pipenv'],
];
const pyprojectTools = [
  'mypy',
  'pyright',
  'ruff',
  'black',
  'isort',
  'pylint',
  'pytest',
  'coverage',
  'tox',
  'poetry',
  'hatch',
  'pdm',
  'uv',
  'setuptools',
  'flit',
  'cibuildwheel',
  'ty',
  'pixi',
];

/** What Python code is here and what it needs: packaging, versions, layout, tools, entry points, and hints from its syntax. */
export async function python(context: Context): Promise<void> {
  const { section } = context;
  const manifests = projectManifests(await readManifests(context)).filter(({ ecosystem }) => ecosystem === 'PyPI');
  const files = ownFiles(context).filter(
    (file) => ['py', 'pyi', 'pyw'].includes(file.ext) || (file.ext === '' && file.executable),
  );
  const needed = requirements(context, manifests).filter(({ what }) => what.toLowerCase() === 'python');
  const hints = new Map<string, { hint: PythonHint; files: string[] }>();
  const reads = new Map<string, string[]>();
  const counted = { files: 0, stubs: 0, scripts: 0, annotated: 0, functions: 0 };
  await eachText(context, files, (file, source) => {
    if (file.ext === '' && !(interpreter(source) ?? '').startsWith('python')) return;
    counted.files += 1;
    if (file.ext === 'pyi') counted.stubs += 1;
    if (source.startsWith('#!')) counted.scripts += 1;
    const code = maskComments(source, 'python');
    if (file.test || file.example) return;
    for (const name of environmentReads('py', code)) reads.set(name, [...(reads.get(name) ?? []), file.path]);
    counted.functions += code.match(/^[ \t]*(?:async[ \t]+)?def[ \t]+\w/gm)?.length ?? 0;
    counted.annotated += code.match(/\)[ \t]*->[ \t]*\S/g)?.length ?? 0;
    if (file.ext === 'pyi') return; // stubs may use syntax that never runs
    for (const hint of pythonHints(code)) {
      const entry = hints.get(hint.what) ?? { hint, files: [] };
      entry.files.push(`${file.path}:${hint.line}`);
      hints.set(hint.what, entry);
    }
  });
  if (counted.files === 0 && manifests.length === 0) {
    section.summary('There is no Python code here.');
    return;
  }
  const packages = topPackages(files);
  section.fact('Python files', counted.files);
  if (counted.stubs > 0) section.fact('Stub files', counted.stubs);
  section.fact('Layout', layout(packages));
  section.fact('Build backend', backendOf(manifests));
  section.fact(
    'Functions with a return annotation',
    counted.functions === 0
      ? 'no functions'
      : `${Math.min(100, Math.round((counted.annotated / counted.functions) * 100))} %`,
  );
  section.fact(
    'Typed package (py.typed)',
    context.files.some((file) => file.name === 'py.typed' && !file.vendored) ? 'yes' : 'no',
  );
  requirementTable(context, needed);
  section.table(
    'Packages',
    [
      ['name', 'Package'],
      ['path', 'Folder'],
      ['files', 'Files', 'right'],
    ],
    packages,
  );
  section.table(
    'Python dependencies',
    [
      ['name', 'Name'],
      ['version', 'Wanted'],
      ['scope', 'For'],
      ['manifest', 'Manifest'],
    ],
    manifests.flatMap(({ dependencies, file }) =>
      dependencies.map(({ name, spec, scope }) => ({ name, version: spec || 'any', scope, manifest: file.path })),
    ),
  );
  libraryTable(context, 'Server libraries', backendUses(manifests));
  section.table(
    'Programs it installs',
    [
      ['name', 'Program'],
      ['target', 'Target'],
      ['where', 'Where'],
    ],
    installedPrograms(manifests),
  );
  section.table(
    'Tools with settings',
    [
      ['tool', 'Tool'],
      ['where', 'Where'],
    ],
    tools(context, manifests),
  );
  environmentTable(context, reads);
  section.table(
    'What its syntax says',
    [
      ['what', 'Construct'],
      ['version', 'Python'],
      ['files', 'Files', 'right'],
      ['first', 'First in'],
    ],
    [...hints.values()]
      .sort((a, b) => b.hint.minor - a.hint.minor)
      .map(({ hint, files: where }) => ({
        what: hint.what,
        version:
          hint.kind === 'needs'
            ? `3.${hint.minor} or later`
            : hint.kind === 'removed'
              ? `before 3.${hint.minor}`
              : '2 only',
        files: where.length,
        first: where[0] ?? '',
      })),
  );
  judge(
    context,
    needed.map(({ version }) => version),
    needed[0]?.where,
    hints,
  );
  const lowest = Math.max(
    0,
    ...[...hints.values()].filter(({ hint }) => hint.kind === 'needs').map(({ hint }) => hint.minor),
  );
  const versions = needed[0] ? `asks for Python ${needed[0].version}` : 'says no Python version';
  section.summary(
    `${count(counted.files, 'Python file')} in ${
      packages.length === 0
        ? 'no package'
        : listed(
            packages.map(({ name }) => name),
            3,
          )
    }; ${versions}${lowest > 0 ? `, its syntax needs 3.${lowest}` : ''}; built by ${backendOf(manifests)}.`,
  );
}

function topPackages(files: readonly FileEntry[]): { name: string; path: string; files: number }[] {
  const folders = new Set(
    files.filter((file) => file.name === '__init__.py' && !file.test && !file.example).map((file) => file.dir),
  );
  return [...folders]
    .filter((dir) => dir !== '' && !folders.has(dir.slice(0, Math.max(0, dir.lastIndexOf('/')))))
    .map((dir) => ({
      name: dir.split('/').at(-1) ?? dir,
      path: dir,
      files: files.filter((file) => file.dir === dir || file.dir.startsWith(`${dir}/`)).length,
    }))
    .sort((a, b) => b.files - a.files);
}

function layout(packages: readonly { path: string }[]): string {
  if (packages.length === 0) return 'scripts or modules without a package';
  if (packages.some(({ path }) => /^src\/[^/]+$/.test(path))) return 'packages below src/';
  return packages.some(({ path }) => !path.includes('/')) ? 'packages in the root' : 'packages in other folders';
}

function backendOf(manifests: readonly Manifest[]): string {
  for (const { file, data } of manifests) {
    const backend = text(at(data, 'build-system', 'build-backend'));
    if (file.dir === '' && backend !== undefined) return backend;
    if (file.dir === '' && list(at(data, 'build-system', 'requires')).length > 0)
      return `setuptools (by default; needs ${listed(texts(at(data, 'build-system', 'requires')), 3)})`;
  }
  return manifests.some(({ file }) => /^setup\.(?:py|cfg)$/.test(file.path)) ? 'setuptools' : 'none stated';
}

function tools(context: Context, manifests: readonly Manifest[]): { tool: string; where: string }[] {
  const found: { tool: string; where: string }[] = [];
  for (const file of context.files) {
    if (file.vendored || file.test || file.example || file.kind !== 'file') continue;
    const tool = toolFiles.find(([pattern]) => pattern.test(file.name))?.[1];
    if (tool !== undefined) found.push({ tool, where: file.path });
  }
  for (const { file, data } of manifests) {
    for (const tool of Object.keys(record(data['tool'])))
      if (pyprojectTools.includes(tool)) found.push({ tool, where: `${file.path} [tool.${tool}]` });
    if (file.name === 'setup.cfg')
      for (const section of Object.keys(data))
        if (/^(?:flake8|mypy|isort|tool:pytest|pylint)$/.test(section))
          found.push({ tool: section.replace('tool:', ''), where: `${file.path} [${section}]` });
  }
  return found;
}

function judge(
  context: Context,
  versions: readonly string[],
  where: string | undefined,
  hints: ReadonlyMap<string, { hint: PythonHint; files: string[] }>,
): void {
  const lowest = versions.map(lowestMinor).find((minor) => minor !== undefined);
  for (const { hint, files } of hints.values()) {
    const [path, line] = split(files[0] ?? '');
    if (hint.kind === 'needs' && lowest !== undefined && hint.minor > lowest)
      context.section.finding({
        rule: 'python-version-too-low',
        severity: 'medium',
        title: `${hint.what} need Python 3.${hint.minor}, but 3.${lowest} is allowed`,
        path,
        line,
        detail: `In ${count(files.length, 'file')}. Asked for in ${where ?? ''}.`,
        advice: 'Raise the version asked for, or write it otherwise; a file that only newer versions load is fine.',
      });
    if (hint.kind === 'removed')
      context.section.finding({
        rule: 'python-removed-module',
        severity: 'low',
        title: `${hint.what}: gone since Python 3.${hint.minor}`,
        path,
        line,
        detail: `At the top level of ${count(files.length, 'file')}: ${listed(files, 5)}.`,
        advice: 'Use what took its place, or bound the Python version.',
      });
    if (hint.kind === 'python2')
      context.section.finding({
        rule: 'python-2-syntax',
        severity: 'medium',
        title: 'Syntax that Python 3 refuses',
        path,
        line,
        detail: `In ${count(files.length, 'file')}: ${listed(files, 5)}.`,
        advice: 'Port it, or say that it is for Python 2.',
      });
  }
}

function split(place: string): [string, number] {
  const colon = place.lastIndexOf(':');
  return [place.slice(0, colon), Number(place.slice(colon + 1))];
}
