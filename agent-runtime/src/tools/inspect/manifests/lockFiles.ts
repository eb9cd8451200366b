import { posix } from 'node:path';
import { parse } from 'yaml';
import type { Context } from '../core/context';
import type { FileEntry } from '../core/fileIndex';
import { globMatcher } from '../../workspace/glob';
import type { Ecosystem, Manifest } from './manifest';
import { workspaceGlobs } from './npm';
import { isRecord, texts } from './values';

const locks: Partial<Record<Ecosystem, readonly string[]>> = {
  npm: [
    'package-lock.json',
    'npm-shrinkwrap.json',
    'yarn.lock',
    'pnpm-lock.yaml',
    'bun.lock',
    'bun.lockb',
    'deno.lock',
  ],
  PyPI: ['uv.lock', 'poetry.lock', 'pdm.lock', 'Pipfile.lock', 'pixi.lock', 'pylock.toml'],
  Go: ['go.sum'],
  Rust: ['Cargo.lock'],
  Java: ['gradle.lockfile'],
  Ruby: ['Gemfile.lock', 'gems.locked'],
  PHP: ['composer.lock'],
};

/** Ecosystems whose lock file lies beside the manifest and nowhere else. */
const besideOnly: readonly Ecosystem[] = ['Go', 'PHP'];

/** The lock file that fixes a manifest's versions: beside it or, where it is a member of a workspace, in the folder of that. */
export function lockFor(context: Context, manifest: Manifest, manifests: readonly Manifest[]): FileEntry | undefined {
  const { ecosystem, file } = manifest;
  const names = [...(locks[ecosystem] ?? []), ...compiled(file)];
  for (let dir = file.dir; ; dir = dir.slice(0, Math.max(0, dir.lastIndexOf('/')))) {
    const counts = dir === file.dir || holds(context, dir, manifest, manifests);
    const found = counts ? lockIn(context, dir, names) : undefined;
    if (found) return found;
    if (dir === '') return ecosystem === 'npm' ? ofRush(context) : undefined;
  }
}

/** What pip-compile makes of requirements.in. */
function compiled({ name }: FileEntry): string[] {
  return name.endsWith('.in') ? [`${name.slice(0, -3)}.txt`] : [];
}

function lockIn({ byPath }: Context, dir: string, names: readonly string[]): FileEntry | undefined {
  for (const name of names) {
    const found = byPath.get(dir === '' ? name : `${dir}/${name}`);
    if (found) return found;
  }
  return undefined;
}

/** Rush keeps the lock of all projects in a folder of its own. */
function ofRush({ byPath }: Context): FileEntry | undefined {
  if (!byPath.has('rush.json')) return undefined;
  return ['pnpm-lock.yaml', 'npm-shrinkwrap.json', 'yarn.lock']
    .map((name) => byPath.get(`common/config/rush/${name}`))
    .find((found) => found !== undefined);
}

/** Whether the manifest of a folder above counts this one as its own: its lock file is this one's too. */
function holds(context: Context, dir: string, { ecosystem, file }: Manifest, manifests: readonly Manifest[]): boolean {
  if (besideOnly.includes(ecosystem)) return false;
  const above = manifests.find((one) => one.ecosystem === ecosystem && one.file.dir === dir && one.file !== file);
  if (ecosystem === 'Rust') return above !== undefined && isRecord(above.data['workspace']);
  if (ecosystem !== 'npm') return true;
  const below = dir === '' ? file.dir : file.dir.slice(dir.length + 1);
  const globs = [...(above === undefined ? [] : workspaceGlobs(above.data)), ...pnpmGlobs(context, dir)];
  const fits = (one: string): boolean => matches(one, below);
  const left = globs.filter((glob) => glob.startsWith('!')).map((glob) => glob.slice(1));
  return globs.some((glob) => !glob.startsWith('!') && fits(glob)) && !left.some(fits);
}

function pnpmGlobs(context: Context, dir: string): string[] {
  const file = context.byPath.get(posix.join(dir, 'pnpm-workspace.yaml'));
  const source = file === undefined ? undefined : context.reader.text(file);
  if (source === undefined || source.length > 100_000) return [];
  try {
    const value: unknown = parse(source, { maxAliasCount: 10, logLevel: 'silent' });
    return isRecord(value) ? texts(value['packages']) : [];
  } catch {
    return [];
  }
}

/** Whether a glob of a workspace means a folder. */
function matches(glob: string, folder: string): boolean {
  const plain = glob.replace(/^\.?\//, '').replace(/\/+$/, '');
  return (plain.includes('/') || plain === '**' || !folder.includes('/')) && globMatcher(plain)(folder);
}
