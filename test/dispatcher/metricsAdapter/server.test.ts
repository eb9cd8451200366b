import { rename, rm, symlink, writeFile, mkdir, mkdtemp } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { once } from 'node:events';
import { agentTypeNames, FactoryError, type AgentTypeName } from '@agent-factory/contract';
import { createLogger } from '../../../dispatcher/src/log';
import { createMetrics } from '../../../dispatcher/src/metrics';
import { metricsAdapterConfigSchema } from '../../../dispatcher/src/metricsAdapter/config';
import type { DepthReader } from '../../../dispatcher/src/metricsAdapter/reader';
import { createMetricsAdapter, type MetricsAdapter } from '../../../dispatcher/src/metricsAdapter/server';
import { createAuthority, type Certificate } from '../../support/certificates';
import { askHttps, type HttpsAsked } from '../../support/https';
import { turnClock } from '../../support/turnClock';

const serving = createAuthority('serving');
const proxies = createAuthority('request header');
const aggregator = proxies.issue({ name: 'front-proxy-client' });
const host = ['127.0.0.1', 'metrics-adapter.factory-system.svc'];
const at = Date.UTC(2030, 0, 1, 12);
const working: DepthReader = {
  read: async () => ({
    at,
    of: new Map(agentTypeNames.map((type, index): [AgentTypeName, number] => [type, 10 * index])),
  }),
};
const group = '/apis/external.metrics.k8s.io/v1beta1';
const depth = (selector: string, namespace = 'agents'): string =>
  `${group}/namespaces/${namespace}/task_queue_depth?labelSelector=${encodeURIComponent(selector)}`;

let folder: string;
let opened: MetricsAdapter[] = [];
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'adapter-'));
});
afterEach(async () => {
  await Promise.all(opened.map((adapter) => adapter.stop(0)));
  opened = [];
  await rm(folder, { recursive: true, force: true });
});

const file = (name: string): string => path.join(folder, 'now', name);
let generation = 0;

/** Writes the files as Kubernetes mounts them: a link is moved to a folder with all of them. */
async function mount({ cert, key }: Certificate, ca = proxies.cert): Promise<void> {
  const next = path.join(folder, `files-${(generation += 1)}`);
  await mkdir(next);
  await writeFile(path.join(next, 'tls.crt'), cert);
  await writeFile(path.join(next, 'tls.key'), key);
  await writeFile(path.join(next, 'ca.crt'), ca);
  await symlink(next, `${next}-link`);
  await rename(`${next}-link`, path.join(folder, 'now'));
}

interface Wish {
  allowed_names?: string[];
  namespaces?: string[];
  reader?: DepthReader;
  ready?: boolean;
}

/** An adapter over the files that are mounted; it has not started. */
function create({
  reader = working,
  ready = true,
  clock = turnClock(),
  metrics = createMetrics(),
  ...config
}: Wish & Partial<Pick<Started, 'clock' | 'metrics'>> = {}): MetricsAdapter {
  const files = { cert_file: file('tls.crt'), key_file: file('tls.key'), client_ca_file: file('ca.crt') };
  return createMetricsAdapter({
    config: metricsAdapterConfigSchema.parse({ port: 0, ...files, ...config }),
    listenHost: '127.0.0.1',
    reader,
    health: async () => ({ status: ready ? 'ok' : 'unavailable', version: '1', checks: {} }),
    log: createLogger('silent'),
    metrics,
    clock,
  });
}

interface Started {
  ask: (address: string, over?: Partial<HttpsAsked>) => ReturnType<typeof askHttps>;
  adapter: MetricsAdapter;
  clock: ReturnType<typeof turnClock>;
  url: string;
  metrics: ReturnType<typeof createMetrics>;
}

