import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { httpsCall, type HttpsAnswer } from '../httpsCall';
import type { KubernetesConfig } from './config';
import { kubernetesError } from './error';

/** A pod, as far as the recycler looks at it. */
interface Pod {
  name: string;
  uid: string;
  labels: Readonly<Record<string, string>>;
}

/** The calls of the Kubernetes API that the factory makes. All throw KubernetesError for what the server refuses, Error when it is not reached. */
export interface Kubernetes {
  /** Undefined when there is no such pod. */
  getPod(namespace: string, name: string): Promise<Pod | undefined>;
  /** Asks to delete the pod of this very uid, with its own grace period. A KubernetesError of status 409 says that the name has another uid now. */
  deletePod(namespace: string, name: string, uid: string): Promise<void>;
  /** The uids of all pods of a namespace, as of a moment not before the call. */
  listPodUids(namespace: string): Promise<Set<string>>;
  /** Throws when the server is not reached or does not take the token. */
  ping(): Promise<void>;
}

export interface KubernetesOptions {
  url: URL;
  files: Pick<KubernetesConfig, 'token_file' | 'ca_file'>;
  /** Milliseconds for one call. Defaults to 10,000. */
  timeoutMs?: number;
}

const metadataSchema = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    uid: z.string(),
    labels: z.record(z.string(), z.string()).default({}),
  }),
});
const listSchema = z.looseObject({
  metadata: z.looseObject({ continue: z.string().default('') }).prefault({}),
  items: z.array(metadataSchema).nullable(),
});

/** Metadata alone: a whole pod is ten times as large. */
const metadataOnly = {
  one: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
  list: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
};
const maxBytes = 16 * 1_048_576;
const pageSize = 500;
/** Pages of one list; 50,000 pods are more than a cluster of ours has. */
const maxPages = 100;

/** A client of the Kubernetes API with the token of a service account. */
export function createKubernetes({ url, files, timeoutMs = 10_000 }: KubernetesOptions): Kubernetes {
  const call = async (method: 'GET' | 'DELETE', path: string, accept: string, body?: object): Promise<HttpsAnswer> => {
    const [token, ca] = await Promise.all([readFile(files.token_file, 'utf8'), readFile(files.ca_file, 'utf8')]);
    return httpsCall(new URL(path, url), {
      method,
      headers: {
        authorization: `Bearer ${token.trim()}`,
        accept,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ca,
      timeoutMs,
      maxBytes,
    });
  };
  const podPath = (namespace: string, name = ''): string =>
    `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods${name === '' ? '' : `/${encodeURIComponent(name)}`}`;

  return {
    async getPod(namespace, name) {
      const answer = await call('GET', podPath(namespace, name), metadataOnly.one);
      if (answer.status === 404) return undefined;
      const { metadata } = metadataSchema.parse(JSON.parse(successful('reading a pod', answer)));
      return { name: metadata.name, uid: metadata.uid, labels: metadata.labels };
    },
    async deletePod(namespace, name, uid) {
      const options = { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid } };
      successful('deleting a pod', await call('DELETE', podPath(namespace, name), 'application/json', options));
    },
    async listPodUids(namespace) {
      const uids = new Set<string>();
      let next = '';
      for (let page = 0; page < maxPages; page += 1) {
        const query = new URLSearchParams({ limit: String(pageSize), ...(next === '' ? {} : { continue: next }) });
        const answer = await call('GET', `${podPath(namespace)}?${query.toString()}`, metadataOnly.list);
        const list = listSchema.parse(JSON.parse(successful('listing pods', answer)));
        for (const { metadata } of list.items ?? []) uids.add(metadata.uid);
        next = list.metadata.continue;
        if (next === '') return uids;
      }
      throw new Error(`listing pods: there are more than ${maxPages * pageSize}`);
    },
    async ping() {
      const answer = await call('GET', '/version', 'application/json');
      // 403: it knows the token, and keeps this address from it.
      if (answer.status !== 403) successful('asking for the version', answer);
    },
  };
}

/** The text of a success. Throws KubernetesError. */
function successful(what: string, { status, headers, text }: HttpsAnswer): string {
  if (status >= 200 && status < 300) return text;
  throw kubernetesError(what, status, text, headers['retry-after']);
}
