import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Bundle } from '../../../../engines/schemas/format';
import { openStore, type Store, type Thing } from '../../shared/store';
import { groupVersion, gvkOf, nameOf, namespaceOf, type Gvk, type KubeObject } from '../object';
import type { KnownKind } from '../schema/catalog';
import { clusterFileSchema, presets, type ClusterFile, type Preset } from './presets';

/** A kind whatever its version, with the versions that the store may hold it in. */
type GroupKind = Pick<Gvk, 'group' | 'kind'>;

const definitions: GroupKind = { group: 'apiextensions.k8s.io', kind: 'CustomResourceDefinition' };

/** What exists in a cluster, as the checks of references see it. */
export interface ClusterView {
  get(kind: GroupKind, namespace: string, name: string): KubeObject | undefined;
  /** All of a kind in a namespace (or, for an empty one, everywhere). */
  list(kind: GroupKind, namespace: string): KubeObject[];
}

/** The type token of a kind: what the store files things under. */
export function typeOf(gvk: Gvk): string {
  return `kubernetes:${gvk.group === '' ? 'core' : gvk.group}/${gvk.version}:${gvk.kind}`;
}

/** Reads `cluster.json`; throws with the path of a mistake in it. */
export function readClusterFile(directory: string): ClusterFile {
  const path = join(directory, 'cluster.json');
  if (!existsSync(path)) return {};
  const parsed = clusterFileSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
  if (!parsed.success) throw new Error(`${path}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** The cluster of a state directory: what its preset has, and what was deployed. */
export class FileCluster implements ClusterView {
  readonly store: Store;
  readonly #preset: Preset;
  readonly #crds: ReadonlySet<Bundle>;
  readonly #versions: (kind: GroupKind) => string[];

  /** @param versions the versions in which a kind may have been deployed. */
  constructor(directory: string, file: ClusterFile, preset: 'gke' | 'plain', versions: (kind: GroupKind) => string[]) {
    this.store = openStore(directory);
    this.#preset = presets[file.preset ?? preset];
    this.#crds = new Set<Bundle>(file.crds ?? this.#preset.crds);
    this.#versions = versions;
  }

  /** Whether the API server knows the kind: its own, a CRD's of the preset, or a CRD's that was deployed. */
  serves(kind: KnownKind, gvk: Gvk): boolean {
    if (kind.bundle === 'kubernetes' || this.#crds.has(kind.bundle)) return true;
    return this.get(definitions, '', `${kind.info.plural}.${gvk.group}`) !== undefined;
  }

  /** The thing as it was stored, secret parts hidden. */
  find(gvk: Gvk, namespace: string, name: string): Thing | undefined {
    return this.store.get(typeOf(gvk), namespace === '' ? name : `${namespace}/${name}`);
  }

  get(kind: GroupKind, namespace: string, name: string): KubeObject | undefined {
    for (const version of this.#versions(kind)) {
      const thing = this.find({ ...kind, version }, namespace, name);
      if (thing !== undefined) return thing.properties;
    }
    const builtIn = this.#builtIn(kind).find((one) => nameOf(one) === name && namespaceOf(one) === namespace);
    return builtIn ?? this.#madeByControllers(kind, namespace, name);
  }

  list(kind: GroupKind, namespace: string): KubeObject[] {
    const deployed = this.#versions(kind).flatMap((version) => this.store.list(typeOf({ ...kind, version })));
    return [...this.#builtIn(kind), ...deployed.map((thing) => thing.properties)].filter(
      (one) => namespace === '' || namespaceOf(one) === namespace,
    );
  }

  #builtIn(kind: GroupKind): KubeObject[] {
    return this.#preset.objects.filter((one) => gvkOf(one).kind === kind.kind && gvkOf(one).group === kind.group);
  }

  /** Every namespace gets a ServiceAccount and the cluster's CA. */
  #madeByControllers(kind: GroupKind, namespace: string, name: string): KubeObject | undefined {
    const made = { ServiceAccount: 'default', ConfigMap: 'kube-root-ca.crt' }[kind.kind];
    if (kind.group !== '' || made !== name) return undefined;
    if (this.get({ group: '', kind: 'Namespace' }, '', namespace) === undefined) return undefined;
    return {
      apiVersion: groupVersion({ ...kind, version: 'v1' }),
      kind: kind.kind,
      metadata: { name, namespace },
      data: { 'ca.crt': '' },
    };
  }
}
