import type { Redis } from 'ioredis';
import { startRedis, type RedisServer } from '../../support/redis';
import { queueConformance } from './conformance';
import { redisHarness } from './redisHarness';

let server: RedisServer;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = await server.connect();
});
afterAll(() => server.stop());

queueConformance(() => redisHarness(redis));
