import type { SchemaNode } from './format';

/**
 * The published OpenAPI documents leave enumerations out; the Go source that generates them has them. Lines of interest:
 * `"k8s.io/api/core/v1.ServicePort": schema_…(ref)` names a schema's function, `func schema_…(` starts it, a quoted key at
 * property depth starts a property, and `Enum: []interface{}{"A", "B"}` belongs to that property (deeper: to its items).
 */
const registration = /^\s*(?:"([^"]+)"|([\w.]+)\{\}\.OpenAPIModelName\(\)):\s+(schema_\w+)\(ref\)/;
const functionStart = /^func (schema_\w+)\(/;
const propertyStart = /^\t{5}"([^"]+)": \{/;
const enumLine = /^(\t+)Enum:\s+\[\]interface\{\}\{(.*)\},/;
const propertyEnumDepth = 7;

/** `k8s.io/api/core/v1.ServicePort` is published as `io.k8s.api.core.v1.ServicePort`. */
function publishedName(goName: string): string {
  const [host = '', ...path] = goName.split('/');
  return [...host.split('.').reverse(), ...path].join('.');
}

/** One enumeration of the Go source. */
export interface EnumEntry {
  schema: string;
  property: string;
  /** The values are those of the list's items. */
  ofItems: boolean;
  values: string[];
}

/** Reads every enumeration out of Kubernetes' generated OpenAPI source (pkg/generated/openapi/zz_generated.openapi.go). */
export function readEnums(goSource: string): EnumEntry[] {
  const names = new Map<string, string>();
  const entries: EnumEntry[] = [];
  let schema = '';
  let property = '';
  for (const line of goSource.split('\n')) {
    const registered = registration.exec(line);
    if (registered?.[3] !== undefined) {
      names.set(registered[3], publishedName(registered[1] ?? registered[2] ?? ''));
      continue;
    }
    schema = functionStart.exec(line)?.[1] ?? schema;
    property = propertyStart.exec(line)?.[1] ?? property;
    const found = enumLine.exec(line);
    if (found?.[1] === undefined || found[2] === undefined) continue;
    const values = JSON.parse(`[${found[2]}]`) as string[]; // a Go list of string literals is a JSON list
    entries.push({
      schema: names.get(schema) ?? schema,
      property,
      ofItems: found[1].length > propertyEnumDepth,
      values,
    });
  }
  return entries;
}

/** Writes the enumerations into the schemas that have them. Returns how many it placed. */
export function placeEnums(schemas: Record<string, SchemaNode>, enums: readonly EnumEntry[]): number {
  let placed = 0;
  for (const entry of enums) {
    const node = schemas[entry.schema]?.properties?.[entry.property];
    const target = entry.ofItems ? node?.items : node;
    if (target === undefined) continue;
    target.enum = entry.values;
    placed += 1;
  }
  return placed;
}
