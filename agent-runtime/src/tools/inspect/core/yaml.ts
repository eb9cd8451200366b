import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type Document,
  type Node,
} from 'yaml';

/** YAML above this many characters is not parsed: the parser needs about a second for a megabyte. */
export const maxYaml = 400_000;

/** One document of a YAML file. */
export interface YamlDocument {
  /** Plain values; aliases resolved within bounds. */
  value: unknown;
  /** Line of the node at a path, or that of its nearest parent that exists. */
  line: (path: readonly (string | number)[]) => number;
}

/** The documents of a YAML file, or the first fault. */
export function parseYaml(source: string): { documents: YamlDocument[]; error?: { message: string; line: number } } {
  if (source.length > maxYaml) return { documents: [] };
  const lines = new LineCounter();
  try {
    const parsed = parseAllDocuments(source, {
      lineCounter: lines,
      logLevel: 'silent',
      uniqueKeys: false,
      strict: false,
    });
    if ('empty' in parsed) return { documents: [] };
    const documents: YamlDocument[] = [];
    for (const document of parsed) {
      const [fault] = document.errors;
      if (fault)
        return {
          documents,
          error: { message: fault.message.split('\n', 1)[0] ?? '', line: lines.linePos(fault.pos[0]).line },
        };
      documents.push({ value: document.toJS({ maxAliasCount: 100 }), line: (path) => lineAt(document, path, lines) });
    }
    return { documents };
  } catch (error) {
    return {
      documents: [],
      error: {
        message: error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : 'cannot be parsed',
        line: 1,
      },
    };
  }
}

function lineAt(document: Document, path: readonly (string | number)[], lines: LineCounter): number {
  let node: unknown = document.contents;
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  for (const key of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find((item) => (isScalar(item.key) ? String(item.key.value) : undefined) === String(key));
      if (!pair) break;
      offset = rangeStart(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(key)];
      offset = rangeStart(node) ?? offset;
    } else break;
  }
  return Math.max(1, lines.linePos(offset).line);
}

function rangeStart(node: unknown): number | undefined {
  return isNode(node) ? (node as Node).range?.[0] : undefined;
}
