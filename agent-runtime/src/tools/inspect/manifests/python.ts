import { parse } from 'smol-toml';
import { parseIni } from './ini';
import type { Dependency, Parsed, Scope } from './manifest';
import { at, list, record, text, texts } from './values';

/** Parses one requirement of PEP 508; undefined for options, links and what is not one. */
function parseRequirement(line: string, scope: Scope): Dependency | undefined {
  const bare =
    line
      .split(/\s#|;|\s--hash/, 1)[0]
      ?.trim()
      .replace(/\\$/, '')
      .trim() ?? '';
  const match = /^([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*(.*)$/.exec(bare);
  const name = match?.[1];
  if (name === undefined) return undefined;
  const rest = (match?.[2] ?? '').trim().replace(/^\((.*)\)$/, '$1');
  if (rest !== '' && !/^(?:[<>=!~]=?|===|@)/.test(rest)) return undefined;
  const direct = rest.startsWith('@');
  const pinned = direct ? /@[0-9a-f]{40}\b/.test(rest) : /^={2,3}\s*[^*,\s]+$/.test(rest);
  return { name, spec: rest, scope, pinned };
}

/** Parses requirements.txt; included files are parsed as manifests of their own. */
export function parseRequirements(source: string, scope: Scope = 'runtime'): Parsed {
  const dependencies: Dependency[] = [];
  for (const line of source.replaceAll('\\\n', ' ').split('\n')) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const egg = /^(?:-e\s+|--editable[= ])?((?:git|hg|svn|bzr)\+\S+|https?:\/\/\S+)/.exec(trimmed);
    if (egg?.[1] !== undefined) {
      const name = /#egg=([\w.-]+)/.exec(egg[1])?.[1] ?? egg[1].split('/').at(-1) ?? egg[1];
      dependencies.push({ name, spec: egg[1], scope, pinned: /@[0-9a-f]{40}\b/.test(egg[1]) });
    } else if (!trimmed.startsWith('-')) {
      const dependency = parseRequirement(trimmed, scope);
      if (dependency) dependencies.push(dependency);
    }
  }
  return { licences: [], dependencies };
}

/** Parses pyproject.toml: PEP 621, PEP 735, Poetry and the build system. Throws on bad TOML. */
export function parsePyproject(source: string): Parsed {
  const data: Record<string, unknown> = parse(source);
  const project = record(data['project']);
  const poetry = record(at(data, 'tool', 'poetry'));
  const dependencies: Dependency[] = [];
  const add = (lines: readonly string[], scope: Scope): void => {
    for (const line of lines) {
      const dependency = parseRequirement(line, scope);
      if (dependency) dependencies.push(dependency);
    }
  };
  add(texts(project['dependencies']), 'runtime');
  for (const group of Object.values(record(project['optional-dependencies']))) add(texts(group), 'optional');
  for (const group of Object.values(record(data['dependency-groups']))) add(texts(group), 'development');
  add(texts(at(data, 'build-system', 'requires')), 'build');
  dependencies.push(...poetryDependencies(poetry['dependencies'], 'runtime'));
  dependencies.push(...poetryDependencies(poetry['dev-dependencies'], 'development'));
  for (const group of Object.values(record(poetry['group'])))
    dependencies.push(...poetryDependencies(record(group)['dependencies'], 'development'));
  return {
    name: text(project['name']) ?? text(poetry['name']),
    version: text(project['version']) ?? text(poetry['version']),
    licences: pythonLicences(project, poetry),
    dependencies,
    data,
  };
}

function pythonLicences(project: Record<string, unknown>, poetry: Record<string, unknown>): string[] {
  const named = [project['license'], poetry['license'], record(project['license'])['text']]
    .map(text)
    .filter((licence) => licence !== undefined && licence.length < 200);
  if (named.length > 0) return named.filter((licence) => licence !== undefined);
  return licenceClassifiers([...texts(project['classifiers']), ...texts(poetry['classifiers'])]);
}

function licenceClassifiers(classifiers: readonly string[]): string[] {
  return classifiers
    .filter((classifier) => classifier.startsWith('License ::'))
    .map((classifier) => classifier.split('::').at(-1)?.trim() ?? '')
    .filter((name) => name !== '' && name !== 'OSI Approved');
}

function poetryDependencies(value: unknown, scope: Scope): Dependency[] {
  return Object.entries(record(value))
    .filter(([name]) => name !== 'python')
    .map(([name, wanted]) => {
      const one = list(wanted)[0] ?? wanted;
      const git = text(record(one)['git']);
      const spec = text(one) ?? text(record(one)['version']) ?? (git === undefined ? '' : `git+${git}`);
      const pinned =
        /^={0,3}\s*\d[\w.+-]*$/.test(spec) || record(one)['rev'] !== undefined || record(one)['path'] !== undefined;
      return { name, spec: spec === '*' ? '' : spec, scope, pinned };
    });
}

/** Parses Pipfile. Throws on bad TOML. */
export function parsePipfile(source: string): Parsed {
  const data: Record<string, unknown> = parse(source);
  const dependencies = [
    ...poetryDependencies(data['packages'], 'runtime'),
    ...poetryDependencies(data['dev-packages'], 'development'),
  ];
  return { licences: [], dependencies, data };
}

/** Parses setup.cfg of setuptools. */
export function parseSetupCfg(source: string): Parsed {
  const ini = parseIni(source);
  const metadata = ini.get('metadata');
  const lines = (value: string | undefined): string[] => value?.split('\n') ?? [];
  const dependencies: Dependency[] = [];
  const add = (value: string | undefined, scope: Scope): void => {
    for (const line of lines(value)) {
      const dependency = parseRequirement(line, scope);
      if (dependency) dependencies.push(dependency);
    }
  };
  add(ini.get('options')?.get('install_requires'), 'runtime');
  for (const value of ini.get('options.extras_require')?.values() ?? []) add(value, 'optional');
  const licence = metadata?.get('license');
  const classifiers = licenceClassifiers(lines(metadata?.get('classifiers')).map((line) => line.trim()));
  return {
    name: metadata?.get('name'),
    version: metadata?.get('version'),
    licences: licence !== undefined && licence !== '' ? [licence] : classifiers,
    dependencies,
    data: Object.fromEntries([...ini].map(([section, values]) => [section, Object.fromEntries(values)])),
  };
}

/** Reads string literals of setup.py's arguments; what is computed there is not seen. */
export function parseSetupPy(source: string): Parsed {
  const dependencies: Dependency[] = [];
  const start = /\binstall_requires[ \t]*=[ \t]*\[/.exec(source);
  const from = start ? start.index + start[0].length : source.length;
  const requires = source.slice(from, Math.max(from, source.indexOf(']', from)));
  for (const match of requires.matchAll(/^[^#\n]*?(["'])([^"'\n]+)\1|,\s*(["'])([^"'\n]+)\3/gm)) {
    const dependency = parseRequirement(match[2] ?? match[4] ?? '', 'runtime');
    if (dependency) dependencies.push(dependency);
  }
  const argument = (key: string): string | undefined =>
    new RegExp(`\\b${key}\\s*=\\s*["']([^"'\\n]{1,200})["']`).exec(source)?.[1];
  const licence = argument('license');
  const classifiers = [...source.matchAll(/["'](License :: [^"'\n]{1,100})["']/g)].map((match) => match[1] ?? '');
  const requirement = argument('python_requires');
  return {
    name: argument('name'),
    version: argument('version'),
    licences: licence !== undefined ? [licence] : licenceClassifiers(classifiers),
    dependencies,
    data: requirement === undefined ? {} : { python_requires: requirement },
  };
}
