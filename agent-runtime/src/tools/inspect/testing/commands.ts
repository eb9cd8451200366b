import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Section } from '@agent-factory/contract';
import type { Context } from '../core/context';
import type { FileEntry } from '../core/fileIndex';
import type { Manifest } from '../manifests';
import { at, record, text } from '../manifests/values';
import type { Family } from './frameworks';

type Command = NonNullable<Section['commands']>[number];
type Ranked = Omit<Command, 'available'> & { family: Family; weight: number };

/** Whether a program is in a folder of PATH. */
function onPath(program: string, path = process.env['PATH'] ?? ''): boolean {
  return path.split(delimiter).some((folder) => {
    try {
      if (folder !== '') accessSync(join(folder, program), constants.X_OK);
      return folder !== '';
    } catch {
      return false;
    }
  });
}

const emptyScript = /no test specified|^\s*(?:exit 0|true|:)?\s*$/;

function npmCommands(context: Context, { file, data }: Manifest): Ranked[] {
  const scripts = record(data['scripts']);
  const manager = packageManager(context, data, file.dir);
  return Object.entries(scripts)
    .filter(
      (entry): entry is [string, string] =>
        typeof entry[1] === 'string' &&
        /^(?:test|unit|test[:-](?:unit|ci|all|node))$/.test(entry[0]) &&
        !emptyScript.test(entry[1]),
    )
    .sort(([a], [b]) => Number(b === 'test') - Number(a === 'test'))
    .slice(0, 2)
    .map(([script, body]) => ({
      name: `${manager} ${script}`,
      argv: script === 'test' ? [manager, 'test'] : [manager, 'run', script],
      cwd: file.dir || '.',
      why: `package.json runs: ${body}; needs its dependencies installed`,
      needs: manager,
      family: 'js',
      weight: script === 'test' ? 2 : 1,
    }));
}

function packageManager(context: Context, data: Record<string, unknown>, dir: string): string {
  const named = /^(npm|yarn|pnpm|bun)@/.exec(text(data['packageManager']) ?? '')?.[1];
  if (named !== undefined) return named;
  const locks: [string, string][] = [
    ['pnpm-lock.yaml', 'pnpm'],
    ['yarn.lock', 'yarn'],
    ['bun.lock', 'bun'],
    ['bun.lockb', 'bun'],
  ];
  return locks.find(([lock]) => context.byPath.has(lock) || context.byPath.has(`${dir}/${lock}`))?.[1] ?? 'npm';
}

