import { posix } from 'node:path';
import type { Context } from '../core/context';
import type { Manifest } from './manifest';
import { at, isRecord, record, text } from './values';

/** Which lock file a manifest should have beside it. */
interface Expected {
  /** How many dependencies it would fix. */
  third: number;
  /** What is missing, as the end of a sentence on the manifest. */
  title: string;
  /** What to do. */
  how: string;
}

/** The lock file that the ecosystem expects of what is run and not only used by others; undefined where it expects none. */
export function lockExpected(context: Context, manifest: Manifest): Expected | undefined {
  const { ecosystem, data } = manifest;
  const replaced = ecosystem === 'Go' ? localModules(data['replace']) : new Set<string>();
  const third = manifest.dependencies.filter(
    ({ name, spec, scope }) =>
      !/^(?:workspace:|file:|link:|path |workspace$)/.test(spec) &&
      !replaced.has(name) &&
      (ecosystem !== 'PyPI' || scope === 'runtime'),
  );
  if (third.length === 0) return undefined;
  const lock = lockOf(context, manifest);
  return lock === undefined ? undefined : { third: third.length, ...lock };
}

type Lock = Omit<Expected, 'third'>;
const committed = (lock: string, command: string): Lock => ({
  title: `has no ${lock}`,
  how: `Run \`${command}\` and commit ${lock}.`,
});

function lockOf(context: Context, manifest: Manifest): Lock | undefined {
  const { ecosystem, file } = manifest;
  if (ecosystem === 'Go') return committed('go.sum', 'go mod tidy');
  if (ecosystem === 'npm') return npmLock(context, manifest);
  if (ecosystem === 'PyPI') return pythonLock(context, manifest);
  if (ecosystem === 'Rust' && hasBinary(context, manifest)) return committed('Cargo.lock', 'cargo generate-lockfile');
  if (ecosystem === 'PHP' && isPhpApplication(context, manifest)) return committed('composer.lock', 'composer update');
  if (ecosystem === 'Ruby' && /^gemfile$/i.test(file.name) && !hasGemspec(context, file.dir))
    return committed('Gemfile.lock', 'bundle lock');
  return undefined;
}

/** Whether files beside a manifest say that it is put somewhere and run: an image that takes it in, or the settings of a host of programs. */
function isDeployed({ byPath, reader }: Context, { file }: Manifest): boolean {
  const beside = (name: string): string => posix.join(file.dir, name);
  if (['Procfile', 'fly.toml', 'app.yaml', 'vercel.json'].some((name) => byPath.has(beside(name)))) return true;
  return ['Dockerfile', 'Containerfile'].some((name) => {
    const image = byPath.get(beside(name));
    const text = image === undefined ? undefined : reader.text(image);
    if (text === undefined) return false;
    const copies = text.split('\n').filter((line) => /^[ \t]*(?:COPY|ADD)[ \t]/i.test(line));
    return copies.some((line) => line.includes(file.name) || /[ \t](?:\.|\.\/|package\*\.json)[ \t]/.test(line));
  });
}

function localModules(replace: unknown): Set<string> {
  const lines = Array.isArray(replace) ? replace.filter((line) => typeof line === 'string') : [];
  return new Set(lines.filter((line) => /=>\s*["'`]?\.{0,2}\//.test(line)).map((line) => line.split(/\s/, 1)[0] ?? ''));
}

function hasBinary({ byPath }: Context, { data, file }: Manifest): boolean {
  if (Array.isArray(data['bin']) || byPath.has(posix.join(file.dir, 'src/main.rs'))) return true;
  const folder = posix.join(file.dir, 'src/bin/');
  return [...byPath.keys()].some((path) => path.startsWith(folder));
}

function hasGemspec({ byPath }: Context, dir: string): boolean {
  return [...byPath.values()].some((file) => file.ext === 'gemspec' && file.dir === dir);
}

function isPhpApplication(context: Context, manifest: Manifest): boolean {
  const { type } = manifest.data;
  return type === 'project' || (type === undefined && manifest.name === undefined) || isDeployed(context, manifest);
}

/** Private, nameless, or started and never imported. */
function isNpmApplication(data: Record<string, unknown>, { name, version }: Manifest): boolean {
  if (data['private'] === true || (name === undefined && version === undefined)) return true;
  const used = [
    'main',
    'module',
    'exports',
    'bin',
    'types',
    'typings',
    'browser',
    'files',
    'publishConfig',
    'peerDependencies',
  ];
  const scripts = record(data['scripts']);
  return (
    (text(scripts['start']) ?? text(scripts['serve'])) !== undefined && used.every((key) => data[key] === undefined)
  );
}

/** The lock of the package manager that the project names, or npm's. */
function npmLock(context: Context, manifest: Manifest): Lock | undefined {
  const { data, file } = manifest;
  if (!isNpmApplication(data, manifest) && !isDeployed(context, manifest)) return undefined;
  const beside = (name: string): boolean => context.byPath.has(posix.join(file.dir, name));
  const named = text(data['packageManager'])?.split('@', 1)[0];
  if (named === 'pnpm' || beside('pnpm-workspace.yaml'))
    return committed('pnpm-lock.yaml', 'pnpm install --lockfile-only');
  if (named === 'yarn' || beside('.yarnrc.yml') || beside('.yarnrc')) return committed('yarn.lock', 'yarn install');
  if (named === 'bun' || beside('bunfig.toml')) return committed('bun.lock', 'bun install');
  const npmrc = context.byPath.get('.npmrc');
  const settings = npmrc === undefined ? '' : (context.reader.text(npmrc) ?? '');
  if (/^[ \t]*package-lock[ \t]*=[ \t]*false/m.test(settings)) return undefined; // without one on purpose
  return committed('package-lock.json', 'npm install --package-lock-only');
}

function pythonLock(context: Context, manifest: Manifest): Lock | undefined {
  const { data, file, dependencies } = manifest;
  if (/^pipfile$/i.test(file.name)) return committed('Pipfile.lock', 'pipenv lock');
  if (file.name.endsWith('.in')) {
    const target = `${file.name.slice(0, -3)}.txt`;
    return /^requirements/i.test(file.name) ? committed(target, `pip-compile ${file.name}`) : undefined;
  }
  if (/\.txt$/i.test(file.name)) {
    const loose = dependencies.some(({ pinned, scope }) => scope === 'runtime' && !pinned);
    const isRun = context.byPath.has(posix.join(file.dir, 'manage.py')) || isDeployed(context, manifest);
    return loose && isRun
      ? {
          title: 'leaves versions open',
          how: 'Name one version of each (==), with what they need: pip-compile or `uv pip compile` writes such a file.',
        }
      : undefined;
  }
  if (file.name !== 'pyproject.toml') return undefined;
  const poetry = record(at(data, 'tool', 'poetry'));
  const isPackage = isRecord(data['build-system']) && poetry['package-mode'] !== false;
  if (isPackage && !isDeployed(context, manifest)) return undefined;
  if (Object.keys(poetry).length > 0) return committed('poetry.lock', 'poetry lock');
  return at(data, 'tool', 'pdm') === undefined ? committed('uv.lock', 'uv lock') : committed('pdm.lock', 'pdm lock');
}
