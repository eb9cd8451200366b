import type { Context } from '../core/context';
import type { FileEntry } from '../core/fileIndex';
import { parseGoMod } from './go';
import { parseGradle, parsePom } from './java';
import type { Ecosystem, Manifest, Parsed } from './manifest';
import { parseNpm } from './npm';
import { parseComposer, parseDebianControl, parseNative, parseRuby, parseVcpkg } from './other';
import { parsePipfile, parsePyproject, parseRequirements, parseSetupCfg, parseSetupPy } from './python';
import { parseCargo } from './rust';

export type { Dependency, Ecosystem, Manifest } from './manifest';

type Parser = (source: string) => Parsed;

const byName: Record<string, [Ecosystem, Parser]> = {
  'package.json': ['npm', parseNpm],
  'pyproject.toml': ['PyPI', parsePyproject],
  'setup.cfg': ['PyPI', parseSetupCfg],
  'setup.py': ['PyPI', parseSetupPy],
  pipfile: ['PyPI', parsePipfile],
  'go.mod': ['Go', parseGoMod],
  'cargo.toml': ['Rust', parseCargo],
  'pom.xml': ['Java', parsePom],
  'build.gradle': ['Java', parseGradle],
  'build.gradle.kts': ['Java', parseGradle],
  gemfile: ['Ruby', parseRuby],
  'composer.json': ['PHP', parseComposer],
  'cmakelists.txt': ['C/C++', (source) => parseNative('cmake', source)],
  'meson.build': ['C/C++', (source) => parseNative('meson', source)],
  'configure.ac': ['C/C++', (source) => parseNative('autoconf', source)],
  'configure.in': ['C/C++', (source) => parseNative('autoconf', source)],
  'conanfile.txt': ['C/C++', (source) => parseNative('conan', source)],
  'conanfile.py': ['C/C++', (source) => parseNative('conan', source)],
  'vcpkg.json': ['C/C++', parseVcpkg],
};

/** Which package manager a file belongs to, by its path; undefined for all other files. */
function manifestKind(file: FileEntry): [Ecosystem, Parser] | undefined {
  const lower = file.name.toLowerCase();
  if (Object.hasOwn(byName, lower)) return byName[lower];
  if (file.ext === 'gemspec') return ['Ruby', parseRuby];
  if (lower === 'control' && /(?:^|\/)debian$/.test(file.dir)) return ['Debian', parseDebianControl];
  const requirements =
    /^(?:.*[-_.])?requirements?(?:[-_.].*)?\.(?:txt|in)$/.test(lower) ||
    (file.ext === 'txt' && /(?:^|\/)requirements$/.test(file.dir));
  if (!requirements) return undefined;
  const development = /dev|test|doc|lint|ci\b|typing|build/.test(lower);
  return ['PyPI', (source) => parseRequirements(source, development ? 'development' : 'runtime')];
}

/**
 * Every manifest of the project itself, parsed; vendored ones are left out. Ones in test and example folders are there too: their
 * `file` says so. A manifest that cannot be parsed has `broken` set.
 */
export async function readManifests(context: Context): Promise<Manifest[]> {
  const manifests: Manifest[] = [];
  for (const file of context.files) {
    if (file.vendored || file.kind !== 'file') continue;
    const kind = manifestKind(file);
    const source = kind ? context.reader.text(file) : undefined;
    if (!kind || source === undefined) continue;
    const [ecosystem, parser] = kind;
    try {
      manifests.push({ ecosystem, file, data: {}, ...parser(source) });
    } catch (error) {
      const broken = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : 'cannot be parsed';
      manifests.push({ ecosystem, file, licences: [], dependencies: [], data: {}, broken });
    }
    await context.budget.breathe();
    if (context.budget.spent) break;
  }
  return manifests;
}

/** Manifests of what the project ships: not of tests, fixtures and examples. */
export function projectManifests(manifests: readonly Manifest[]): Manifest[] {
  return manifests.filter(({ file }) => !file.test && !file.example && !file.generated);
}
