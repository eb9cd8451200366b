import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileCrds, metaSchemas, type CustomResourceDefinition } from '../../../../engines/schemas/crds';
import type { Bundle, KindInfo, SchemaIndex, SchemaNode, VersionDocument } from '../../../../engines/schemas/format';
import { groupVersion, type Gvk } from '../object';
import { suggestion } from './text';

/** A kind that a cluster may have, with the schema of its objects. */
export interface KnownKind {
  info: KindInfo;
  bundle: Bundle;
  schema: SchemaNode;
  /** Follows a `$ref`. */
  resolve: (reference: string) => SchemaNode;
}

/** The kinds of Kubernetes 1.34 and of the CRDs in the cache. Documents are read when they are first asked for. */
export class Catalog {
  readonly #index: SchemaIndex;
  readonly #documents = new Map<string, VersionDocument>();
  /** Of CRDs that the program itself deploys, by `group/version`. */
  readonly #learned = new Map<string, VersionDocument>();

  /** @param directory what `ensureSchemas` made. @throws when it is not there. */
  constructor(private readonly directory: string) {
    this.#index = this.#read('index.json') as SchemaIndex; // written by ensureSchemas
  }

  #read(file: string): unknown {
    try {
      return JSON.parse(readFileSync(join(this.directory, file), 'utf8'));
    } catch (cause) {
      throw new Error(
        `Kubernetes schemas are not at ${this.directory}: run \`npx tsx test/engines/schemas/main.ts\`, or set KUBERNETES_STAND_IN_SCHEMAS`,
        { cause },
      );
    }
  }

  #document(name: string): VersionDocument | undefined {
    const entry = this.#index.versions[name];
    if (entry === undefined) return undefined;
    const document = this.#documents.get(name) ?? (this.#read(entry.file) as VersionDocument); // written by ensureSchemas
    this.#documents.set(name, document);
    return document;
  }

  /** The kind, or undefined when neither the API server nor a known CRD has it. */
  find(gvk: Gvk): KnownKind | undefined {
    const name = groupVersion(gvk);
    const document = [this.#learned.get(name), this.#document(name)].find((one) => one?.kinds[gvk.kind] !== undefined);
    const info = document?.kinds[gvk.kind];
    if (document === undefined || info === undefined) return undefined;
    const resolve = (reference: string): SchemaNode => {
      const schema = document.schemas[reference];
      if (schema === undefined) throw new Error(`${name} has no schema ${reference}`);
      return schema;
    };
    return { info, bundle: document.bundle, schema: resolve(info.schema), resolve };
  }

  /** Takes in the kinds of a CustomResourceDefinition, as the API server does once it is deployed. */
  learn(definition: CustomResourceDefinition): void {
    const meta = metaSchemas(this.#document('v1')?.schemas ?? {});
    for (const document of compileCrds('program', [definition], meta)) {
      const before = this.#learned.get(document.groupVersion);
      this.#learned.set(document.groupVersion, {
        ...document,
        kinds: { ...before?.kinds, ...document.kinds },
        schemas: { ...before?.schemas, ...document.schemas },
      });
    }
  }

  /** The versions that have the kind. */
  versionsOf({ group, kind }: Pick<Gvk, 'group' | 'kind'>): string[] {
    return [...Object.entries(this.#index.versions), ...this.#learned].flatMap(([name, { kinds }]) => {
      const [version = '', of = ''] = name.split('/').toReversed();
      return of === group && kinds[kind] !== undefined ? [version] : [];
    });
  }

  /** What to write instead of a kind that is not there. */
  suggest(gvk: Gvk): string {
    const here = this.#index.versions[groupVersion(gvk)]?.kinds;
    if (here !== undefined) {
      const near = suggestion(gvk.kind, Object.keys(here));
      if (near !== '') return near;
    }
    const versions = Object.entries(this.#index.versions).filter(([, { kinds }]) => kinds[gvk.kind] !== undefined);
    if (versions.length > 0) return ` (${gvk.kind} is in ${versions.map(([version]) => version).join(', ')})`;
    return suggestion(groupVersion(gvk), Object.keys(this.#index.versions));
  }

  /** The plural names, with subresources (`pods/log`), of every kind of a group in any version; undefined for an unknown group. */
  resourcesOf(group: string): Set<string> | undefined {
    const found = Object.entries(this.#index.versions).filter(
      ([version]) => (version.includes('/') ? version.split('/')[0] : '') === group,
    );
    if (found.length === 0) return undefined;
    return new Set(
      found.flatMap(([, { kinds }]) =>
        Object.values(kinds).flatMap(({ plural, subresources }) => [
          plural,
          ...subresources.map((subresource) => `${plural}/${subresource}`),
        ]),
      ),
    );
  }
}
