import type { Context } from '../core/context';
import type { FileEntry } from '../core/fileIndex';
import type { Ecosystem, Manifest } from './manifest';
import { at } from './values';

const locks: Partial<Record<Ecosystem, string[]>> = {
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

/** The lock file that fixes a manifest's versions: beside it or, as workspaces have it, in a folder above. */
export function lockFor(context: Context, manifest: Manifest): FileEntry | undefined {
  const names = locks[manifest.ecosystem] ?? [];
  for (let dir = manifest.file.dir; ; dir = dir.slice(0, Math.max(0, dir.lastIndexOf('/')))) {
    for (const name of names) {
      const found = context.byPath.get(dir === '' ? name : `${dir}/${name}`);
      if (found) return found;
    }
    if (dir === '') return undefined;
  }
}

/** Whether a manifest is that of something that is run, not only used by others. */
function isApplication(context: Context, manifest: Manifest): boolean {
  const { ecosystem, data, file } = manifest;
  const prefix = file.dir === '' ? '' : `${file.dir}/`;
  if (ecosystem === 'npm')
    return data['private'] === true || (manifest.name === undefined && manifest.version === undefined);
  if (ecosystem === 'Rust') return context.byPath.has(`${prefix}src/main.rs`) || Array.isArray(data['bin']);
  if (ecosystem === 'Ruby')
    return file.name === 'Gemfile' && ![...context.byPath.keys()].some((path) => path.endsWith('.gemspec'));
  if (ecosystem === 'PHP')
    return data['type'] === 'project' || (data['type'] === undefined && manifest.name === undefined);
  if (file.name === 'Pipfile') return true;
  return file.name === 'pyproject.toml' && at(data, 'tool', 'poetry', 'package-mode') === false;
}

/** Findings for applications without a lock file, Go modules without go.sum and several lock files of rival package managers. */
export function reportLocks(context: Context, manifests: readonly Manifest[]): void {
  for (const manifest of manifests) {
    const { ecosystem, file } = manifest;
    const third = manifest.dependencies.filter(
      (dependency) => !/^(?:workspace:|file:|link:|path |workspace$)/.test(dependency.spec),
    );
    if (third.length === 0 || lockFor(context, manifest)) continue;
    if (ecosystem === 'Go')
      context.section.finding({
        rule: 'go-sum-missing',
        severity: 'medium',
        title: 'go.mod has requirements but there is no go.sum',
        path: file.path,
        detail: `${third.length} required modules have no recorded checksum.`,
        advice: 'Run `go mod tidy` and commit go.sum.',
      });
    else if (isApplication(context, manifest))
      context.section.finding({
        rule: 'lock-file-missing',
        severity: 'low',
        title: `${file.name} of an application has no lock file`,
        path: file.path,
        detail: `${third.length} direct dependencies; what they resolve to depends on the day of the installation.`,
        advice: 'Commit the lock file of the package manager.',
      });
  }
  for (const [dir, names] of rivals(context))
    context.section.finding({
      rule: 'lock-files-rival',
      severity: 'low',
      title: `Lock files of several package managers: ${names.join(', ')}`,
      path: dir === '' ? names[0] : `${dir}/${names[0] ?? ''}`,
      detail: 'They drift apart, and which one counts depends on who installs.',
      advice: 'Keep the one of the package manager the project uses.',
    });
}

function rivals(context: Context): [string, string[]][] {
  const families = [
    ['package-lock.json', 'npm-shrinkwrap.json'],
    ['yarn.lock'],
    ['pnpm-lock.yaml'],
    ['bun.lock', 'bun.lockb'],
  ];
  const dirs = new Map<string, string[]>();
  for (const file of context.files) {
    if (file.vendored || file.test || file.example || !families.flat().includes(file.name)) continue;
    dirs.set(file.dir, [...(dirs.get(file.dir) ?? []), file.name]);
  }
  return [...dirs].filter(
    ([, names]) => families.filter((family) => family.some((name) => names.includes(name))).length > 1,
  );
}
