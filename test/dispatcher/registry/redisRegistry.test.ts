import type { Redis } from 'ioredis';
import { createRedisRegistry } from '../../../dispatcher/src/registry/redisRegistry';
import { testClock } from '../../support/clock';
import { startRedis, type RedisServer } from '../../support/redis';
import { registryConformance } from './conformance';

let server: RedisServer;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = await server.connect();
});
afterAll(() => server.stop());

registryConformance(async () => {
  await redis.flushall();
  const clock = testClock();
  return { registry: createRedisRegistry({ redis, clock: clock.now }), clock };
});

test('rows expire by themselves', async () => {
  await redis.flushall();
  const registry = createRedisRegistry({ redis });
  await registry.register({ id: 'a', type: 'python', version: '1', slots: 1, tools: [], confinement: 'none' }, 'c');
  await registry.heartbeat('a', 'c', 0, 'READY');
  const [row] = await redis.keys('agent:*');
  const left = await redis.pttl(row ?? '');
  expect(left).toBeGreaterThan(86_000_000);
  expect(left).toBeLessThanOrEqual(86_400_000);
});
