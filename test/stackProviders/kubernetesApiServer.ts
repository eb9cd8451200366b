import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import type { KubeObject } from '../stack/providers/kubernetes/object';
import { applied } from '../stack/providers/kubernetes/file/apply';
import type { ValueObject } from '../stack/providers/shared/values';

/** The part of the Kubernetes API that the `server` backend uses, on its wire: discovery, apply with dry run, get, list, delete. */
export interface ApiServer {
  url: string;
  /** What exists, by path. */
  objects: Map<string, KubeObject>;
  /** Requests so far: `METHOD path?query`. */
  asked: string[];
  /** The last body that was sent. */
  body: ValueObject | undefined;
  /** Runs before a request is answered: what controllers do meanwhile. A status it returns is answered instead. */
  before: (asked: string) => { status: number; reason: string; message: string } | undefined;
  stop(): Promise<void>;
}

const versions: Record<string, { name: string; kind: string; namespaced: boolean }[]> = {
  '/api/v1': [
    { name: 'namespaces', kind: 'Namespace', namespaced: false },
    { name: 'pods', kind: 'Pod', namespaced: true },
    { name: 'pods/log', kind: 'Pod', namespaced: true },
    { name: 'configmaps', kind: 'ConfigMap', namespaced: true },
    { name: 'services', kind: 'Service', namespaced: true },
    { name: 'persistentvolumeclaims', kind: 'PersistentVolumeClaim', namespaced: true },
  ],
  '/apis/apps/v1': [{ name: 'deployments', kind: 'Deployment', namespaced: true }],
  '/apis/batch/v1': [{ name: 'jobs', kind: 'Job', namespaced: true }],
  '/apis/storage.k8s.io/v1': [{ name: 'storageclasses', kind: 'StorageClass', namespaced: false }],
};

export async function startApiServer(): Promise<ApiServer> {
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const api: ApiServer = {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    objects: new Map(),
    asked: [],
    body: undefined,
    before: () => undefined,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };

  function apply(path: string, body: ValueObject, query: URLSearchParams): KubeObject {
    const before = api.objects.get(path);
    const live =
      before === undefined
        ? { ...body, metadata: { ...(body['metadata'] as ValueObject), uid: `uid-${api.asked.length}`, generation: 1 } }
        : applied(before, {}, body);
    if (query.get('dryRun') !== 'All') api.objects.set(path, live);
    return live;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', api.url);
    const send = (status: number, body: object): void =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const asked = `${request.method} ${url.pathname}${url.search}`;
    const body = request.method === 'GET' ? undefined : ((await json(request)) as ValueObject); // our own client wrote it
    api.asked.push(asked);
    api.body = body ?? api.body;
    const instead = api.before(asked);
    if (instead !== undefined) return send(instead.status, instead);
    if (request.headers.authorization !== 'Bearer the-token')
      return send(401, { reason: 'Unauthorized', message: 'Unauthorized' });
    if (url.pathname === '/version') return send(200, { minor: '34' });
    const resources = versions[url.pathname];
    if (resources !== undefined) return send(200, { resources });
    const found = api.objects.get(url.pathname);
    if (request.method === 'PATCH') {
      return send(200, apply(url.pathname, body ?? {}, url.searchParams));
    }
    if (request.method === 'DELETE' && found !== undefined) {
      const deleting = { deletionTimestamp: 'now', finalizers: ['foregroundDeletion'] };
      api.objects.set(url.pathname, { ...found, metadata: { ...(found['metadata'] as ValueObject), ...deleting } });
    }
    if (found === undefined && /\/(pods|events|endpointslices)$/.test(url.pathname)) {
      const items = [...api.objects]
        .filter(([path]) => path.startsWith(`${url.pathname}/`))
        .map(([, object]) => object);
      return send(200, { items });
    }
    return found === undefined
      ? send(404, { reason: 'NotFound', message: `${url.pathname} not found` })
      : send(200, found);
  }
  return api;
}
