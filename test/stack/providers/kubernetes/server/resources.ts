import { child, groupVersion, objects, text, type Gvk } from '../object';
import { notFound } from '../refusal';
import { isNotFound, type ApiClient } from './client';

interface Resource {
  plural: string;
  namespaced: boolean;
}

/** Finds the paths of kinds, as the API server's discovery documents say. */
export class Resources {
  readonly #known = new Map<string, Map<string, Resource>>();

  constructor(private readonly client: ApiClient) {}

  async #version(gvk: Gvk): Promise<Map<string, Resource>> {
    const name = groupVersion(gvk);
    const path = gvk.group === '' ? `/api/${gvk.version}` : `/apis/${name}`;
    const answer = await this.client.send({ method: 'GET', path });
    const found = objects(answer['resources'])
      .filter((resource) => !text(resource['name']).includes('/'))
      .map(
        (resource) =>
          [
            text(resource['kind']),
            { plural: text(resource['name']), namespaced: resource['namespaced'] === true },
          ] as const,
      );
    const kinds = new Map(found);
    this.#known.set(name, kinds);
    return kinds;
  }

  /** The kind's place; undefined when the API server does not know the kind. A CRD that is new is found. */
  async find(gvk: Gvk): Promise<Resource | undefined> {
    const known = this.#known.get(groupVersion(gvk))?.get(gvk.kind);
    if (known !== undefined) return known;
    try {
      return (await this.#version(gvk)).get(gvk.kind);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** The path of an object, or, without a name, of all of its kind in the namespace. @throws when there is no such kind. */
  async path(gvk: Gvk, namespace: string, name?: string): Promise<string> {
    const resource = await this.find(gvk);
    if (resource === undefined)
      throw notFound(`no matches for kind "${gvk.kind}" in version "${groupVersion(gvk)}": are its CRDs installed?`);
    const base = gvk.group === '' ? `/api/${gvk.version}` : `/apis/${gvk.group}/${gvk.version}`;
    const place = resource.namespaced && namespace !== '' ? `/namespaces/${encodeURIComponent(namespace)}` : '';
    const rest = name === undefined ? '' : `/${encodeURIComponent(name)}`;
    return `${base}${place}/${resource.plural}${rest}`;
  }
}

/** The items of a list that the API server answered. */
export function itemsOf(answer: Parameters<typeof child>[0]): ReturnType<typeof objects> {
  return objects(child(answer)['items']);
}
