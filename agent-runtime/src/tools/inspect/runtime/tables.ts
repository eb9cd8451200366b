import type { Context } from '../core/context';
import type { Manifest } from '../manifests';
import { at, record, text } from '../manifests/values';
import { npmScripts, type Requirement } from './needs';
import type { Use } from './stack';

/** Adds the table of known libraries. */
export function libraryTable(context: Context, title: string, uses: readonly Use[]): void {
  context.section.table(
    title,
    [
      ['name', 'Library'],
      ['role', 'Role'],
      ['version', 'Wanted'],
      ['manifest', 'Manifest'],
    ],
    uses.map(({ name, role, dependency, manifest }) => ({
      name,
      role,
      version: dependency.spec || 'any',
      manifest: manifest.file.path,
    })),
  );
}

/** Adds the table of asked versions. */
export function requirementTable(context: Context, requirements: readonly Requirement[]): void {
  context.section.table(
    'Versions it asks for',
    [
      ['what', 'What'],
      ['version', 'Version'],
      ['where', 'Where'],
    ],
    requirements.map(({ what, version, where }) => ({ what, version, where })),
  );
}

/** Adds the table of the scripts of package.json files. */
export function scriptTable(context: Context, manifests: readonly Manifest[]): void {
  context.section.table(
    'Scripts',
    [
      ['name', 'Script'],
      ['command', 'Command'],
      ['manifest', 'Manifest'],
    ],
    manifests.flatMap((manifest) =>
      npmScripts(manifest).map(([name, command]) => ({ name, command, manifest: manifest.file.path })),
    ),
  );
}

/** Adds the table of environment variables with the files that read them. */
export function environmentTable(context: Context, reads: ReadonlyMap<string, string[]>): void {
  const rows = [...reads]
    .sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1))
    .map(([name, files]) => ({ name, files: files.length, first: files[0] ?? '' }));
  context.section.table(
    'Environment variables it reads',
    [
      ['name', 'Name'],
      ['files', 'Files', 'right'],
      ['first', 'First in'],
    ],
    rows,
  );
}

const builtFolder =
  /^(?:dist|build|lib|out|output|es|esm|cjs|umd|target|bin|types|module|modern|legacy|release|pkg|browser|\.next|compiled|generated)\b/;

/** Findings for entries of package.json whose file is neither tracked nor made by a build. */
export function reportEntries(context: Context, manifests: readonly Manifest[]): void {
  for (const { ecosystem, data, file } of manifests) {
    if (ecosystem !== 'npm' || context.files.length < 2) continue;
    const builds =
      record(data['scripts'])['build'] !== undefined ||
      record(data['scripts'])['prepare'] !== undefined ||
      record(data['scripts'])['prepack'] !== undefined;
    for (const field of ['main', 'module', 'types', 'typings', 'browser'] as const) {
      const entry = text(data[field])?.replace(/^\.\//, '');
      if (entry === undefined || entry === '' || entry.includes('*') || entry.startsWith('..')) continue;
      const path = file.dir === '' ? entry : `${file.dir}/${entry}`;
      const bare = path.replace(/\/$/, '');
      const found = [
        '',
        '.js',
        '.json',
        '.node',
        '.mjs',
        '.cjs',
        '.ts',
        '.d.ts',
        '/index.js',
        '/index.ts',
        '/index.mjs',
        '/index.cjs',
        '/index.d.ts',
      ].some((ending) => context.byPath.has(bare + ending));
      if (found || builds || builtFolder.test(entry) || at(data, 'publishConfig') !== undefined) continue;
      context.section.finding({
        rule: 'package-entry-missing',
        severity: 'medium',
        title: `"${field}" of package.json names a file that is not there`,
        path: file.path,
        detail: `${entry} is not tracked, and no build script says that it is made.`,
        advice: 'Mend the path, or say in a build script how the file is made.',
      });
    }
  }
}