async function start(wish: Wish & { cert?: Certificate } = {}): Promise<Started> {
  const { cert = serving.issue({ name: 'adapter', hosts: host }), reader, ready, allowed_names, namespaces } = wish;
  await mount(cert);
  const clock = turnClock();
  const metrics = createMetrics();
  const adapter = create({
    clock,
    metrics,
    ...(reader === undefined ? {} : { reader }),
    ...(ready === undefined ? {} : { ready }),
    ...(allowed_names === undefined ? {} : { allowed_names }),
    ...(namespaces === undefined ? {} : { namespaces }),
  });
  opened.push(adapter);
  const url = `https://127.0.0.1:${await adapter.start()}`;
  const ask = (address: string, asked: Partial<HttpsAsked> = {}) =>
    askHttps(`${url}${address}`, { ca: serving.cert, client: aggregator, ...asked });
  return { ask, adapter, clock, url, metrics };
}

test('answers a type by its label, as Kubernetes reads external metrics', async () => {
  const { ask } = await start();
  const { status, headers, body } = await ask(depth('agent_type=frontend'));
  expect([status, headers['content-type']]).toEqual([200, 'application/json']);
  expect(body).toEqual({
    kind: 'ExternalMetricValueList',
    apiVersion: 'external.metrics.k8s.io/v1beta1',
    metadata: {},
    items: [
      {
        metricName: 'task_queue_depth',
        metricLabels: { agent_type: 'frontend' },
        timestamp: '2030-01-01T12:00:00.000Z',
        value: '10',
      },
    ],
  });
});

test('0 is told, several types are told, and all without a selector', async () => {
  const { ask } = await start();
  expect((await ask(depth('agent_type=python'))).body).toMatchObject({ items: [{ value: '0' }] });
  expect((await ask(depth('agent_type in (python, backend)'))).body).toMatchObject({
    items: [{ value: '0' }, { value: '20' }],
  });
  const { body } = await ask(`${group}/namespaces/agents/task_queue_depth`);
  expect(body).toMatchObject({ items: agentTypeNames.map((agent_type) => ({ metricLabels: { agent_type } })) });
});

test.each([
  ['/apis', { kind: 'APIGroupList', groups: [{ name: 'external.metrics.k8s.io' }] }],
  ['/apis/external.metrics.k8s.io', { kind: 'APIGroup', preferredVersion: { version: 'v1beta1' } }],
  [
    group,
    {
      kind: 'APIResourceList',
      groupVersion: 'external.metrics.k8s.io/v1beta1',
      resources: [{ name: 'task_queue_depth', namespaced: true, verbs: ['get'], kind: 'ExternalMetricValueList' }],
    },
  ],
  ['/openapi/v2', { swagger: '2.0' }],
  [
    '/openapi/v3',
    { paths: { [group.slice(1)]: { serverRelativeURL: '/openapi/v3/apis/external.metrics.k8s.io/v1beta1' } } },
  ],
  [`/openapi/v3${group}`, { openapi: '3.0.0' }],
])('describes itself at %s', async (address, document) => {
  const { ask } = await start();
  expect(await ask(`${address}?timeout=32s`)).toMatchObject({ status: 200, body: document });
});

test.each([
  ['a metric that there is not', `${group}/namespaces/agents/queue_depth`, 404, 'NotFound'],
  ['an address that there is not', '/apis/custom.metrics.k8s.io/v1beta1', 404, 'NotFound'],
  ['a type that there is not', depth('agent_type=cobol'), 404, 'NotFound'],
  ['a selector that is not supported', depth('agent_type!=python'), 400, 'BadRequest'],
  ['a label that there is not', depth('type=python'), 400, 'BadRequest'],
  ['two selectors', `${depth('agent_type=python')}&labelSelector=x`, 400, 'BadRequest'],
  ['a field selector', `${depth('agent_type=python')}&fieldSelector=a%3Db`, 400, 'BadRequest'],
  ['a watch', `${depth('agent_type=python')}&watch=true`, 405, 'MethodNotAllowed'],
  ['no path at all', '//', 400, 'BadRequest'],
])('refuses %s with a Status', async (_what, address, code, reason) => {
  const { ask } = await start();
  expect(await ask(address)).toMatchObject({
    status: code,
    body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message: expect.stringMatching(/\w/) },
  });
});