/** What a file's presence says about how to run tests. */
function fromFile(context: Context, file: FileEntry): Ranked | undefined {
  const cwd = file.dir || '.';
  const has = (name: string): boolean => context.byPath.has(file.dir === '' ? name : `${file.dir}/${name}`);
  const source = (): string => context.reader.text(file) ?? '';
  const make = (argv: string[], why: string, family: Family, weight = 1, needs = argv[0] ?? ''): Ranked => ({
    name: argv.join(' '),
    argv,
    cwd,
    why,
    needs,
    family,
    weight,
  });
  switch (file.name) {
    case 'tox.ini':
      return make(['tox'], 'tox.ini', 'python', 0);
    case 'noxfile.py':
      return make(['nox'], 'noxfile.py', 'python', 0);
    case 'manage.py':
      return source().includes('DJANGO_SETTINGS_MODULE')
        ? make(['python3', 'manage.py', 'test'], 'a Django project', 'python')
        : undefined;
    case 'runtests.py':
      return make(['python3', 'runtests.py'], 'the project has a runner of its own', 'python', 3);
    case 'go.mod':
      return make(['go', 'test', './...'], 'go.mod', 'go');
    case 'Cargo.toml':
      return source().includes('[workspace]')
        ? make(['cargo', 'test', '--workspace'], 'a Cargo workspace', 'rust', 2)
        : make(['cargo', 'test'], 'Cargo.toml', 'rust');
    case 'pom.xml':
      return has('mvnw')
        ? make(['./mvnw', 'test'], 'pom.xml with a Maven wrapper', 'java', 1, 'java')
        : make(['mvn', 'test'], 'pom.xml', 'java');
    case 'build.gradle':
    case 'build.gradle.kts':
      return has('gradlew')
        ? make(['./gradlew', 'test'], 'a Gradle build with its wrapper', 'java', 1, 'java')
        : make(['gradle', 'test'], 'a Gradle build', 'java', 0);
    case 'CMakeLists.txt':
      return /^[ \t]*(?:enable_testing[ \t]*\(|include[ \t]*\([ \t]*CTest)/im.test(source())
        ? make(
            ['ctest', '--test-dir', 'build'],
            'CMake with tests; first: cmake -S . -B build && cmake --build build',
            'native',
          )
        : undefined;
    case 'meson.build':
      return /^[ \t]*project[ \t]*\(/m.test(source())
        ? make(['meson', 'test', '-C', 'build'], 'Meson; first: meson setup build', 'native')
        : undefined;
    case '.rspec':
      return make(has('Gemfile') ? ['bundle', 'exec', 'rspec'] : ['rspec'], '.rspec', 'ruby');
    case 'Rakefile':
      return /\bTestTask\b|\btask\b[^\n]{0,20}\btest\b/.test(source())
        ? make(
            has('Gemfile') ? ['bundle', 'exec', 'rake', 'test'] : ['rake', 'test'],
            'a test task in the Rakefile',
            'ruby',
          )
        : undefined;
    case 'phpunit.xml':
    case 'phpunit.xml.dist':
      return has('phpunit') && context.byPath.get(file.dir === '' ? 'phpunit' : `${file.dir}/phpunit`)?.kind === 'file'
        ? make(['./phpunit'], file.name, 'php', 1, 'php')
        : make(['vendor/bin/phpunit'], `${file.name}; needs composer install`, 'php', 1, 'php');
    case 'Makefile':
    case 'GNUmakefile':
    case 'makefile': {
      const target = /^(test|check|tests)[ \t]*:(?!=)/m.exec(source())?.[1];
      return target === undefined ? undefined : make(['make', target], `a target of ${file.name}`, 'other', 0);
    }
    case 'Makefile.am':
      return file.dir === '' && has('configure.ac')
        ? make(['make', 'check'], 'Automake; first: autoreconf -i (from Git) and ./configure', 'native', 0)
        : undefined;
    case 'mix.exs':
      return make(['mix', 'test'], 'mix.exs', 'other');
    case 'Package.swift':
      return make(['swift', 'test'], 'Package.swift', 'other');
    case 'stack.yaml':
      return make(['stack', 'test'], 'stack.yaml', 'other');
    default:
      return file.ext === 'sln' ? make(['dotnet', 'test'], file.name, 'other') : undefined;
  }
}

/** How many Python cases use which framework. */
export interface PythonCases {
  pytest: number;
  unittest: number;
}

function pythonCommand({ pytest, unittest }: PythonCases, all: number, configured: boolean): Ranked | undefined {
  const base = { cwd: '.', family: 'python' as const, weight: 2 };
  if (!configured && pytest + unittest < all / 20) return undefined; // a stray test beside the real ones
  if (configured || pytest > unittest)
    return {
      ...base,
      name: 'pytest',
      argv: ['pytest'],
      why: configured ? 'pytest is configured' : 'tests import pytest',
      needs: 'pytest',
    };
  if (unittest > 0)
    return {
      ...base,
      weight: 1,
      name: 'unittest',
      argv: ['python3', '-m', 'unittest', 'discover'],
      why: 'tests are unittest cases',
      needs: 'python3',
    };
  return undefined;
}

/** Whether pytest has settings in the repository. */
function pytestConfigured(context: Context, manifests: readonly Manifest[]): boolean {
  const root = (name: string): string => {
    const file = context.byPath.get(name);
    return file ? (context.reader.text(file) ?? '') : '';
  };
  return (
    context.byPath.has('pytest.ini') ||
    manifests.some(({ file, data }) => file.path === 'pyproject.toml' && at(data, 'tool', 'pytest') !== undefined) ||
    root('setup.cfg').includes('[tool:pytest]') ||
    root('tox.ini').includes('[pytest]')
  );
}

/** Commands that would run the tests: those of the outermost folder first, then by how many cases their languages have. */
export function testCommands(
  context: Context,
  manifests: readonly Manifest[],
  cases: ReadonlyMap<Family, number>,
  pythonCases: PythonCases,
): Command[] {
  const ranked: Ranked[] = [];
  for (const manifest of manifests) if (manifest.ecosystem === 'npm') ranked.push(...npmCommands(context, manifest));
  const python = pythonCommand(
    pythonCases,
    [...cases.values()].reduce((sum, n) => sum + n, 0),
    pytestConfigured(context, manifests),
  );
  if (python) ranked.push(python);
  const skip = new Set(['example', 'generated', 'vendored'] as const);
  for (const file of context.files) {
    if (file.kind !== 'file' || file.missing || [...skip].some((flag) => file[flag] && !file.name.endsWith('.dist')))
      continue;
    if (file.test && file.name !== 'runtests.py' && file.name !== '.rspec') continue;
    const found = fromFile(context, file);
    if (found) ranked.push(found);
  }
  const depth = ({ cwd, weight }: Ranked): number => (cwd === '.' ? 0 : cwd.split('/').length - (weight > 2 ? 1 : 0));
  const covered = new Set<string>();
  return ranked
    .filter(
      (one) =>
        one.family === 'other' ||
        one.family === 'native' ||
        one.weight > 1 ||
        (cases.get(one.family) ?? 0) > 0 ||
        one.family === 'js',
    )
    .sort(
      (a, b) => depth(a) - depth(b) || (cases.get(b.family) ?? 0) - (cases.get(a.family) ?? 0) || b.weight - a.weight,
    )
    .filter((one) => {
      const outer =
        ['go', 'rust', 'java', 'native', 'python'].includes(one.family) && one.cwd !== '.' && one.family !== 'go'
          ? `${one.family} ${one.argv[0] ?? ''}`
          : '';
      if (outer !== '' && covered.has(outer)) return false;
      covered.add(`${one.family} ${one.argv[0] ?? ''}`);
      return true;
    })
    .map(({ family: _family, weight: _weight, ...command }) => ({ ...command, available: onPath(command.needs) }));
}
