import type { Rules } from '../rules';
import { policy } from './connectionPolicy';
import { cluster } from './redisCluster';
import { redis } from './redisInstance';
import { connection } from './servicePeering';
import { CONNECTION, POLICY, REDIS, REDIS_CLUSTER, VALKEY } from './tokens';
import { valkey } from './valkey';

/** The queue's stores and how a network reaches them. */
export const queueRules: Readonly<Record<string, Rules>> = {
  [REDIS]: redis,
  [REDIS_CLUSTER]: cluster,
  [VALKEY]: valkey,
  [POLICY]: policy,
  [CONNECTION]: connection,
};