test('refuses other methods and other media types', async () => {
  const { ask } = await start();
  expect((await ask(depth('agent_type=python'), { method: 'DELETE' })).status).toBe(405);
  expect((await ask(group, { method: 'POST', body: 'x'.repeat(100_000) })).status).toBe(405);
  const accept = (value: string) => ask(depth('agent_type=python'), { headers: { accept: value } });
  expect((await accept('application/vnd.kubernetes.protobuf')).status).toBe(406);
  for (const fine of ['application/vnd.kubernetes.protobuf,application/json', 'application/json;as=Table;v=v1', '*/*'])
    expect((await accept(fine)).status).toBe(200);
});

test('answers the namespaces of its configuration alone', async () => {
  const { ask } = await start({ namespaces: ['agents'] });
  expect((await ask(depth('agent_type=python', 'agents'))).status).toBe(200);
  expect((await ask(depth('agent_type=python', 'others'))).body).toMatchObject({ reason: 'NotFound' });
});

test('tells 503, never a number, when the queues cannot be read; other defects without their text', async () => {
  const failing = (why: Error) => start({ reader: { read: () => Promise.reject(why) } });
  const away = await failing(new FactoryError('STORE_UNAVAILABLE', 'Redis does not answer'));
  const answer = await away.ask(depth('agent_type=python'));
  expect(answer).toMatchObject({
    status: 503,
    body: { reason: 'ServiceUnavailable' },
  });
  // Asked to retry, the autoscaler's client would do so ten times and hold up every other HPA.
  expect(answer.headers['retry-after']).toBeUndefined();
  const broken = await (await failing(new Error('a secret'))).ask(depth('agent_type=python'));
  expect(broken).toMatchObject({ status: 500, body: { reason: 'InternalError' } });
  expect(JSON.stringify(broken.body)).not.toContain('a secret');
});

test('a type that was not read is no zero', async () => {
  const { ask } = await start({ reader: { read: async () => ({ at, of: new Map() }) } });
  expect((await ask(depth('agent_type=python'))).status).toBe(503);
});

test('only the API aggregator is answered: a certificate of its authority, with an allowed name', async () => {
  const { ask } = await start({ allowed_names: ['front-proxy-client'] });
  const told = async (client: Certificate | undefined): Promise<[number, unknown]> => {
    const { status, body } = await ask(group, client === undefined ? { client: { cert: '', key: '' } } : { client });
    return [status, (body as { reason?: string }).reason];
  };
  expect(await told(aggregator)).toEqual([200, undefined]);
  expect(await told(undefined)).toEqual([401, 'Unauthorized']);
  expect(await told(createAuthority('request header').issue({ name: 'front-proxy-client' }))).toEqual([
    401,
    'Unauthorized',
  ]);
  expect(await told(proxies.issue({ name: 'somebody' }))).toEqual([403, 'Forbidden']);
  const past = { from: Date.now() - 7_200_000, until: Date.now() - 3_600_000 };
  expect(await told(proxies.issue({ name: 'front-proxy-client', ...past }))).toEqual([401, 'Unauthorized']);
  // A server's certificate of the same authority is not a client's.
  expect(await told(proxies.issue({ name: 'front-proxy-client', hosts: ['a'] }))).toEqual([401, 'Unauthorized']);
});

test('headers alone make nobody the aggregator', async () => {
  const { ask } = await start();
  const headers = { 'x-remote-user': 'system:admin', 'x-remote-group': 'system:masters' };
  expect((await ask(group, { client: { cert: '', key: '' }, headers })).status).toBe(401);
});

test('probes need no certificate, and tell whether it is ready', async () => {
  const nobody = { client: { cert: '', key: '' } };
  const { ask, metrics } = await start();
  expect((await ask('/healthz', nobody)).status).toBe(200);
  expect((await ask('/readyz', nobody)).status).toBe(200);
  expect((await (await start({ ready: false })).ask('/readyz', nobody)).status).toBe(503);
  await ask(group);
  await ask(group, nobody);
  const counted = await metrics.externalMetricRequests.get();
  expect(counted.values.map(({ labels, value }) => [labels.status, value])).toEqual([
    ['200', 1],
    ['401', 1],
  ]);
});

