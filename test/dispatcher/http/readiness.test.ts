import { rm } from 'node:fs/promises';
import type { Health } from '@agent-factory/contract';
import { createLogger } from '../../../dispatcher/src/log';
import { createMetrics } from '../../../dispatcher/src/metrics';
import { createSides } from '../../../dispatcher/src/sides';
import { openStores, type Stores } from '../../../dispatcher/src/stores';
import { startRedis, type RedisServer } from '../../support/redis';
import { configFor, send } from './harness';

let redis: RedisServer;
let stores: Stores;
let sides: ReturnType<typeof createSides>;
let url: string;
const closers: (() => Promise<void> | void)[] = [];

beforeEach(async () => {
  redis = await startRedis();
  const config = await configFor(redis.url);
  const common = { config, logger: createLogger('silent'), metrics: createMetrics() };
  closers.push(
    () => redis.stop(),
    () => rm(config.artifactDir, { recursive: true, force: true }),
  );
  stores = await openStores({ ...common, onOpen: (close) => closers.push(close) });
  sides = createSides({ ...common, stores });
  closers.push(
    () => stores.events.stop(),
    () => sides.http.close(0),
    () => sides.grpc.stop(),
  );
  url = `http://127.0.0.1:${await sides.http.listen()}`;
});
afterEach(async () => {
  for (let close = closers.pop(); close !== undefined; close = closers.pop()) await close();
});

async function ready(): Promise<{ status: number; checks: Health['checks'] }> {
  const answer = await send(url, 'GET', '/readyz', { token: null });
  return { status: answer.status, checks: (JSON.parse(answer.text) as Health).checks }; // what the schema test holds it to
}

const well = { redis: 'ok', grpc: 'ok', events: 'ok', artifacts: 'ok' };

test('ready once gRPC is bound and serves, and no longer when it is told not to', async () => {
  await stores.events.start();
  expect(await ready()).toEqual({ status: 503, checks: { ...well, grpc: 'unavailable' } });
  await sides.grpc.start();
  expect(await ready()).toEqual({ status: 200, checks: well });
  sides.grpc.setServing(false);
  expect(await ready()).toEqual({ status: 503, checks: { ...well, grpc: 'unavailable' } });
  sides.grpc.setServing(true);
  await sides.grpc.stop();
  expect(await ready()).toEqual({ status: 503, checks: { ...well, grpc: 'unavailable' } });
});

test('ready only while events are followed', async () => {
  await sides.grpc.start();
  expect(await ready()).toEqual({ status: 503, checks: { ...well, events: 'unavailable' } });
  await stores.events.start();
  expect(await ready()).toEqual({ status: 200, checks: well });
  await stores.events.stop();
  expect(await ready()).toEqual({ status: 503, checks: { ...well, events: 'unavailable' } });
});

test('ready only while Redis answers', async () => {
  await stores.events.start();
  await sides.grpc.start();
  await redis.kill();
  const { status, checks } = await ready();
  expect([status, checks['redis']]).toEqual([503, 'unavailable']);
});
