import type { Dependency, Parsed, Scope } from './manifest';
import { isRecord, list, record, text } from './values';

const fields: [string, Scope][] = [
  ['dependencies', 'runtime'],
  ['peerDependencies', 'peer'],
  ['optionalDependencies', 'optional'],
  ['devDependencies', 'development'],
];

/** Whether an npm specification allows one version only: an exact version, a commit, a file or a workspace member. */
function npmPinned(spec: string): boolean {
  const wanted = spec.startsWith('npm:') ? spec.slice(spec.lastIndexOf('@') + 1) : spec;
  return (
    /^=?v?\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$/.test(wanted) ||
    /^(?:file|link|portal|workspace|catalog):/.test(wanted) ||
    /#[0-9a-f]{40}$/.test(wanted)
  );
}

/** Parses package.json. Throws a SyntaxError on bad JSON. */
export function parseNpm(source: string): Parsed {
  const parsed: unknown = JSON.parse(source);
  if (!isRecord(parsed)) throw new SyntaxError('not a JSON object');
  const data = parsed;
  const dependencies: Dependency[] = [];
  for (const [field, scope] of fields)
    for (const [name, value] of Object.entries(record(data[field]))) {
      const spec = text(value);
      if (spec !== undefined) dependencies.push({ name, spec, scope, pinned: npmPinned(spec) });
    }
  const licences = [data['license'], ...list(data['licenses'])]
    .map((licence) => text(licence) ?? text(record(licence)['type']))
    .filter((licence) => licence !== undefined);
  return { name: text(data['name']), version: text(data['version']), licences, dependencies, data };
}

/** The globs of package.json workspaces, in either form. */
export function workspaceGlobs(data: Record<string, unknown>): string[] {
  const value = data['workspaces'];
  const globs = Array.isArray(value) ? value : list(record(value)['packages']);
  return globs.filter((glob) => typeof glob === 'string');
}
