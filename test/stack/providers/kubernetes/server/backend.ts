import { setTimeout as wait } from 'node:timers/promises';
import type { Marked } from '../../shared/values';
import type { Backend, Outcome, WriteOptions } from '../backend';
import { withoutServerFields } from '../diff/prune';
import {
  child,
  groupKind,
  gvkOf,
  nameOf,
  namespaceOf,
  objects,
  strings,
  text,
  type Gvk,
  type KubeObject,
} from '../object';
import { alreadyExists, conflict, label } from '../refusal';
import { RefusedError } from '../../shared/provider';
import { ApiError, isNotFound, type ApiClient } from './client';
import { explain } from './explain';
import { endpointReadiness, needsEndpoints, readinessOf, skipsAwait, type Readiness } from './readiness';
import { itemsOf, Resources } from './resources';

const firstPollMs = 200;
const longestPollMs = 2000;
const slower = 1.3;
/** Seconds, as the real provider waits; the program's customTimeouts come first. */
const patience: Record<string, number> = {
  'core/PersistentVolumeClaim': 300,
  'apiextensions.k8s.io/CustomResourceDefinition': 60,
  'apiregistration.k8s.io/APIService': 180,
};
const usualPatience = 600;

/** A real cluster: server-side apply, waiting until what was applied works and until what was deleted is gone. */
export class ServerBackend implements Backend {
  readonly #resources: Resources;

  /** @param force take over fields that another manager owns. */
  constructor(
    private readonly client: ApiClient,
    private readonly force: boolean,
  ) {
    this.#resources = new Resources(client);
  }

  async connect(): Promise<void> {
    await this.client.send({ method: 'GET', path: '/version' });
  }

