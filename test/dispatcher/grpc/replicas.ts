import type { Redis } from 'ioredis';
import type { GrpcServerOptions } from '../../../dispatcher/src/grpc';
import { startRedis, type RedisServer } from '../../support/redis';
import { startReplica, type Replica, type WorkerTimes } from './harness';

/** One Redis for a test file, emptied before each test; the returned function starts a dispatcher on it, which stops after the test. */
export function replicasOnRedis(): (times?: WorkerTimes, over?: Partial<GrpcServerOptions>) => Promise<Replica> {
  let redis: RedisServer;
  let connection: Redis;
  let replicas: Replica[] = [];

  beforeAll(async () => {
    redis = await startRedis();
    connection = await redis.connect();
  });
  afterAll(() => redis.stop());
  beforeEach(() => connection.flushall());
  afterEach(async () => {
    await Promise.all(replicas.map((replica) => replica.stop()));
    replicas = [];
  });

  return async (times = {}, over = {}) => {
    const started = await startReplica(redis, times, over);
    replicas.push(started);
    return started;
  };
}