test('a new certificate is shown to new connections, and what does not fit together is not taken', async () => {
  const { ask, clock } = await start();
  const next = createAuthority('serving, next');
  const renewed = next.issue({ name: 'adapter', hosts: host });
  await mount({ ...renewed, key: serving.key }); // the key of another one
  expect(await clock.turn()).toBe(10_000);
  expect((await ask('/healthz')).status).toBe(200);
  await mount(renewed);
  await clock.turn();
  expect((await ask(group, { ca: next.cert })).status).toBe(200);
  await expect(ask(group)).rejects.toThrow(/unable to verify|self-signed/);
  await rm(path.join(folder, 'now'));
  await clock.turn();
  expect((await ask(group, { ca: next.cert })).status).toBe(200);
});

test('an authority that is trusted no more ends the connections it vouched for', async () => {
  const { url, clock } = await start();
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: serving.cert, ...aggregator });
  const status = (): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      request(`${url}${group}`, { agent }, (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode));
      })
        .on('error', reject)
        .end();
    });
  expect(await status()).toBe(200);
  const [socket] = Object.values(agent.freeSockets).flatMap((sockets) => sockets ?? []);
  if (socket === undefined) throw new Error('the connection was not kept');
  const closed = once(socket, 'close');
  const others = createAuthority('request header, next');
  await mount(serving.issue({ name: 'adapter', hosts: host }), others.cert);
  await clock.turn();
  await closed;
  expect(await status()).toBe(401);
  agent.destroy();
});

test('says when its certificate has expired, and before and after it listens', async () => {
  const { adapter, clock } = await start({
    cert: serving.issue({ name: 'adapter', hosts: host, until: Date.now() + 15_000 }),
  });
  expect(() => adapter.check()).not.toThrow();
  await clock.turn();
  await clock.turn();
  expect(() => adapter.check()).toThrow(/expired/);
  await adapter.stop(0);
  expect(() => adapter.check()).toThrow(/SHUTTING_DOWN/);
});

test.each([
  ['no certificate', 'tls.crt', 'nothing', 'metrics_adapter.cert_file: holds no certificate'],
  ['no key', 'tls.key', 'nothing', 'metrics_adapter.key_file: is not the key'],
  ['no authority', 'ca.crt', '', 'metrics_adapter.client_ca_file: holds no certificate'],
  ['a file too large', 'ca.crt', 'x'.repeat(1_048_577), 'metrics_adapter.client_ca_file: is larger'],
])('does not start with %s, and says which file', async (_what, name, content, text) => {
  const { adapter } = await start();
  await adapter.stop(0);
  await writeFile(file(name), content);
  const another = create();
  await expect(another.start()).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    detail: expect.stringContaining(text),
  });
  await another.stop(0);
});

test('starts and stops twice, and not after a stop', async () => {
  const { adapter, ask } = await start();
  expect(await adapter.start()).toBe(await adapter.start());
  await Promise.all([adapter.stop(0), adapter.stop(0)]);
  await expect(ask(group)).rejects.toThrow(/ECONNREFUSED/);
  const unused = create();
  await unused.stop(0);
  await expect(unused.start()).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
});

/** Figures that come when told to, and a sign that they were asked for. */
function heldReader() {
  const reading = Promise.withResolvers<Awaited<ReturnType<DepthReader['read']>>>();
  const asked = Promise.withResolvers<void>();
  const read = () => {
    asked.resolve();
    return reading.promise;
  };
  return {
    reader: { read },
    asked: asked.promise,
    release: () => reading.resolve({ at, of: new Map([['python', 1]]) }),
  };
}

test('a stop lets a request finish, and cuts it after the cap', async () => {
  const held = heldReader();
  const { ask, adapter } = await start(held);
  const answer = ask(depth('agent_type=python'));
  await held.asked;
  const stopped = adapter.stop(10_000);
  held.release();
  expect((await answer).status).toBe(200);
  await stopped;

  const hung = heldReader();
  const other = await start(hung);
  const cut = other.ask(depth('agent_type=python')).catch((error: unknown) => String(error));
  await hung.asked;
  await other.adapter.stop(1);
  expect(await cut).toMatch(/hang up|ECONNRE/);
});
