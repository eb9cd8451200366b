import { slim } from './openapi';
import type { Bundle, SchemaNode, VersionDocument } from './format';

/** The parts of a CustomResourceDefinition that are read. */
export interface CustomResourceDefinition {
  spec: {
    group: string;
    scope: 'Namespaced' | 'Cluster';
    names: { kind: string; plural: string };
    versions: {
      name: string;
      served: boolean;
      schema: { openAPIV3Schema: SchemaNode };
      subresources?: Record<string, unknown>;
    }[];
  };
}

const objectMeta = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** Compiles CRDs into one document per served group version. `meta` are the schemas of `metadata`, which every CRD leaves out. */
export function compileCrds(
  bundle: Bundle,
  definitions: readonly CustomResourceDefinition[],
  meta: Record<string, SchemaNode>,
): VersionDocument[] {
  const documents = new Map<string, VersionDocument>();
  for (const { spec } of definitions) {
    for (const version of spec.versions) {
      if (!version.served) continue;
      const groupVersion = `${spec.group}/${version.name}`;
      const document = documents.get(groupVersion) ?? { groupVersion, bundle, kinds: {}, schemas: { ...meta } };
      documents.set(groupVersion, document);
      const schema = slim(version.schema.openAPIV3Schema);
      const name = `${groupVersion}.${spec.names.kind}`;
      document.schemas[name] = {
        ...schema,
        properties: {
          ...schema.properties,
          apiVersion: { type: 'string' },
          kind: { type: 'string' },
          metadata: { $ref: objectMeta },
        },
      };
      document.kinds[spec.names.kind] = {
        plural: spec.names.plural,
        namespaced: spec.scope === 'Namespaced',
        subresources: Object.keys(version.subresources ?? {}),
        schema: name,
      };
    }
  }
  return [...documents.values()];
}

/** What is in a file of handwritten/: kinds that share one schema, and where their fields are documented. */
export interface HandwrittenKinds {
  source: string;
  group: string;
  version: string;
  kinds: { kind: string; plural: string; scope: 'Namespaced' | 'Cluster' }[];
  /** Schemas that `$ref` may name, by a name that is unique in its group version. */
  definitions?: Record<string, SchemaNode>;
  schema: SchemaNode;
}

/** Compiles definitions written by hand: all of one bundle, which may share group versions. */
export function compileHandwritten(
  bundle: Bundle,
  files: readonly HandwrittenKinds[],
  meta: Record<string, SchemaNode>,
): VersionDocument[] {
  const definitions = files.flatMap(({ group, version, kinds, schema }) =>
    kinds.map(({ kind, plural, scope }): CustomResourceDefinition => ({
      spec: {
        group,
        scope,
        names: { kind, plural },
        versions: [{ name: version, served: true, schema: { openAPIV3Schema: schema }, subresources: { status: {} } }],
      },
    })),
  );
  const shared = Object.assign({}, meta, ...files.map((file) => file.definitions ?? {})) as Record<string, SchemaNode>;
  return compileCrds(bundle, definitions, shared);
}

/** The schemas that `metadata` needs, out of any compiled document of the API server. */
export function metaSchemas(schemas: Record<string, SchemaNode>): Record<string, SchemaNode> {
  return Object.fromEntries(
    Object.entries(schemas).filter(([name]) => name.startsWith('io.k8s.apimachinery.pkg.apis.meta.')),
  );
}
