import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadCompiler, parseDeclarations, parseEnums, type Declarations } from './declarations';
import type { ObjectSchema, Shape, TypeSchema } from './model';

/** Derives schemas of one installed Pulumi package from its type declarations. */
export interface Deriver {
  /** The package's version. */
  readonly version: string;
  /** The schema of a resource (`gcp:redis/instance:Instance`) or function token; undefined when the package has none. */
  derive(token: string): TypeSchema | undefined;
}

/**
 * @param root the checkout, whose node_modules holds the package and the compiler
 * @param packageName such as `@pulumi/gcp`
 */
export function createDeriver(root: string, packageName: string): Deriver {
  const folder = join(root, 'node_modules', ...packageName.split('/'));
  const compiler = once(() => loadCompiler(root));
  const enums = once(() => {
    const path = join(folder, 'types', 'enums', 'index.d.ts');
    return existsSync(path) ? parseEnums(compiler(), readFileSync(path, 'utf8')) : new Map<string, string[]>();
  });
  const read = (path: string) => parseDeclarations(compiler(), readFileSync(path, 'utf8'), (name) => enums().get(name));
  // Megabytes each, parsed at most once in a process and only when a type has nested parts.
  const nestedInputs = once(() => read(join(folder, 'types', 'input.d.ts')));
  const nestedOutputs = once(() => read(join(folder, 'types', 'output.d.ts')));
  return {
    version: versionOf(folder),
    derive: (token) => {
      const file = fileOf(folder, token);
      if (file === undefined) return undefined;
      const [, , name = ''] = token.split(':');
      const script = readFileSync(`${file}.js`, 'utf8');
      const declared = read(`${file}.d.ts`);
      if (script.includes(`__pulumiType = '${token}'`)) {
        return resource(token, name, declared, script, nestedInputs, nestedOutputs);
      }
      return script.includes(`"${token}"`) ? invokable(token, name, declared, nestedInputs, nestedOutputs) : undefined;
    },
  };
}

function resource(
  token: string,
  name: string,
  declared: Declarations,
  script: string,
  nestedInputs: () => Declarations,
  nestedOutputs: () => Declarations,
): TypeSchema {
  const inputs = declared.object(`${name}Args`) ?? {};
  const outputs = declared.object(name) ?? {};
  const objects = { ...closure(inputs, nestedInputs, 'in:'), ...closure(outputs, nestedOutputs, 'out:') };
  const listed = /additionalSecretOutputs: (\[[^\]]*\])/.exec(script)?.[1] ?? '[]';
  const secrets = [...listed.matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? '');
  const wrapped = [...script.matchAll(/\? pulumi\.secret\(args\.(\w+)\)/g)].map((match) => match[1] ?? '');
  return {
    token,
    inputs: prefixed(inputs, 'in:'),
    outputs: prefixed(outputs, 'out:'),
    objects,
    secrets: [...new Set([...secrets, ...wrapped])],
  };
}

function invokable(
  token: string,
  name: string,
  declared: Declarations,
  nestedInputs: () => Declarations,
  nestedOutputs: () => Declarations,
): TypeSchema {
  const base = name.charAt(0).toUpperCase() + name.slice(1);
  const inputs = declared.object(`${base}Args`) ?? {};
  const outputs = declared.object(`${base}Result`) ?? {};
  return {
    token,
    inputs: prefixed(inputs, 'in:'),
    outputs: prefixed(outputs, 'out:'),
    objects: { ...closure(inputs, nestedInputs, 'in:'), ...closure(outputs, nestedOutputs, 'out:') },
    secrets: [],
  };
}

/** Every nested type that the properties reach; inputs and outputs have types of one name, so a prefix tells them apart. */
function closure(properties: ObjectSchema, nested: () => Declarations, prefix: string): Record<string, ObjectSchema> {
  const result: Record<string, ObjectSchema> = {};
  const pending = refsOf(properties);
  for (let ref = pending.pop(); ref !== undefined; ref = pending.pop()) {
    if (result[prefix + ref] !== undefined) continue;
    const object = nested().object(ref);
    if (object === undefined) throw new Error(`the package's declarations name ${ref} but do not declare it`);
    result[prefix + ref] = prefixed(object, prefix);
    pending.push(...refsOf(object));
  }
  return result;
}

function refsOf(properties: ObjectSchema): string[] {
  return Object.values(properties).flatMap((property) => refOf(property.shape) ?? []);
}

function refOf(shape: Shape): string | undefined {
  if (shape.kind === 'object') return shape.ref;
  return shape.kind === 'array' || shape.kind === 'map' ? refOf(shape.of) : undefined;
}

function prefixed(properties: ObjectSchema, prefix: string): ObjectSchema {
  const rename = (shape: Shape): Shape => {
    if (shape.kind === 'object') return { kind: 'object', ref: prefix + shape.ref };
    return shape.kind === 'array' || shape.kind === 'map' ? { kind: shape.kind, of: rename(shape.of) } : shape;
  };
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [name, { ...property, shape: rename(property.shape) }]),
  );
}

/** `gcp:projects/iAMMember:IAMMember` stands in projects/iammember; `docker:index/image:Image` in the package's root. */
function fileOf(folder: string, token: string): string | undefined {
  const [, module = '', name] = token.split(':');
  const [space = '', file = ''] = module.split('/');
  if (name === undefined || !/^[\w-]+$/.test(space) || !/^[\w-]+$/.test(file)) return undefined;
  const wanted = (entries: string[], text: string) =>
    entries.find((entry) => entry.toLowerCase() === text.toLowerCase());
  const within = space === 'index' ? '' : wanted(readdirSync(folder), space);
  if (within === undefined) return undefined;
  const declaration = wanted(readdirSync(join(folder, within)), `${file}.d.ts`);
  return declaration === undefined ? undefined : join(folder, within, declaration.replace(/\.d\.ts$/, ''));
}

function versionOf(folder: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const version = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : '';
  return String(version);
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
