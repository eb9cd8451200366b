import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { agentPodLabels } from '@agent-factory/contract';
import type { Redis } from 'ioredis';
import { createKubernetes, type Kubernetes } from '../../../dispatcher/src/kubernetes/client';
import { createLogger } from '../../../dispatcher/src/log';
import { createMetrics } from '../../../dispatcher/src/metrics';
import { createGonePods } from '../../../dispatcher/src/recycler/gonePods';
import type { Loop } from '../../../dispatcher/src/recycler/loop';
import type { ReleaseOrders, Sandboxes } from '../../../dispatcher/src/recycler/port';
import { createRecycler, retryDelayMs } from '../../../dispatcher/src/recycler/recycler';
import { createRedisSandboxes, createReleaseOrders } from '../../../dispatcher/src/recycler/redisSandboxes';
import { agentLabels, namespace, startKubernetesApi, type KubernetesApi } from '../../support/kubernetesApi';
import { startRedis, type RedisServer } from '../../support/redis';
import { turnClock, type TurnClock } from '../../support/turnClock';

let server: RedisServer;
let redis: Redis;
let api: KubernetesApi;
let folder: string;
let clock: TurnClock;
let kubernetes: Kubernetes;
let sandboxes: Sandboxes;
let orders: ReleaseOrders;
let loops: Loop[] = [];

beforeAll(async () => {
  server = await startRedis();
  redis = await server.connect();
});
afterAll(() => server.stop());
beforeEach(async () => {
  await redis.flushall();
  api = await startKubernetesApi();
  folder = await mkdtemp(path.join(tmpdir(), 'recycler-'));
  await Promise.all([writeFile(file('token'), `${api.token}\n`), writeFile(file('ca.crt'), api.ca)]);
  clock = turnClock();
  const files = { token_file: file('token'), ca_file: file('ca.crt') };
  kubernetes = createKubernetes({ url: new URL(api.url), files, timeoutMs: 5_000 });
  sandboxes = createRedisSandboxes({ redis, clock: clock.now });
  orders = createReleaseOrders(namespace, { redis, clock: clock.now });
});
afterEach(async () => {
  await Promise.all(loops.map((loop) => loop.stop()));
  loops = [];
  await api.stop();
  await rm(folder, { recursive: true });
});

const file = (name: string): string => path.join(folder, name);
const release = (pod: string, uid: string) =>
  sandboxes.releaseSandbox({ namespace, pod, uid, reason: 'its crew is over' });

function start(rate = 5) {
  const metrics = createMetrics();
  const config = { namespace, labels: agentPodLabels, deletes_per_second: rate };
  const recycler = createRecycler({ orders, kubernetes, config, log: createLogger('silent'), metrics, clock });
  loops.push(recycler);
  recycler.start();
  const outcomes = async (): Promise<Record<string, number>> => {
    const { values } = await metrics.recycledSandboxes.get();
    return Object.fromEntries(values.map(({ labels, value }) => [String(labels.outcome), value]));
  };
  return { recycler, outcomes };
}

test('deletes the pods of released sandboxes, and no others', async () => {
  const uid = api.addPod('python-0');
  api.addPod('python-1');
  await release('python-0', uid);
  const { outcomes } = start();
  expect(await clock.waits()).toBe(200); // 5 a second
  expect(api.pods).toEqual(['python-1']);
  expect(await clock.turn()).toBe(1_000); // nothing left to do
  expect([await outcomes(), await orders.count()]).toEqual([{ deleted: 1 }, 0]);
});

test('not faster than it is told', async () => {
  for (const name of ['a', 'b', 'c']) await release(name, api.addPod(name));
  start(0.5);
  expect([await clock.waits(), api.pods.length]).toEqual([2_000, 2]);
  expect([await clock.turn(), api.pods.length]).toEqual([2_000, 1]);
  expect([await clock.turn(), api.pods.length]).toEqual([2_000, 0]);
});

test('a pod that is gone, or whose name belongs to another one by now, is done with', async () => {
  await release('never-was', 'uid-1');
  await release('python-0', 'uid-of-before');
  api.addPod('python-0');
  const { outcomes } = start();
  await clock.turn();
  await clock.turn();
  expect(await outcomes()).toEqual({ gone: 1, replaced: 1 });
  expect(api.asked.filter((asked) => asked.startsWith('DELETE'))).toEqual([]);
  expect([api.pods, await orders.count()]).toEqual([['python-0'], 0]);
});

test('one that is replaced between the look and the deletion is left alone, by its uid', async () => {
  const uid = api.addPod('python-0');
  await release('python-0', uid);
  let successor = '';
  api.before = (asked) => {
    if (asked.startsWith('DELETE') && successor === '') successor = api.addPod('python-0');
  };
  const { outcomes } = start();
  await clock.waits();
  expect([await outcomes(), api.pods]).toEqual([{ replaced: 1 }, ['python-0']]);
  expect(successor).not.toBe(uid);
});

test.each([
  ['no labels', {}],
  ['the label of another part', { ...agentLabels, 'app.kubernetes.io/component': 'dispatcher' }],
  ['one of two labels', { 'app.kubernetes.io/component': 'agent' }],
])('a pod with %s is never deleted, whoever asks', async (_what, labels) => {
  await release('precious', api.addPod('precious', labels));
  const { outcomes } = start();
  await clock.waits();
  expect([await outcomes(), api.pods, await orders.count()]).toEqual([{ refused: 1 }, ['precious'], 0]);
  expect(api.asked.filter((asked) => asked.startsWith('DELETE'))).toEqual([]);
});

