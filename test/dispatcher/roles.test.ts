import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { agentType } from '@agent-factory/contract';
import { createDispatcher, type Dispatcher } from '../../dispatcher/src/app';
import { dispatcherFileSchema, type DispatcherFileInput } from '../../dispatcher/src/config';
import { createLogger } from '../../dispatcher/src/log';
import { createRedisQueue } from '../../dispatcher/src/queue/redisQueue';
import { createMetrics } from '../../dispatcher/src/metrics';
import { createParts } from '../../dispatcher/src/parts';
import { createRedisSandboxes, createReleaseOrders } from '../../dispatcher/src/recycler/redisSandboxes';
import { createAuthority } from '../support/certificates';
import { askHttps } from '../support/https';
import { namespace, startKubernetesApi, type KubernetesApi } from '../support/kubernetesApi';
import { startRedis, type RedisServer } from '../support/redis';
import { allScopes, configFor, send } from './http/harness';
import { newTask } from './queue/fixtures';

const serving = createAuthority('serving');
const proxies = createAuthority('request header');
const aggregator = proxies.issue({ name: 'front-proxy-client' });

let redis: RedisServer;
let kubernetes: KubernetesApi;
let folder: string;
let dispatchers: Dispatcher[] = [];

beforeAll(async () => {
  redis = await startRedis();
  kubernetes = await startKubernetesApi();
  folder = await mkdtemp(path.join(tmpdir(), 'roles-'));
  const { cert, key } = serving.issue({ name: 'adapter', hosts: ['127.0.0.1'] });
  const files = { cert, key, ca: proxies.cert, token: kubernetes.token, kubernetes: kubernetes.ca };
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(file(name), text)));
});
afterEach(async () => {
  await Promise.all(dispatchers.map((dispatcher) => dispatcher.stop()));
  dispatchers = [];
});
afterAll(async () => {
  await redis.stop();
  await kubernetes.stop();
  await rm(folder, { recursive: true });
});

const file = (name: string): string => path.join(folder, name);

async function start(parts: DispatcherFileInput): Promise<{ dispatcher: Dispatcher; url: string }> {
  const dispatcher = createDispatcher(
    {
      redisUrl: redis.url,
      listenHost: '127.0.0.1',
      httpPort: 0,
      grpcPort: 0,
      artifactDir: '',
      logLevel: 'silent',
      file: dispatcherFileSchema.parse(parts),
    },
    { logger: createLogger('silent') },
  );
  dispatchers.push(dispatcher);
  await Promise.all([dispatcher.start(), dispatcher.start()]);
  return { dispatcher, url: `http://127.0.0.1:${dispatcher.httpPort}` };
}

const metricsAdapter = () => ({
  port: 0,
  cert_file: file('cert'),
  key_file: file('key'),
  client_ca_file: file('ca'),
});
const recycler = () => ({
  namespace,
  kubernetes: { api_url: kubernetes.url, token_file: file('token'), ca_file: file('kubernetes') },
});

const statuses = async (url: string, ...addresses: string[]): Promise<number[]> =>
  Promise.all(addresses.map(async (address) => (await send(url, 'GET', address)).status));

test('a metrics-adapter has health, metrics and the external metrics API, and nothing else', async () => {
  const { dispatcher, url } = await start({
    roles: ['metrics-adapter'],
    metrics_adapter: metricsAdapter(),
    metrics: { access: 'open' },
    queue_targets: { python: 40 },
  });
  const connection = await redis.connect();
  const queue = createRedisQueue({ redis: connection, leaseMs: 60_000 });
  await queue.submit(agentType('python'), [newTask(), newTask(), newTask()]);
  await queue.claim('python', 'agent-1', 1);

  expect(await statuses(url, '/healthz', '/readyz', '/v1/types', '/model/v1/models')).toEqual([200, 200, 404, 404]);
  expect((await send(url, 'GET', '/metrics', { token: null })).text).toContain(
    'task_queue_depth{agent_type="python"} 42\n',
  );
  const address = `https://127.0.0.1:${dispatcher.metricsAdapterPort}/apis/external.metrics.k8s.io/v1beta1/namespaces/agents/task_queue_depth?labelSelector=agent_type%3Dpython`;
  const answer = await askHttps(address, { ca: serving.cert, client: aggregator });
  expect(answer).toMatchObject({ status: 200, body: { items: [{ value: '42' }] } });
  const ready = await askHttps(`https://127.0.0.1:${dispatcher.metricsAdapterPort}/readyz`, { ca: serving.cert });
  expect(ready).toMatchObject({ status: 200, body: { checks: { redis: 'ok', external_metrics: 'ok' } } });
  expect(dispatcher.grpcPort).toBe(0);
  await Promise.all([dispatcher.stop(), dispatcher.stop()]);
  await expect(askHttps(address, { ca: serving.cert, client: aggregator })).rejects.toThrow(/ECONNREFUSED/);
});

