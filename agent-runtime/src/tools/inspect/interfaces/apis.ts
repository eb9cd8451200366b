import type { Context } from '../core/context';
import type { FileEntry } from '../core/fileIndex';
import { maskComments } from '../core/mask';
import { parseYaml } from '../core/yaml';
import { isRecord, list, record, text } from '../manifests/values';
import { parseXml, type XmlNode } from '../manifests/xml';

/** An API description and what is wrong with it. */
export interface ApiDescription {
  file: FileEntry;
  kind: string;
  title: string | undefined;
  version: string | undefined;
  operations: number;
  /** Set when it cannot be parsed. */
  broken?: { message: string; line?: number | undefined } | undefined;
  faults: { rule: string; title: string; detail: string }[];
}

const methods = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query']);

/** Recognises and parses the API description in a file; undefined for any other file. */
export function describeApi(context: Context, file: FileEntry): ApiDescription | undefined {
  if (file.ext === 'proto') return proto(context, file);
  if (['graphql', 'graphqls', 'gql'].includes(file.ext)) return graphql(context, file);
  if (file.ext === 'wsdl') return wsdl(context, file);
  if (!['json', 'yaml', 'yml'].includes(file.ext)) return undefined;
  const source = context.reader.text(file);
  if (source === undefined) return undefined;
  const head = source.slice(0, 4_000);
  const mark =
    file.ext === 'json'
      ? /^\s{0,20}\{(?:[^{}[\]]{0,1000},)?\s{0,50}"(openapi|swagger|asyncapi)"\s{0,5}:\s{0,5}"\d/.exec(head)
      : /^(openapi|swagger|asyncapi):[ \t]*["']?\d/m.exec(head);
  if (mark?.[1]) return openApi(context, file, source, mark[1]);
  return file.ext === 'json' && head.includes('"$schema"') && /json-schema\.org\/(?:draft|schema)/.test(head)
    ? schema(file, source)
    : undefined;
}

function parseAny(file: FileEntry, source: string): { value: unknown; broken?: { message: string; line?: number } } {
  if (file.ext === 'json') {
    try {
      return { value: JSON.parse(source) };
    } catch (error) {
      return {
        value: undefined,
        broken: { message: error instanceof Error ? error.message.slice(0, 200) : 'not JSON' },
      };
    }
  }
  const { documents, error } = parseYaml(source);
  return error ? { value: undefined, broken: error } : { value: documents[0]?.value };
}

function openApi(context: Context, file: FileEntry, source: string, mark: string): ApiDescription {
  const { value, broken } = parseAny(file, source);
  const kind = mark === 'asyncapi' ? 'AsyncAPI' : mark === 'swagger' ? 'Swagger 2' : 'OpenAPI';
  const info = record(record(value)['info']);
  const base: ApiDescription = {
    file,
    kind,
    title: text(info['title']),
    version: scalar(info['version']),
    operations: 0,
    broken,
    faults: [],
  };
  if (!isRecord(value)) {
    if (!broken)
      base.faults.push({
        rule: 'api-not-parsed',
        title: 'The description was not parsed',
        detail: 'It is too large or empty.',
      });
    return base;
  }
  if (base.title === undefined || base.version === undefined)
    base.faults.push({
      rule: 'api-info-missing',
      title: 'info.title or info.version is missing',
      detail: 'Both are required.',
    });
  const holders =
    mark === 'asyncapi'
      ? ['channels', 'operations']
      : mark === 'swagger'
        ? ['paths']
        : ['paths', 'webhooks', 'components'];
  if (!holders.some((key) => isRecord(value[key])))
    base.faults.push({
      rule: 'api-empty',
      title: `There is no ${holders.join(', ')}`,
      detail: 'The description describes nothing.',
    });
  if (mark === 'asyncapi')
    base.operations = isRecord(value['operations'])
      ? Object.keys(value['operations']).length
      : Object.values(record(value['channels'])).reduce<number>(
          (sum, channel) => sum + ['publish', 'subscribe'].filter((key) => isRecord(record(channel)[key])).length,
          0,
        );
  else countOperations(base, value);
  refFaults(context, base, value);
  return base;
}

function countOperations(base: ApiDescription, value: Record<string, unknown>): void {
  const ids = new Map<string, number>();
  for (const item of [...Object.values(record(value['paths'])), ...Object.values(record(value['webhooks']))])
    for (const [method, operation] of Object.entries(record(item))) {
      if (!methods.has(method) || !isRecord(operation)) continue;
      base.operations += 1;
      const id = text(operation['operationId']);
      if (id !== undefined) ids.set(id, (ids.get(id) ?? 0) + 1);
    }
  const twice = [...ids].filter(([, n]) => n > 1).map(([id]) => id);
  if (twice.length > 0)
    base.faults.push({
      rule: 'api-operation-id-twice',
      title: 'An operationId stands twice',
      detail: twice.slice(0, 10).join(', '),
    });
  if (base.kind === 'OpenAPI' || base.kind === 'Swagger 2') parameterFaults(base, value);
}

function parameterFaults(base: ApiDescription, value: Record<string, unknown>): void {
  const missing: string[] = [];
  for (const [path, item] of Object.entries(record(value['paths']))) {
    const wanted = [...path.matchAll(/\{([^{}]{1,100})\}/g)].map((match) => match[1] ?? '');
    const shared = parameterNames(value, record(item)['parameters']);
    for (const [method, operation] of Object.entries(record(item))) {
      if (!methods.has(method) || record(item)['$ref'] !== undefined) continue;
      const names = [...shared, ...parameterNames(value, record(operation)['parameters'])];
      if (names.includes('?')) continue; // one of them is described in another file
      for (const name of wanted) if (!names.includes(name)) missing.push(`${method.toUpperCase()} ${path}: ${name}`);
    }
  }
  if (missing.length > 0)
    base.faults.push({
      rule: 'api-parameter-missing',
      title: 'A path parameter is not described',
      detail: missing.slice(0, 10).join('; '),
    });
}

function parameterNames(root: unknown, parameters: unknown): string[] {
  return list(parameters).map((one) => {
    const ref = text(record(one)['$ref']);
    const resolved = ref === undefined ? one : ref.startsWith('#') ? pointer(root, ref) : undefined;
    return text(record(resolved)['name']) ?? '?';
  });
}

/** The value a local `#/a/b` points to, or undefined. */
function pointer(root: unknown, ref: string): unknown {
  let current = root;
  if (ref === '#') return root;
  for (const raw of ref.slice(2).split('/')) {
    let key = raw;
    try {
      key = decodeURIComponent(raw);
    } catch {
      key = raw; // not percent-encoded after all
    }
    key = key.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(current)) current = current[Number(key)];
    else if (isRecord(current) && Object.hasOwn(current, key)) current = current[key];
    else return undefined;
  }
  return current;
}

/** Every `$ref` of a document, without those inside examples; bounded. */
function refsOf(root: unknown): string[] {
  const refs = new Set<string>();
  const stack: { value: unknown; depth: number; names: boolean }[] = [{ value: root, depth: 0, names: false }];
  for (let steps = 0; stack.length > 0 && steps < 500_000; steps += 1) {
    const { value, depth, names } = stack.pop() ?? { value: undefined, depth: 0, names: false };
    if (depth > 200 || typeof value !== 'object' || value === null) continue;
    for (const [key, child] of Object.entries(value)) {
      if (key === '$ref' && typeof child === 'string' && !names) refs.add(child);
      else if (names || !['example', 'examples', 'default', 'enum', 'const'].includes(key))
        stack.push({
          value: child,
          depth: depth + 1,
          names: ['properties', 'definitions', '$defs', 'schemas', 'patternProperties'].includes(key) && !names,
        });
    }
  }
  return [...refs];
}

function refFaults(context: Context, base: ApiDescription, value: unknown): void {
  const refs = refsOf(value);
  const lost = refs.filter((ref) => (ref.startsWith('#/') ? pointer(value, ref) === undefined : false));
  const away = refs.filter((ref) => /^\.{1,2}\/[^#]+/.test(ref) && !exists(context, base.file, ref));
  if (lost.length + away.length > 0)
    base.faults.push({
      rule: 'api-reference-broken',
      title: `${lost.length + away.length} $ref lead nowhere`,
      detail: [...lost, ...away].slice(0, 10).join(', '),
    });
}

function exists(context: Context, file: FileEntry, ref: string): boolean {
  const parts = file.dir === '' ? [] : file.dir.split('/');
  for (const part of (ref.split('#', 1)[0] ?? '').split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return context.byPath.has(parts.join('/'));
}

function schema(file: FileEntry, source: string): ApiDescription | undefined {
  const { value, broken } = parseAny(file, source);
  if (broken && !/schema/i.test(file.name)) return undefined;
  const id = text(record(value)['$id']) ?? text(record(value)['id']);
  const result: ApiDescription = {
    file,
    kind: 'JSON Schema',
    title: text(record(value)['title']) ?? id,
    version: undefined,
    operations: 0,
    broken,
    faults: [],
  };
  const hasIds = source.includes('"$anchor"') || (source.match(/"\$?id"\s{0,5}:/g)?.length ?? 0) > 1;
  const lost =
    isRecord(value) && !hasIds
      ? refsOf(value).filter((ref) => ref.startsWith('#/') && pointer(value, ref) === undefined)
      : [];
  if (lost.length > 0)
    result.faults.push({
      rule: 'api-reference-broken',
      title: `${lost.length} $ref lead nowhere`,
      detail: lost.slice(0, 10).join(', '),
    });
  return result;
}

function scalar(value: unknown): string | undefined {
  return typeof value === 'number' ? String(value) : text(value);
}

function braceFault(code: string): string | undefined {
  let depth = 0;
  const lines = code.split('\n');
  if (lines.some((line) => line.length > 5_000)) return undefined; // not written by hand: not judged
  for (const c of lines.map((line) => line.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '')).join('\n')) {
    if (c === '{') depth += 1;
    else if (c === '}') depth -= 1;
    if (depth < 0) return 'a } closes nothing';
  }
  return depth === 0 ? undefined : `${depth} { not closed`;
}

function proto(context: Context, file: FileEntry): ApiDescription | undefined {
  const source = context.reader.text(file);
  if (source === undefined) return undefined;
  const code = maskComments(source, 'c');
  const fault = braceFault(code);
  return {
    file,
    kind: 'Protocol Buffers',
    title: /^[ \t]*package[ \t]+([\w.]+)[ \t]*;/m.exec(code)?.[1],
    version: /^[ \t]*(?:syntax|edition)[ \t]*=[ \t]*["']([\w.]+)["']/m.exec(code)?.[1] ?? 'proto2',
    operations: code.match(/^[ \t]*rpc[ \t]+\w+/gm)?.length ?? 0,
    broken: fault === undefined ? undefined : { message: fault },
    faults: [],
  };
}

function graphql(context: Context, file: FileEntry): ApiDescription | undefined {
  const source = context.reader.text(file);
  if (source === undefined) return undefined;
  const code = source.replace(/"""[^]*?"""/g, '').replace(/#[^\n]*/g, '');
  if (!/^[ \t]*(?:extend[ \t]+)?(?:type|schema|interface|input|enum|union|scalar|directive)\b/m.test(code))
    return undefined;
  const fault = braceFault(code);
  let operations = 0;
  for (const match of code.matchAll(
    /^[ \t]*(?:extend[ \t]+)?type[ \t]+(?:Query|Mutation|Subscription)\b[^{\n]{0,200}\{/gm,
  )) {
    const start = match.index + match[0].length;
    const end = code.indexOf('}', start);
    if (end === -1) break;
    operations += code.slice(start, end).match(/^[ \t]*\w+[ \t]*(?:\(|:)/gm)?.length ?? 0;
  }
  return {
    file,
    kind: 'GraphQL',
    title: undefined,
    version: undefined,
    operations,
    broken: fault === undefined ? undefined : { message: fault },
    faults: [],
  };
}

function wsdl(context: Context, file: FileEntry): ApiDescription | undefined {
  const source = context.reader.text(file);
  if (source === undefined) return undefined;
  const result: ApiDescription = {
    file,
    kind: 'WSDL',
    title: undefined,
    version: undefined,
    operations: 0,
    faults: [],
  };
  try {
    const root = parseXml(source).children[0];
    result.title = root?.attributes['name'];
    const walk = (node: XmlNode, inPort: boolean): void => {
      const port = inPort || node.name === 'portType' || node.name === 'interface';
      for (const child of node.children) {
        if (port && child.name === 'operation') result.operations += 1;
        walk(child, port);
      }
    };
    if (root) walk(root, false);
  } catch (error) {
    result.broken = { message: error instanceof Error ? error.message : 'not XML' };
  }
  return result;
}