test.each([401, 403, 429, 500, 503])('a %p is tried again, less and less often, until it is done', async (status) => {
  const uid = api.addPod('python-0');
  await release('python-0', uid);
  api.fail(status, 3);
  const { outcomes } = start();
  expect(await clock.waits()).toBe(1_000);
  expect(await clock.turn()).toBe(2_000);
  expect(await clock.turn()).toBe(4_000);
  expect([await outcomes(), api.pods]).toEqual([{ failed: 3 }, ['python-0']]);
  expect(await clock.turn()).toBe(200);
  expect([await outcomes(), api.pods, await orders.count()]).toEqual([{ failed: 3, deleted: 1 }, [], 0]);
});

test('waits as long as the server asks it to, up to a minute', async () => {
  await release('python-0', api.addPod('python-0'));
  api.fail(429, 1, 30);
  api.fail(429, 1, 3_600);
  start();
  expect(await clock.waits()).toBe(30_000);
  expect(await clock.turn()).toBe(60_000);
});

test('pauses double from a second to a minute', () => {
  expect([1, 2, 3, 6, 7, 1_000].map(retryDelayMs)).toEqual([1_000, 2_000, 4_000, 32_000, 60_000, 60_000]);
});

test('its token is read again at each call, since Kubernetes replaces it', async () => {
  await release('python-0', api.addPod('python-0'));
  await writeFile(file('token'), 'an-old-one');
  start();
  expect(await clock.waits()).toBe(1_000);
  await writeFile(file('token'), api.token);
  await clock.turn();
  expect(api.pods).toEqual([]);
});

test('an order whose recycler died is done by the next one', async () => {
  await release('python-0', api.addPod('python-0'));
  await orders.take(60_000); // and nothing more is heard of who took it
  start();
  expect([await clock.waits(), api.pods]).toEqual([1_000, ['python-0']]);
  while (api.pods.length > 0) await clock.turn();
  expect(await orders.count()).toBe(0);
});

test('goes on after Redis was away', async () => {
  await release('python-0', api.addPod('python-0'));
  const failing = jest.spyOn(redis, 'callBuffer').mockRejectedValueOnce(new Error('Connection is closed.'));
  start();
  expect([await clock.waits(), api.pods]).toEqual([1_000, ['python-0']]);
  failing.mockRestore();
  await clock.turn();
  expect(api.pods).toEqual([]);
});

test('starts and stops twice, and does not start after a stop', async () => {
  const { recycler } = start();
  recycler.start();
  await clock.waits();
  await Promise.all([recycler.stop(), recycler.stop()]);
  const calls = jest.spyOn(orders, 'take');
  const never = createRecycler({
    orders,
    kubernetes,
    config: { namespace, labels: agentPodLabels, deletes_per_second: 1 },
    log: createLogger('silent'),
    metrics: createMetrics(),
  });
  await never.stop();
  never.start();
  await never.stop();
  expect(calls).not.toHaveBeenCalled();
});

describe('pods that are gone', () => {
  const bind = (name: string, uid: string) => sandboxes.bind({ namespace, name, uid, agentType: 'python' });
  const watch = (): void => {
    const loop = createGonePods({ orders, kubernetes, namespace, log: createLogger('silent'), clock });
    loops.push(loop);
    loop.start();
  };

  test('nobody registers from a pod that its cluster no longer has; those that live go on', async () => {
    const uids = new Map(['a', 'b', 'c', 'd', 'e'].map((name) => [name, api.addPod(name)])); // several pages
    for (const [name, uid] of uids) await bind(name, uid);
    watch();
    expect(await clock.waits()).toBe(10_000);
    for (const [name, uid] of uids) await bind(name, uid);
    api.removePod('c');
    await clock.turn();
    const again = await Promise.allSettled([...uids].map(([name, uid]) => bind(name, uid)));
    expect(again.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(again[2]).toMatchObject({ reason: { code: 'FORBIDDEN' } });
  });

  test('one that registers while the cluster is asked lives', async () => {
    await bind('a', api.addPod('a'));
    const late = api.addPod('late');
    api.removePod('late'); // as a list that was made before it
    let registered: Promise<void> | undefined;
    const listPodUids = kubernetes.listPodUids.bind(kubernetes);
    kubernetes.listPodUids = async (where) => {
      const found = await listPodUids(where);
      await (registered ??= bind('late', late));
      return found;
    };
    watch();
    await clock.waits();
    await expect(bind('late', late)).resolves.toBeUndefined();
  });

  test('a cluster that cannot be asked, or keeps its pods to itself, tells nothing of them', async () => {
    const uid = api.addPod('a');
    await bind('a', uid);
    api.rights.delete('list');
    watch();
    expect(await clock.waits()).toBe(10_000);
    api.fail(500, 1);
    await clock.turn();
    await expect(bind('a', uid)).resolves.toBeUndefined();
  });

  test('is not asked at all while no agent has a pod', async () => {
    watch();
    await clock.turn();
    expect(api.asked).toEqual([]);
  });
});

test('is ready when the API takes its token, whatever else it may read', async () => {
  await expect(kubernetes.ping()).resolves.toBeUndefined();
  api.fail(403, 1);
  await expect(kubernetes.ping()).resolves.toBeUndefined();
  await writeFile(file('token'), 'another');
  const error: unknown = await kubernetes.ping().catch((failure: unknown) => failure);
  expect(error).toMatchObject({ name: 'KubernetesError', status: 401 });
  expect(String(error)).not.toContain('another');
});
