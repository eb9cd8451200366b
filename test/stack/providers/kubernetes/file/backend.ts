import { setTimeout as wait } from 'node:timers/promises';
import type { Backend, Outcome, WriteOptions } from '../backend';
import { changesBetween } from '../diff/changes';
import { refusedChanges } from '../diff/forceNew';
import { withoutServerFields } from '../diff/prune';
import { annotateEntries } from '../diff/secrets';
import { groupKind, gvkOf, idOf, nameOf, namespaceOf, type Gvk, type KubeObject } from '../object';
import { admissionFindings, readinessFindings } from '../references';
import { alreadyExists, forbidden, invalid, notFound } from '../refusal';
import { checkObject, type RuleContext } from '../rules';
import type { KnownKind } from '../schema/catalog';
import { learnDefinition } from '../schema/definition';
import { RefusedError } from '../../shared/provider';
import { concealed, revealed } from '../../shared/secrets';
import type { Thing } from '../../shared/store';
import type { Marked } from '../../shared/values';
import { applied, created, updated } from './apply';
import { checkClaimGrowth } from './claims';
import { typeOf, type FileCluster } from './cluster';
import { withDefaults } from './defaults';
import { failOnDemand } from './faults';
import { checkNotStuck, contentsOf } from './namespaces';
import { readyStatus, withAddress } from './status';

const pollMs = 50;

/** How the file backend is made. */
export interface FileBackendOptions extends RuleContext {
  directory: string;
  cluster: FileCluster;
  unreachable: boolean;
  /** How long an object may wait for what it names to appear, before it counts as not ready. */
  patienceMs: number;
}

/** A cluster in a directory: one file an object. It refuses and completes what the API server and its controllers would. */
export class FileBackend implements Backend {
  constructor(private readonly options: FileBackendOptions) {}

  async connect(): Promise<void> {
    for (const definition of this.options.cluster.list(
      { group: 'apiextensions.k8s.io', kind: 'CustomResourceDefinition' },
      '',
    )) {
      learnDefinition(this.options.catalog, definition);
    }
    if (this.options.unreachable) throw new Error('connection refused (cluster.json says that it does not answer)');
  }

