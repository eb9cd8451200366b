import { placeEnums, type EnumEntry } from './enums';
import type { KindInfo, SchemaNode, VersionDocument } from './format';

interface GroupVersionKind {
  group: string;
  version: string;
  kind: string;
}

type Operation = { 'x-kubernetes-group-version-kind'?: GroupVersionKind; 'x-kubernetes-action'?: string };

/** The parts of a published OpenAPI v3 document that are read. */
export interface OpenApiDocument {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, SchemaNode & { 'x-kubernetes-group-version-kind'?: GroupVersionKind[] }> };
}

const dropped = new Set([
  'description',
  'externalDocs',
  'x-kubernetes-group-version-kind',
  'x-kubernetes-patch-merge-key',
  'x-kubernetes-patch-strategy',
  'x-kubernetes-unions',
  'x-kubernetes-validations',
  'title',
  'example',
]);

/** A schema without its prose, with `allOf: [{ $ref }]` (a reference beside a default) folded into one reference. */
export function slim(node: unknown): SchemaNode {
  const walk = (value: unknown, inProperties: boolean): unknown => {
    if (Array.isArray(value)) return value.map((item) => walk(item, false));
    if (value === null || typeof value !== 'object') return value;
    const out: Record<string, unknown> = {};
    for (const [key, child] of Object.entries(value)) {
      if (!inProperties && dropped.has(key)) continue;
      if (!inProperties && key === '$ref') out[key] = String(child).replace('#/components/schemas/', '');
      // A default is data, not a schema: it is kept as it is.
      else if (!inProperties && key === 'default') out[key] = child;
      else out[key] = walk(child, !inProperties && key === 'properties');
    }
    const only = Array.isArray(out.allOf) && out.allOf.length === 1 ? (out.allOf[0] as SchemaNode) : undefined;
    if (!inProperties && only?.$ref !== undefined) {
      delete out.allOf;
      out.$ref = only.$ref;
    }
    return out;
  };
  return walk(node, false) as SchemaNode;
}

const resourcePath = /^\/apis?\/(?:[^/]+\/)?[^/]+\/(namespaces\/\{namespace\}\/)?([^/{]+)\/\{name\}(?:\/([a-z]+))?$/;

function readKinds(document: OpenApiDocument): Record<string, KindInfo> {
  const kinds: Record<string, KindInfo> = {};
  const subresources = new Map<string, string[]>();
  for (const [path, operations] of Object.entries(document.paths)) {
    // Namespaces are themselves under /namespaces/{name}: their path has no {namespace} part.
    const match = resourcePath.exec(path);
    const plural = match?.[2];
    if (match === null || plural === undefined) continue;
    if (match[3] !== undefined) {
      subresources.set(plural, [...(subresources.get(plural) ?? []), match[3]]);
      continue;
    }
    const gvk = Object.values(operations).find((one) => one['x-kubernetes-group-version-kind'] !== undefined)?.[
      'x-kubernetes-group-version-kind'
    ];
    if (gvk === undefined) continue;
    kinds[gvk.kind] = { plural, namespaced: match[1] !== undefined, subresources: [], schema: schemaOf(document, gvk) };
  }
  for (const kind of Object.values(kinds)) kind.subresources = subresources.get(kind.plural) ?? [];
  return kinds;
}

function schemaOf(document: OpenApiDocument, gvk: GroupVersionKind): string {
  const named = Object.entries(document.components.schemas).find(([, schema]) =>
    schema['x-kubernetes-group-version-kind']?.some(
      (one) => one.kind === gvk.kind && one.version === gvk.version && one.group === gvk.group,
    ),
  );
  if (named === undefined)
    throw new Error(`the OpenAPI document has no schema for ${gvk.group}/${gvk.version} ${gvk.kind}`);
  return named[0];
}

/** Compiles a published OpenAPI v3 document (`apps/v1`, `v1`) and puts the enumerations in. */
export function compileOpenApi(
  groupVersion: string,
  document: OpenApiDocument,
  enums: readonly EnumEntry[],
): VersionDocument {
  const kinds = readKinds(document);
  const schemas = Object.fromEntries(
    Object.entries(document.components.schemas).map(([name, schema]) => [name, slim(schema)]),
  );
  placeEnums(schemas, enums);
  return { groupVersion, bundle: 'kubernetes', kinds, schemas };
}