  async #get(object: KubeObject): Promise<KubeObject | undefined> {
    return this.#find(gvkOf(object), namespaceOf(object), nameOf(object));
  }

  async #find(gvk: Gvk, namespace: string, name: string): Promise<KubeObject | undefined> {
    try {
      return await this.client.send({ method: 'GET', path: await this.#resources.path(gvk, namespace, name) });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async create(object: Marked, upsert: boolean, options: WriteOptions): Promise<Outcome> {
    if (options.preview && (await this.#resources.find(gvkOf(object.value))) === undefined)
      return { live: object.value, notReady: [] };
    if (!upsert && (await this.#get(object.value)) !== undefined) {
      // The object of a replacement is still there while its preview runs.
      if (options.preview) return { live: object.value, notReady: [] };
      throw alreadyExists(object.value);
    }
    return this.#write(object.value, options);
  }

  apply(object: Marked, _previous: KubeObject, options: WriteOptions): Promise<Outcome> {
    return this.#write(object.value, options);
  }

  async #write(object: KubeObject, options: WriteOptions): Promise<Outcome> {
    const path = await this.#resources.path(gvkOf(object), namespaceOf(object), nameOf(object));
    const forced = this.force || strings(child(object, 'metadata')['annotations'])['pulumi.com/patchForce'] === 'true';
    const query = {
      fieldManager: options.fieldManager,
      force: String(forced),
      fieldValidation: 'Strict',
      ...(options.preview ? { dryRun: 'All' } : {}),
    };
    let live: KubeObject;
    try {
      live = await this.client.send({
        method: 'PATCH',
        path,
        query,
        body: object,
        contentType: 'application/apply-patch+yaml',
      });
    } catch (error) {
      // In a preview the namespace may be one that the same program makes.
      if (options.preview && isNotFound(error)) return { live: object, notReady: [] };
      if (error instanceof ApiError && error.status === 409) {
        throw conflict(
          object,
          `${error.message}. Set pulumi.com/patchForce: "true" on the object to take the fields over`,
        );
      }
      throw error;
    }
    if (options.preview) return { live: withoutServerFields(live), notReady: [] };
    return this.#untilReady(live, options.timeoutSeconds);
  }

  async #readiness(live: KubeObject): Promise<Readiness> {
    if (!needsEndpoints(live)) return this.#withStorageClass(live);
    const path = `/apis/discovery.k8s.io/v1/namespaces/${namespaceOf(live)}/endpointslices`;
    const slices = await this.client.send({
      method: 'GET',
      path,
      query: { labelSelector: `kubernetes.io/service-name=${nameOf(live)}` },
    });
    return endpointReadiness(itemsOf(slices));
  }

  /** A claim of a class that waits for its first pod is as ready as it can be. */
  async #withStorageClass(live: KubeObject): Promise<Readiness> {
    const readiness = readinessOf(live);
    if (readiness.ready || groupKind(gvkOf(live)) !== 'core/PersistentVolumeClaim') return readiness;
    const name = text(child(live, 'spec')['storageClassName']);
    const storageClass =
      name === ''
        ? undefined
        : await this.#find({ group: 'storage.k8s.io', version: 'v1', kind: 'StorageClass' }, '', name);
    return storageClass?.['volumeBindingMode'] === 'WaitForFirstConsumer' ? { ...readiness, ready: true } : readiness;
  }

  async #untilReady(applied: KubeObject, timeoutSeconds: number): Promise<Outcome> {
    const seconds = timeoutSeconds || (patience[groupKind(gvkOf(applied))] ?? usualPatience);
    const deadline = Date.now() + seconds * 1000;
    let live = applied;
    let pause = firstPollMs;
    for (;;) {
      const { ready, failed, reason } = await this.#readiness(live);
      if (ready) return { live, notReady: [] };
      if (failed || Date.now() >= deadline) {
        const late = failed ? reason : `${label(live)} was not ready in ${seconds} s: ${reason}`;
        return { live, notReady: [late, ...(await explain(this.client, live))] };
      }
      await wait(pause);
      pause = Math.min(longestPollMs, pause * slower);
      const next = await this.#get(live);
      if (next === undefined) throw new RefusedError('Gone', `${label(live)} was deleted while it was awaited`);
      live = next;
    }
  }

  async read(gvk: Gvk, namespace: string, name: string): Promise<Outcome | undefined> {
    // Without its CRD an object is gone as well.
    if ((await this.#resources.find(gvk)) === undefined) return undefined;
    const live = await this.#find(gvk, namespace, name);
    if (live === undefined) return undefined;
    const { ready, reason } = await this.#readiness(live);
    return { live, notReady: ready ? [] : [reason] };
  }

  async remove(object: KubeObject, { timeoutSeconds }: Pick<WriteOptions, 'timeoutSeconds'>): Promise<void> {
    if ((await this.#resources.find(gvkOf(object))) === undefined) return;
    const path = await this.#resources.path(gvkOf(object), namespaceOf(object), nameOf(object));
    try {
      const body = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Foreground' };
      await this.client.send({ method: 'DELETE', path, body });
    } catch (error) {
      if (isNotFound(error)) return;
      throw error;
    }
    if (!skipsAwait(object)) await this.#untilGone(object, timeoutSeconds || usualPatience);
  }

  async #untilGone(object: KubeObject, seconds: number): Promise<void> {
    const deadline = Date.now() + seconds * 1000;
    let pause = firstPollMs;
    for (;;) {
      const live = await this.#get(object);
      const uid = child(object, 'metadata')['uid'];
      if (live === undefined || (uid !== undefined && child(live, 'metadata')['uid'] !== uid)) return;
      if (Date.now() >= deadline)
        throw new RefusedError('Timeout', `${label(object)} was not gone in ${seconds} s: ${remains(live)}`);
      await wait(pause);
      pause = Math.min(longestPollMs, pause * slower);
    }
  }
}

/** What keeps an object that is being deleted. */
function remains(live: KubeObject): string {
  const finalizers = [child(live, 'metadata')['finalizers'] ?? []].flat().map(String);
  const conditions = objects(child(live, 'status')['conditions'])
    .filter((one) => one['status'] === 'True')
    .map((one) => `${text(one['type'])}: ${text(one['message'])}`);
  return [`finalizers ${finalizers.join(', ') || 'none'}`, ...conditions].join('; ');
}
