import { ensureSchemas } from '../../engines/schemas';
import type { Bundle } from '../../engines/schemas/format';
import type { KubernetesObject } from '../../components/cluster/factory';
import type { ClusterView } from '../providers/kubernetes/file/cluster';
import { presets, type Preset } from '../providers/kubernetes/file/presets';
import { gvkOf, nameOf, namespaceOf, type KubeObject } from '../providers/kubernetes/object';
import { readinessFindings } from '../providers/kubernetes/references';
import { checkObject } from '../providers/kubernetes/rules';
import { Catalog } from '../providers/kubernetes/schema/catalog';
import { normalize } from '../providers/kubernetes/schema/normalize';

/** What an API server of a version, with what it has before anybody deploys, says of objects. */
export class ApiServer {
  private constructor(
    private readonly catalog: Catalog,
    private readonly minor: number,
    private readonly preset: Preset,
    private readonly addOns: readonly Bundle[],
  ) {}

  /** `preset`: gke or plain. `minor`: 34 is 1.34. `addOns`: custom kinds beside those of the preset. */
  static async open(preset: keyof typeof presets, minor: number, addOns: readonly Bundle[] = []): Promise<ApiServer> {
    return new ApiServer(new Catalog(await ensureSchemas()), minor, presets[preset], addOns);
  }

  /** Every fault of every object: its schema, what its kind demands, and what it names and is not there. One line each. */
  faults(objects: readonly KubernetesObject[]): string[] {
    const all = objects.map((object) => this.#normal(JSON.parse(JSON.stringify(object)) as KubeObject)); // plain data
    const view = viewOf([...this.preset.objects, ...all]);
    return all.flatMap((object) => {
      const kind = this.catalog.find(gvkOf(object));
      const title = `${gvkOf(object).kind} ${namespaceOf(object)}/${nameOf(object)}`;
      if (kind === undefined) return [`${title}: no such kind`];
      const served = kind.bundle === 'kubernetes' || [...this.preset.crds, ...this.addOns].includes(kind.bundle);
      const context = { catalog: this.catalog, minor: this.minor };
      return [
        ...(served ? [] : [{ path: 'kind', message: 'this cluster does not have it' }]),
        ...checkObject(object, kind, context),
        ...readinessFindings(view, object),
      ].map(({ path, message }) => `${title}: ${path}: ${message}`);
    });
  }

  #normal(object: KubeObject): KubeObject {
    const kind = this.catalog.find(gvkOf(object));
    return kind === undefined ? object : normalize(object, kind);
  }
}

function viewOf(objects: readonly KubeObject[]): ClusterView {
  const list: ClusterView['list'] = (kind, namespace) =>
    objects.filter((one) => {
      const { group, kind: own } = gvkOf(one);
      return own === kind.kind && group === kind.group && (namespace === '' || namespaceOf(one) === namespace);
    });
  const get: ClusterView['get'] = (kind, namespace, name) =>
    list(kind, namespace).find((one) => nameOf(one) === name && namespaceOf(one) === namespace) ??
    (kind.kind === 'ServiceAccount' && name === 'default'
      ? { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } }
      : undefined);
  return { get, list };
}
