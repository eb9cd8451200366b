import { formatPath } from '@agent-factory/contract';
import { LineCounter, isMap, isPair, isScalar, parseDocument, visit, type Document } from 'yaml';
import type { z } from 'zod';
import { factoryConfigSchema, type FactoryConfig } from './schema';

/** One thing wrong in factory.yaml, and where; lines and columns count from 1. */
export interface ConfigFault {
  line: number;
  column: number;
  path: string;
  message: string;
}

export type ConfigCheck = { config: FactoryConfig; faults: [] } | { config: undefined; faults: ConfigFault[] };

const maxBytes = 1_048_576;

/** Reads the text of factory.yaml: the configuration with its defaults, or every fault at once in the order of the text. */
export function checkConfig(text: string): ConfigCheck {
  if (Buffer.byteLength(text) > maxBytes)
    return failed([{ line: 1, column: 1, path: '(root)', message: `is over ${maxBytes} bytes` }]);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false });
  if (document.errors.length > 0) {
    return failed(
      document.errors.map(({ pos, message }) => ({ ...position(lines, pos[0]), path: '(syntax)', message })),
    );
  }
  const unknown = unknownAliases(document, lines);
  if (unknown.length > 0) return failed(unknown);
  const value = toValue(document);
  if (value === tooManyAliases)
    return failed([{ line: 1, column: 1, path: '(root)', message: 'repeats so many aliases that it is not expanded' }]);
  const parsed = factoryConfigSchema.safeParse(value ?? {});
  if (parsed.success) return { config: parsed.data, faults: [] };
  return failed(parsed.error.issues.flatMap((issue) => toConfigFaults(issue, document, lines)));
}

function failed(faults: ConfigFault[]): ConfigCheck {
  return { config: undefined, faults: faults.toSorted((a, b) => a.line - b.line || a.column - b.column) };
}

const tooManyAliases = Symbol('too many aliases');

function unknownAliases(document: Document.Parsed, lines: LineCounter): ConfigFault[] {
  const faults: ConfigFault[] = [];
  visit(document, {
    Alias(_key, alias) {
      if (alias.resolve(document) !== undefined) return;
      faults.push({
        ...position(lines, alias.range?.[0] ?? 0),
        path: '(syntax)',
        message: `*${alias.source} names no anchor before it`,
      });
    },
  });
  return faults;
}

/** What can fail here is the bound on aliases. */
function toValue(document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    return tooManyAliases;
  }
}

function toConfigFaults(issue: z.core.$ZodIssue, document: Document.Parsed, lines: LineCounter): ConfigFault[] {
  const at = (path: readonly PropertyKey[], message: string): ConfigFault => ({
    ...position(lines, offsetOf(document, path)),
    path: formatPath(path),
    message,
  });
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => at([...issue.path, key], 'is not a known field'));
  if (issue.code === 'invalid_key')
    return [
      at(issue.path, `is not one of the names allowed here: ${issue.issues.map(({ message }) => message).join('; ')}`),
    ];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const closest = issue.errors.reduce((best, other) => (other.length < best.length ? other : best));
    return closest.flatMap((inner) =>
      toConfigFaults({ ...inner, path: [...issue.path, ...inner.path] }, document, lines),
    );
  }
  return [at(issue.path, issue.message)];
}

/** Where a path stands: its key when it has one, else its value; of a path that is not there, the nearest parent. */
function offsetOf(document: Document.Parsed, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const parent = document.getIn(path.slice(0, length - 1), true) ?? (length === 1 ? document.contents : undefined);
    const key = path[length - 1];
    if (isMap(parent)) {
      const pair = parent.items.find(
        (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(key),
      );
      if (pair !== undefined && isScalar(pair.key)) return pair.key.range?.[0] ?? 0;
      continue;
    }
    const node = document.getIn(path.slice(0, length), true);
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range))
      return Number(node.range[0]);
  }
  return document.contents?.range[0] ?? 0;
}

function position(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}
