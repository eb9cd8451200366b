import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createDeriver } from './derive';
import { typeSchemaSchema, type TypeSchema } from './model';

// Raised when what is derived, or how, changes: files of an older form are then not read.
const FORMAT = 2;

/** Schemas of one package by token, each derived once per package version and kept on disk. */
export interface Schemas {
  readonly version: string;
  /** Undefined when the package has no such type. */
  of(token: string): TypeSchema | undefined;
}

/** The checkout whose node_modules is read: given by the launcher, otherwise found upwards from this file. */
export function checkoutRoot(): string {
  const given = process.env['STAND_IN_ROOT'];
  if (given !== undefined && given !== '') return given;
  return join(__dirname, '..', '..', '..', '..', '..');
}

/** The folder for derived files: STAND_IN_CACHE, by default under the home's cache folder. */
function cacheFolder(): string {
  const given = process.env['STAND_IN_CACHE'];
  if (given !== undefined && given !== '') return given;
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'agent-factory', 'stand-ins');
}

/** @param cache where derived schemas are kept between processes */
export function openSchemas(packageName: string, root = checkoutRoot(), cache = cacheFolder()): Schemas {
  const deriver = createDeriver(root, packageName);
  const folder = join(cache, `schemas-${FORMAT}`, `${packageName.replace(/\W+/g, '_')}-${deriver.version}`);
  const seen = new Map<string, TypeSchema | undefined>();
  return {
    version: deriver.version,
    of: (token) => {
      if (seen.has(token)) return seen.get(token);
      const schema = load(folder, token) ?? deriver.derive(token);
      if (schema !== undefined) save(folder, token, schema);
      seen.set(token, schema);
      return schema;
    },
  };
}

function load(folder: string, token: string): TypeSchema | undefined {
  const path = fileOf(folder, token);
  return existsSync(path) ? typeSchemaSchema.parse(JSON.parse(readFileSync(path, 'utf8'))) : undefined;
}

function save(folder: string, token: string, schema: TypeSchema): void {
  const path = fileOf(folder, token);
  if (existsSync(path)) return;
  mkdirSync(folder, { recursive: true });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, JSON.stringify(schema));
  renameSync(temporary, path);
}

function fileOf(folder: string, token: string): string {
  return join(folder, `${token.replace(/[^\w.-]+/g, '_')}.json`);
}
