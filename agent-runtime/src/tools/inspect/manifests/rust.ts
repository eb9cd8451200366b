import { parse } from 'smol-toml';
import type { Dependency, Parsed, Scope } from './manifest';
import { isRecord, record, text } from './values';

const tables: [string, Scope][] = [
  ['dependencies', 'runtime'],
  ['dev-dependencies', 'development'],
  ['build-dependencies', 'build'],
];

/** Parses Cargo.toml, with target-specific tables and those of the workspace. Throws on bad TOML. */
export function parseCargo(source: string): Parsed {
  const data: Record<string, unknown> = parse(source);
  const pack = record(data['package']);
  const workspace = record(data['workspace']);
  const shared = record(workspace['package']);
  const dependencies: Dependency[] = [];
  const holders = [data, ...Object.values(record(data['target'])), { dependencies: workspace['dependencies'] }];
  for (const holder of holders)
    for (const [table, scope] of tables) {
      const plain = table === 'dev-dependencies' ? 'dev_dependencies' : table.replace('-', '_');
      for (const [name, value] of Object.entries({
        ...record(record(holder)[plain]),
        ...record(record(holder)[table]),
      }))
        dependencies.push(toDependency(name, value, scope));
    }
  const inherited = (key: string): string | undefined =>
    text(pack[key]) ?? (isRecord(pack[key]) ? text(shared[key]) : undefined);
  const licence = inherited('license') ?? text(shared['license']);
  return {
    name: text(pack['name']),
    version: inherited('version'),
    licences: licence === undefined ? [] : [licence],
    dependencies,
    data,
  };
}

function toDependency(name: string, value: unknown, scope: Scope): Dependency {
  const table = record(value);
  const git = text(table['git']);
  const path = text(table['path']);
  const version = text(value) ?? text(table['version']);
  const optional = table['optional'] === true && scope === 'runtime';
  const local = table['workspace'] === true ? 'workspace' : path === undefined ? '' : `path ${path}`;
  return {
    name,
    spec: version ?? (git === undefined ? local : `git+${git}`),
    scope: optional ? 'optional' : scope,
    pinned: /^=\s*\d/.test(version ?? '') || table['rev'] !== undefined || (version === undefined && local !== ''),
  };
}
