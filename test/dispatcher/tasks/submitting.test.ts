import { scopes, ulidSource, type BatchResult } from '@agent-factory/contract';
import type { Redis } from 'ioredis';
import { createRedisQueue } from '../../../dispatcher/src/queue/redisQueue';
import { submitMany, submitOne, type SubmitDeps } from '../../../dispatcher/src/tasks/submitting';
import { typeTable } from '../../../dispatcher/src/tasks/types';
import { startRedis, type RedisServer } from '../../support/redis';

let server: RedisServer;
let redis: Redis;
let deps: SubmitDeps;
beforeAll(async () => {
  server = await startRedis();
  redis = await server.connect();
});
afterAll(() => server.stop());
beforeEach(async () => {
  await redis.flushall();
  deps = {
    queue: createRedisQueue({ redis }),
    artifacts: { has: async () => true },
    types: typeTable({}),
    rules: { version: 1, rules: [] },
    artifactAgeMs: 60_000,
    ulid: ulidSource(),
  };
});

const principal = { subject: 'someone', scopes: new Set(scopes) };
const spec = (type: string) => ({ type, brain: { kind: 'model', prompt: 'x' } });
const batch = ['python', 'data'].map((type) => ({ ...spec(type), idempotency_key: `for-${type}` }));

/** What became of each item: `new`, `again`, or the code of its refusal. */
function outcomes({ results }: BatchResult): string[] {
  return results.map((one) => (one.status === 'refused' ? one.problem.code : one.duplicate ? 'again' : 'new'));
}

/** Redis refuses whatever touches the tasks of type data, but not their idempotency keys. */
async function refuseData(): Promise<() => Promise<unknown>> {
  const admin = await server.connect();
  await admin.call('ACL', 'SETUSER', 'default', 'resetkeys', '~*{python}*', '~*{idem}*');
  return () => admin.call('ACL', 'SETUSER', 'default', 'allkeys');
}

/** What touches the tasks of type data is done, and its answer is lost each time. */
function loseAnswersOfData(): () => void {
  const call = redis.callBuffer.bind(redis);
  const lost = jest.spyOn(redis, 'callBuffer').mockImplementation(async (...args: Parameters<typeof call>) => {
    const answer = await call(...args);
    if (args.flat().some((arg) => String(arg).includes('{data}'))) throw new Error('Connection is closed.');
    return answer;
  });
  return () => lost.mockRestore();
}

test('items that the store refused are taken at once when the batch comes again under the same keys', async () => {
  const allow = await refuseData();
  expect(outcomes(await submitMany(deps, principal, batch))).toEqual(['new', 'STORE_UNAVAILABLE']);
  await allow();
  expect(outcomes(await submitMany(deps, principal, batch))).toEqual(['again', 'new']);
  expect(outcomes(await submitMany(deps, principal, batch))).toEqual(['again', 'again']);
  expect(await deps.queue.stats('data')).toMatchObject({ waiting: 1 });
});

test('such an item may come alone, too', async () => {
  const allow = await refuseData();
  await submitMany(deps, principal, batch);
  await allow();
  expect(await submitOne(deps, principal, spec('data'), 'for-data')).toMatchObject({ duplicate: false });
});

test('items that were taken without an answer are found when the batch comes again', async () => {
  const answer = loseAnswersOfData();
  expect(outcomes(await submitMany(deps, principal, batch))).toEqual(['new', 'STORE_UNAVAILABLE']);
  answer();
  expect(outcomes(await submitMany(deps, principal, batch))).toEqual(['again', 'again']);
  expect(await deps.queue.stats('data')).toMatchObject({ waiting: 1 });
});