  #kind(gvk: Gvk): KnownKind {
    const kind = this.options.catalog.find(gvk);
    if (kind === undefined || !this.options.cluster.serves(kind, gvk)) {
      const crd =
        kind === undefined ? this.options.catalog.suggest(gvk) : `; the CRDs of ${kind.bundle} are not installed`;
      throw notFound(
        `no matches for kind "${gvk.kind}" in version "${gvk.group === '' ? '' : `${gvk.group}/`}${gvk.version}"${crd}`,
      );
    }
    return kind;
  }

  async create(object: Marked, upsert: boolean, options: WriteOptions): Promise<Outcome> {
    const { cluster } = this.options;
    const kind = this.#kind(gvkOf(object.value));
    const live = withAddress(created(withDefaults(object.value, kind)));
    if (options.preview) return { live: withoutServerFields(live), notReady: [] };
    const there = cluster.get(gvkOf(live), namespaceOf(live), nameOf(live)) !== undefined;
    if (there && upsert) return this.apply(object, object.value, options);
    const fault = failOnDemand(this.options.directory, 'create', live);
    this.#admit(live, kind);
    if (there || !cluster.store.add(this.#thing(object, live, []))) throw alreadyExists(live);
    if (fault === 'timeout') throw new RefusedError('Timeout', `the request to create ${idOf(live)} timed out`);
    return this.#settle(object, live, fault === 'half-created');
  }

  async apply(object: Marked, previous: KubeObject, options: WriteOptions): Promise<Outcome> {
    const kind = this.#kind(gvkOf(object.value));
    const thing = this.options.cluster.find(gvkOf(object.value), namespaceOf(object.value), nameOf(object.value));
    if (thing === undefined) return this.create(object, false, options);
    const known = [object.value, previous];
    const live = revealed(thing.properties, known).value;
    const merged = applied(live, revealed(thing.inputs, known).value, object.value);
    const next = updated(live, withAddress(withDefaults(merged, kind)));
    this.#checkChange(live, next, kind);
    if (options.preview) return { live: withoutServerFields(next), notReady: [] };
    const fault = failOnDemand(this.options.directory, 'update', next);
    this.#admit(next, kind);
    return this.#settle(object, next, fault === 'half-created' || fault === 'timeout');
  }

  /** What may not change, or leaves an object that is not valid together with what others wrote to it. */
  #checkChange(live: KubeObject, next: KubeObject, kind: KnownKind): void {
    const paths = [...changesBetween(withoutServerFields(live), withoutServerFields(next)).keys()];
    const immutable = refusedChanges(next, paths).map((path) => ({ path, message: 'field is immutable' }));
    const wrong = [
      ...immutable,
      ...checkClaimGrowth(this.options.cluster, live, next),
      ...checkObject(withoutServerFields(next), kind, this.options),
    ];
    if (wrong.length > 0) throw invalid(next, wrong);
  }

  #admit(object: KubeObject, kind: KnownKind): void {
    const namespace = namespaceOf(object);
    const home = this.options.cluster.get({ group: '', kind: 'Namespace' }, '', namespace);
    if (kind.info.namespaced && home === undefined) throw notFound(`namespaces "${namespace}" not found`);
    const refused = admissionFindings(this.options.cluster, object);
    if (refused.length > 0)
      throw forbidden(object, refused.map(({ path, message }) => `${path}: ${message}`).join('; '));
  }

  /** Waits until what the object names is there, and writes down what became of it. */
  async #settle(object: Marked, live: KubeObject, held: boolean): Promise<Outcome> {
    const reasons = held ? ['the object was made, but did not become ready in time'] : await this.#untilReady(live);
    const status = readyStatus(live);
    const settled = status === undefined || reasons.length > 0 ? live : { ...live, status };
    this.options.cluster.store.put(this.#thing(object, settled, reasons));
    return { live: settled, notReady: reasons };
  }

  async #untilReady(live: KubeObject): Promise<string[]> {
    const deadline = Date.now() + this.options.patienceMs;
    for (;;) {
      const findings = readinessFindings(this.options.cluster, live);
      if (findings.length === 0 || Date.now() >= deadline)
        return findings.map(({ path, message }) => `${path}: ${message}`);
      await wait(pollMs);
    }
  }

  #thing(object: Marked, live: KubeObject, notReady: readonly string[]): Thing {
    const thing = {
      type: typeOf(gvkOf(live)),
      id: idOf(live),
      name: nameOf(live),
      inputs: concealed(annotateEntries(object.value, object.secrets)),
      properties: concealed(annotateEntries(live, object.secrets)),
    };
    return notReady.length === 0 ? thing : { ...thing, notReady };
  }

  async read(gvk: Gvk, namespace: string, name: string, known: readonly KubeObject[]): Promise<Outcome | undefined> {
    const thing = this.options.cluster.find(gvk, namespace, name);
    failOnDemand(this.options.directory, 'read', { ...known[0], kind: gvk.kind, metadata: { name, namespace } });
    if (thing !== undefined) return { live: revealed(thing.properties, known).value, notReady: thing.notReady ?? [] };
    const builtIn = this.options.cluster.get(gvk, namespace, name);
    return builtIn === undefined ? undefined : { live: builtIn, notReady: [] };
  }

  async remove(object: KubeObject): Promise<void> {
    const { store } = this.options.cluster;
    const [type, id] = [typeOf(gvkOf(object)), idOf(object)];
    if (store.get(type, id) === undefined) return;
    const fault = failOnDemand(this.options.directory, 'delete', object);
    if (fault !== undefined) throw new RefusedError('Timeout', `${id} was not gone in time`);
    if (groupKind(gvkOf(object)) === 'core/Namespace') {
      checkNotStuck(this.options.cluster, object);
      for (const thing of contentsOf(store, nameOf(object))) store.remove(thing.type, thing.id);
    }
    store.remove(type, id);
  }
}