test('a metrics-adapter whose certificate cannot be read does not start, and leaves nothing open', async () => {
  await expect(
    start({ roles: ['metrics-adapter'], metrics_adapter: { ...metricsAdapter(), cert_file: file('none') } }),
  ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', detail: 'metrics_adapter.cert_file: cannot be read (ENOENT)' });
});

test('a recycler deletes what serve has released, and has health and metrics besides', async () => {
  const uid = kubernetes.addPod('python-0');
  kubernetes.addPod('python-1');
  const asked = new Promise<void>((resolve) => {
    kubernetes.before = (what) => {
      if (what.startsWith('DELETE')) resolve();
    };
  });
  const { url } = await start({ roles: ['recycler'], recycler: recycler(), metrics: { access: 'open' } });
  expect(await statuses(url, '/healthz', '/readyz', '/v1/types')).toEqual([200, 200, 404]);
  const sandboxes = createRedisSandboxes({ redis: await redis.connect() });
  await sandboxes.releaseSandbox({ namespace, pod: 'python-0', uid, reason: 'over' });
  await asked;
  const metrics = async (): Promise<string> => (await send(url, 'GET', '/metrics', { token: null })).text;
  while (!(await metrics()).includes('sandboxes_recycled_total{outcome="deleted"} 1\n'));
  expect(await metrics()).toContain('sandboxes_released 0\n');
  expect(kubernetes.pods).toEqual(['python-1']);
});

test('a recycler is not ready while the API refuses its token', async () => {
  await writeFile(file('wrong'), 'wrong');
  const refused = { ...recycler(), kubernetes: { ...recycler().kubernetes, token_file: file('wrong') } };
  const { url } = await start({ roles: ['recycler'], recycler: refused });
  const answer = await send(url, 'GET', '/readyz');
  expect([answer.status, JSON.parse(answer.text)]).toMatchObject([
    503,
    { checks: { redis: 'ok', kubernetes: 'unavailable' } },
  ]);
});

test('a recycler stops in time although the API hangs, and its order stays', async () => {
  const uid = kubernetes.addPod('python-9');
  const hang = Promise.withResolvers<void>();
  const asked = new Promise<void>((resolve) => {
    kubernetes.before = () => {
      resolve();
      return hang.promise;
    };
  });
  const connection = await redis.connect();
  await createRedisSandboxes({ redis: connection }).releaseSandbox({ namespace, pod: 'python-9', uid, reason: 'over' });
  const config = {
    ...(await configFor(redis.url)),
    file: dispatcherFileSchema.parse({ roles: ['recycler'], recycler: recycler() }),
  };
  const parts = createParts({ config, redis: connection, logger: createLogger('silent'), metrics: createMetrics() });
  await parts.start();
  await asked;
  await parts.stop(1);
  expect(await createReleaseOrders(namespace, { redis: connection }).count()).toBe(1);
  hang.resolve();
  kubernetes.before = () => undefined;
  await parts.stop(20_000);
  await rm(config.artifactDir, { recursive: true });
});

test('one process may have several roles', async () => {
  const { dispatcher, url } = await start({
    roles: ['metrics-adapter', 'recycler'],
    metrics_adapter: metricsAdapter(),
    recycler: recycler(),
  });
  const answer = await send(url, 'GET', '/readyz');
  expect(JSON.parse(answer.text)).toMatchObject({ checks: { redis: 'ok', external_metrics: 'ok', kubernetes: 'ok' } });
  expect(dispatcher.metricsAdapterPort).toBeGreaterThan(0);
});

test('metrics need a token unless they are opened; a role without tokens of its own then tells nobody', async () => {
  const { url } = await start({ roles: ['metrics-adapter'], metrics_adapter: metricsAdapter() });
  expect((await send(url, 'GET', '/metrics')).status).toBe(401);
  const config = await configFor(redis.url);
  const withTokens = await start({
    roles: ['metrics-adapter'],
    metrics_adapter: metricsAdapter(),
    tokens: config.file.tokens,
  });
  expect((await send(withTokens.url, 'GET', '/metrics', { token: null })).status).toBe(401);
  expect((await send(withTokens.url, 'GET', '/metrics', { token: allScopes })).status).toBe(200);
  await rm(config.artifactDir, { recursive: true });
});

test('serve exports task_queue_depth too', async () => {
  const config = await configFor(redis.url);
  const dispatcher = createDispatcher(config, { logger: createLogger('silent') });
  dispatchers.push(dispatcher);
  await dispatcher.start();
  const { text } = await send(`http://127.0.0.1:${dispatcher.httpPort}`, 'GET', '/metrics');
  expect(text).toContain('task_queue_depth{agent_type="frontend"} 0\n');
  expect(dispatcher.metricsAdapterPort).toBe(0);
  await dispatcher.stop();
  await rm(config.artifactDir, { recursive: true });
});
