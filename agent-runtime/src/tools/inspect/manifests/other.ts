import type { Dependency, Parsed, Scope } from './manifest';
import { isRecord, list, record, text } from './values';

const quoted = /["']([^"'\n]{1,200})["']/g;

/** Parses Gemfile and *.gemspec by their `gem` and `add_dependency` lines. */
export function parseRuby(source: string): Parsed {
  const dependencies: Dependency[] = [];
  for (const line of source.split('\n')) {
    const match = /^\s*(?:gem|\w+\.(add_(?:runtime_|development_)?dependency))[ (]+(.{1,400})/.exec(line);
    if (!match?.[2]) continue;
    const [name, ...specs] = [...(match[2].split(/\b\w+:|=>|\s#/)[0]?.matchAll(quoted) ?? [])].map(
      (one) => one[1] ?? '',
    );
    if (name === undefined) continue;
    const spec = specs.join(', ');
    const scope: Scope = match[1]?.includes('development') === true ? 'development' : 'runtime';
    dependencies.push({ name, spec, scope, pinned: /^=?\s*\d[\w.]*$/.test(spec) });
  }
  const licence = /\.licenses?\s*=\s*\[?\s*["']([^"'\n]{1,100})["']/.exec(source)?.[1];
  return {
    licences: licence === undefined ? [] : [licence],
    dependencies,
    name: /\.name\s*=\s*["']([^"'\n]{1,100})["']/.exec(source)?.[1],
  };
}

/** Parses composer.json; `php` and `ext-*` are what it needs of the platform, not dependencies. Throws on bad JSON. */
export function parseComposer(source: string): Parsed {
  const data: unknown = JSON.parse(source);
  if (!isRecord(data)) throw new SyntaxError('not a JSON object');
  const dependencies: Dependency[] = [];
  for (const [field, scope] of [
    ['require', 'runtime'],
    ['require-dev', 'development'],
  ] as const)
    for (const [name, value] of Object.entries(record(data[field]))) {
      const spec = text(value) ?? '';
      if (name.includes('/')) dependencies.push({ name, spec, scope, pinned: /^=?v?\d+(?:\.\d+){2,3}$/.test(spec) });
    }
  const licences = [data['license'], ...list(data['license'])].filter((licence) => typeof licence === 'string');
  return { name: text(data['name']), version: text(data['version']), licences, dependencies, data };
}

/** Parses debian/control: Build-Depends and Depends without substitution variables. */
export function parseDebianControl(source: string): Parsed {
  const dependencies = new Map<string, Dependency>();
  let field = '';
  let name: string | undefined;
  for (const line of source.split('\n')) {
    if (line.startsWith('#')) continue;
    const head = /^([A-Za-z-]+):(.*)$/.exec(line);
    if (head) field = (head[1] ?? '').toLowerCase();
    const value = head ? (head[2] ?? '') : line;
    if (field === 'source') name ??= value.trim();
    const scope: Scope | undefined = field.startsWith('build-depends')
      ? 'build'
      : /^(?:pre-)?depends$/.test(field)
        ? 'runtime'
        : undefined;
    if (scope === undefined || line.trim() === '') continue;
    for (const part of value.split(',')) {
      const match = /^\s*([a-z0-9][a-z0-9+.-]*)(?::\w+)?\s*(?:\(([^)]*)\))?/.exec(part);
      if (!match?.[1]) continue;
      const spec = match[2]?.trim() ?? '';
      if (!dependencies.has(`${scope} ${match[1]}`))
        dependencies.set(`${scope} ${match[1]}`, { name: match[1], spec, scope, pinned: /^=\s/.test(spec) });
    }
  }
  return { name, licences: [], dependencies: [...dependencies.values()] };
}

const nativePatterns: Record<string, RegExp[]> = {
  cmake: [
    /^\s*find_package\s*\(\s*([\w+.-]+)(?:\s+(\d[\w.]*))?/i,
    /^\s*pkg_(?:check|search)_modules?\s*\(\s*\w+\s+(?:(?:REQUIRED|QUIET|IMPORTED_TARGET|GLOBAL)\s+)*([\w+.-]+)\s*([<>=]+\s*[\w.]+)?/i,
    /^\s*FetchContent_Declare\s*\(\s*([\w+.-]+)/i,
  ],
  meson: [/\bdependency\s*\(\s*'([\w+.-]+)'(?:.{0,200}?\bversion\s*:\s*'([^']{1,60})')?/],
  autoconf: [
    /^\s*PKG_CHECK_MODULES\s*\(\s*\[?\w+\]?\s*,\s*\[?\s*([\w+.-]+)\s*([<>=]+\s*[\w.]+)?/,
    /^\s*AC_(?:CHECK|SEARCH)_LIB\w*\s*\(\s*\[?([\w+.-]+)\]?/,
  ],
  conan: [
    /^\s*(?:self\.requires\(\s*|requires\s*=\s*)?["']?([a-z0-9][\w+.-]{1,60})\/([\w.+-]{1,40})(?:@\S*)?["']?\)?,?\s*$/,
  ],
};

/** Reads what CMake, Meson, Autoconf and Conan files look for, line by line. */
export function parseNative(kind: 'cmake' | 'meson' | 'autoconf' | 'conan', source: string): Parsed {
  const dependencies = new Map<string, Dependency>();
  for (const line of source.split('\n')) {
    if (/^\s*(?:#|dnl\b)/.test(line)) continue;
    for (const pattern of nativePatterns[kind] ?? []) {
      const match = pattern.exec(line.slice(0, 500));
      const name = match?.[1];
      if (name === undefined || dependencies.has(name)) continue;
      const spec = match?.[2] ?? '';
      dependencies.set(name, { name, spec, scope: 'build', pinned: kind === 'conan' && spec !== '' });
    }
  }
  const project =
    kind === 'cmake'
      ? /^[ \t]*project[ \t]*\([ \t]*([\w+.-]+)/im.exec(source)?.[1]
      : kind === 'meson'
        ? /\bproject[ \t]*\(\s*'([^'\n]{1,80})'/.exec(source)?.[1]
        : undefined;
  return {
    name: project,
    licences: kind === 'meson' ? mesonLicence(source) : [],
    dependencies: [...dependencies.values()],
  };
}

function mesonLicence(source: string): string[] {
  const found = /\blicense\s*:\s*\[?\s*'([^'\n]{1,80})'/.exec(source.slice(0, 4_000))?.[1];
  return found === undefined ? [] : [found];
}

/** Parses vcpkg.json. Throws on bad JSON. */
export function parseVcpkg(source: string): Parsed {
  const data: unknown = JSON.parse(source);
  if (!isRecord(data)) throw new SyntaxError('not a JSON object');
  const dependencies = list(data['dependencies']).map((one): Dependency => {
    const spec = text(record(one)['version>=']) ?? '';
    return { name: text(one) ?? text(record(one)['name']) ?? '?', spec, scope: 'build', pinned: false };
  });
  const licence = text(data['license']);
  return {
    name: text(data['name']),
    version: text(data['version']),
    licences: licence === undefined ? [] : [licence],
    dependencies,
    data,
  };
}
