import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { createAuthority } from './certificates';

/**
 * A stand-in for the part of the Kubernetes API that the recycler uses, on its real wire: HTTPS with a bearer token, pods of one namespace, list
 * with pages, deletion with preconditions. It refuses what the real one refuses: a wrong token (401), a right that the token lacks (403), a pod
 * that there is not (404), another uid (409). A deleted pod is gone at once: there is no kubelet to wait for.
 */
export interface KubernetesApi {
  url: string;
  /** Authority of its certificate. */
  ca: string;
  /** The one token that it knows. */
  token: string;
  /** Verbs on pods that the token has. */
  rights: Set<string>;
  /** Adds a pod, in place of one of the same name; answers its uid. */
  addPod(name: string, labels?: Record<string, string>): string;
  removePod(name: string): void;
  readonly pods: string[];
  /** Requests that came, as `METHOD path`. */
  readonly asked: string[];
  /** Done before a request is answered. */
  before: (asked: string) => void | Promise<void>;
  /** Answers this status, with Retry-After, to so many requests. */
  fail(status: number, times: number, retryAfter?: number): void;
  stop(): Promise<void>;
}

interface StoredPod {
  name: string;
  uid: string;
  labels: Record<string, string>;
}

export const namespace = 'agents';
const podsPath = `/api/v1/namespaces/${namespace}/pods`;

export async function startKubernetesApi(): Promise<KubernetesApi> {
  const authority = createAuthority('kubernetes authority');
  const pods = new Map<string, StoredPod>();
  const asked: string[] = [];
  const failures: { status: number; retryAfter: number | undefined }[] = [];
  const server = createServer(authority.issue({ name: 'kubernetes', hosts: ['127.0.0.1'] }), (request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  const api: KubernetesApi = {
    url: `https://127.0.0.1:${port}`,
    ca: authority.cert,
    token: `token-${randomUUID()}`,
    rights: new Set(['get', 'list', 'delete']),
    addPod(name, labels = agentLabels) {
      const uid = randomUUID();
      pods.set(name, { name, uid, labels });
      return uid;
    },
    removePod: (name) => void pods.delete(name),
    get pods() {
      return [...pods.keys()];
    },
    asked,
    before: () => undefined,
    fail(status, times, retryAfter) {
      for (let time = 0; time < times; time += 1) failures.push({ status, retryAfter });
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', api.url);
    const { method = '' } = request;
    const what = `${method} ${url.pathname}`;
    asked.push(what);
    let body = '';
    for await (const part of request.setEncoding('utf8')) body += String(part);
    await api.before(what);
    const failure = failures.shift();
    if (failure !== undefined) {
      const headers = failure.retryAfter === undefined ? {} : { 'retry-after': String(failure.retryAfter) };
      send(response, failure.status, statusOf(failure.status, 'told to fail'), headers);
      return;
    }
    const { status, found } = answerOf(method, url, request.headers.authorization, body);
    send(response, status, found);
  }

  function answerOf(method: string, url: URL, authorization: string | undefined, body: string): Answer {
    if (authorization !== `Bearer ${api.token}`) return refuse(401, 'Unauthorized');
    if (url.pathname === '/version') return { status: 200, found: { gitVersion: 'v0.0.0-stand-in' } };
    const name = url.pathname.startsWith(`${podsPath}/`) ? url.pathname.slice(podsPath.length + 1) : undefined;
    if (name === undefined && url.pathname !== podsPath) return refuse(403, 'pods is forbidden in another namespace');
    const verb = method === 'DELETE' ? 'delete' : name === undefined ? 'list' : 'get';
    if (!api.rights.has(verb)) return refuse(403, `cannot ${verb} resource "pods"`);
    if (name === undefined) return { status: 200, found: listOf(url.searchParams) };
    const pod = pods.get(name);
    if (pod === undefined) return refuse(404, `pods "${name}" not found`);
    if (verb === 'get') return { status: 200, found: metadataOf(pod) };
    const { preconditions } = JSON.parse(body) as { preconditions?: { uid?: string } }; // what the recycler must send
    if (preconditions?.uid !== undefined && preconditions.uid !== pod.uid)
      return refuse(409, `the UID in the precondition (${preconditions.uid}) does not match`);
    pods.delete(name);
    return { status: 200, found: metadataOf(pod) };
  }

  /** Pages hold two pods at most, so that one list needs several. */
  function listOf(query: URLSearchParams): object {
    const size = Math.min(2, Number(query.get('limit') ?? 2));
    const from = Number(query.get('continue') ?? 0);
    const all = [...pods.values()];
    const next = from + size < all.length ? { continue: String(from + size) } : {};
    return {
      kind: 'PartialObjectMetadataList',
      apiVersion: 'meta.k8s.io/v1',
      metadata: { resourceVersion: '1', ...next },
      items: all.slice(from, from + size).map(metadataOf),
    };
  }

  return api;
}

export const agentLabels = {
  'app.kubernetes.io/part-of': 'agent-factory',
  'app.kubernetes.io/component': 'agent',
  'agent-factory/type': 'python',
};

interface Answer {
  status: number;
  found: object;
}

const statusOf = (code: number, message: string): object => ({
  kind: 'Status',
  apiVersion: 'v1',
  status: 'Failure',
  code,
  message,
});
const refuse = (status: number, message: string): Answer => ({ status, found: statusOf(status, message) });
const metadataOf = ({ name, uid, labels }: StoredPod): object => ({
  kind: 'PartialObjectMetadata',
  apiVersion: 'meta.k8s.io/v1',
  metadata: { name, namespace, uid, labels },
});

function send(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
