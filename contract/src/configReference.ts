import { z } from 'zod';
import { agentTypeNames } from './agents';

/** The parts of a JSON Schema that the reference shows. */
interface Node {
  type?: string | string[];
  description?: string;
  default?: unknown;
  enum?: unknown[];
  const?: string | number | boolean;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  properties?: Record<string, Node>;
  required?: string[];
  additionalProperties?: Node | boolean;
  propertyNames?: Node;
  items?: Node;
  anyOf?: Node[];
  oneOf?: Node[];
  $ref?: string;
  $defs?: Record<string, Node>;
}

interface Row {
  path: string;
  type: string;
  fallback: string;
  meaning: string;
}

/**
 * A reference of a configuration as Markdown, made from its schema so that it cannot say what the program does not do: a section
 * and a table for each key of the root. `io` says whether fields with a default are shown as input (may be left out) or output.
 */
export function configReference(schema: z.ZodType, io: 'input' | 'output' = 'input'): string {
  const root = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Node; // the shape named above is a part of JSON Schema
  const { properties = {} } = withoutReferences(root, root.$defs ?? {});
  return Object.entries(properties)
    .map(([key, node]) => `## ${key}\n\n${tableOf(rowsOf(node, key, true))}`)
    .join('\n\n');
}

/** Schemas with an id of their own stand under $defs; none of ours holds itself. */
function withoutReferences(node: Node, definitions: Record<string, Node>): Node {
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    return typeof value === 'object' && value !== null ? withoutReferences(value, definitions) : value;
  };
  const target = node.$ref === undefined ? undefined : definitions[node.$ref.replace('#/$defs/', '')];
  const whole = { ...target, ...node };
  delete whole.$ref;
  delete whole.$defs;
  return Object.fromEntries(Object.entries(whole).map(([key, value]) => [key, resolve(value)]));
}

function rowsOf(node: Node, path: string, top: boolean): Row[] {
  const row: Row = { path, type: typeOf(node), fallback: fallbackOf(node), meaning: node.description ?? '' };
  const below = childrenOf(node, path);
  const own = below.length > 0 && row.meaning === '' && !top ? [] : [row];
  return [...own, ...below];
}

function childrenOf(node: Node, path: string): Row[] {
  const kinds = node.oneOf ?? node.anyOf;
  if (kinds !== undefined && kinds.some(({ properties }) => properties !== undefined)) return rowsOfKinds(kinds, path);
  if (node.properties !== undefined)
    return Object.entries(node.properties).flatMap(([key, child]) => rowsOf(child, `${path}.${key}`, false));
  if (typeof node.additionalProperties === 'object') {
    const named = node.propertyNames?.enum;
    const key = named !== undefined && named.length === agentTypeNames.length ? '<agent type>' : '<name>';
    const child = node.additionalProperties;
    return child.properties === undefined &&
      child.oneOf === undefined &&
      child.anyOf === undefined &&
      child.description === undefined
      ? []
      : rowsOf(child, `${path}.${key}`, false);
  }
  if (node.items?.properties !== undefined) return childrenOf(node.items, `${path}[]`);
  return [];
}

/** Fields of several kinds of one thing: those that all kinds have stand once, the others name their kind. */
function rowsOfKinds(kinds: readonly Node[], path: string): Row[] {
  const perKind = kinds.map((kind) => ({
    name: kind.properties?.['kind']?.const,
    rows: childrenOf(kind, path).filter((row) => row.path !== `${path}.kind`),
  }));
  const text = (row: Row): string => JSON.stringify(row);
  const inAll = (row: Row): boolean => perKind.every(({ rows }) => rows.some((other) => text(other) === text(row)));
  const names = perKind.flatMap(({ name }) => (typeof name === 'string' ? [`\`${name}\``] : []));
  const kindRow: Row[] =
    names.length === 0 ? [] : [{ path: `${path}.kind`, type: names.join(', '), fallback: '', meaning: '' }];
  const shared = (perKind[0]?.rows ?? []).filter(inAll);
  const own = perKind.flatMap(({ name, rows }) =>
    rows
      .filter((row) => !inAll(row))
      .map((row) => (typeof name === 'string' ? { ...row, meaning: `For ${name}. ${row.meaning}`.trim() } : row)),
  );
  return [...kindRow, ...shared, ...own];
}

function typeOf(node: Node): string {
  if (node.const !== undefined) return `\`${String(node.const)}\``;
  if (node.enum !== undefined)
    return node.enum.length === agentTypeNames.length
      ? 'agent type'
      : node.enum.map((value) => `\`${String(value)}\``).join(', ');
  const kinds = node.oneOf ?? node.anyOf;
  if (kinds !== undefined) return [...new Set(kinds.map(typeOf))].join(' or ');
  const type = Array.isArray(node.type) ? node.type.join(' or ') : (node.type ?? 'any');
  if (type === 'array') return `list of ${node.items === undefined ? 'any' : typeOf(node.items)}`;
  return `${type === 'object' ? 'map' : type}${rangeOf(node)}`;
}

function rangeOf({ minimum, maximum }: Node): string {
  const [low, high] = [minimum, maximum].map((bound) =>
    bound === undefined || Math.abs(bound) >= Number.MAX_SAFE_INTEGER ? undefined : bound,
  );
  if (low !== undefined && high !== undefined) return `, ${low} to ${high}`;
  return low === undefined ? (high === undefined ? '' : `, at most ${high}`) : `, at least ${low}`;
}

function fallbackOf({ default: value }: Node): string {
  if (value === undefined || (typeof value === 'object' && value !== null)) return '';
  return `\`${JSON.stringify(value)}\``;
}

function tableOf(rows: readonly Row[]): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
  const lines = rows.map(
    ({ path, type, fallback, meaning }) => `| \`${path}\` | ${cell(type)} | ${cell(fallback)} | ${cell(meaning)} |`,
  );
  return ['| key | type | default | meaning |', '|---|---|---|---|', ...lines].join('\n');
}
