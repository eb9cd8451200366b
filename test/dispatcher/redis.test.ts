import { FactoryError } from '@agent-factory/contract';
import { createRedis, isOutOfMemory, isUnanswered, redisReady, storeError } from '../../dispatcher/src/redis';
import { startRedis, type RedisServer } from '../support/redis';

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());

/** What a command fails with, as the caller is told. */
async function failureOf(command: Promise<unknown>): Promise<FactoryError> {
  return command.then(
    () => {
      throw new Error('the command went well');
    },
    (error: unknown) => storeError(error),
  );
}

test('a Redis that has become a replica refuses, and what it refused was not done', async () => {
  const redis = await server.connect();
  await redis.replicaof('127.0.0.1', 1);
  const failure = await failureOf(redis.set('a', 'b'));
  await (await server.connect()).replicaof('NO', 'ONE');
  expect(failure).toMatchObject({ code: 'STORE_UNAVAILABLE', detail: expect.stringContaining('READONLY') });
  expect([isUnanswered(failure), isOutOfMemory(failure)]).toEqual([false, false]);
});

test('a Redis without memory refuses for that reason', async () => {
  const redis = await server.connect();
  await redis.config('SET', 'maxmemory', '1');
  const failure = await failureOf(redis.set('a', 'b'));
  await redis.config('SET', 'maxmemory', '0');
  expect(failure).toMatchObject({ code: 'STORE_UNAVAILABLE', detail: 'Redis has no memory left' });
  expect([isUnanswered(failure), isOutOfMemory(failure)]).toEqual([false, true]);
});

test('a command that Redis does not know is a defect of ours', async () => {
  const failure = await failureOf((await server.connect()).call('NONSENSE', 'with', 'arguments'));
  expect(failure.code).toBe('INTERNAL');
  expect(isUnanswered(failure)).toBe(false);
});

test('a command that gets no answer in time may have been done', async () => {
  const redis = createRedis(server.url, { commandTimeoutMs: 50 });
  await redisReady(redis);
  server.freeze();
  const failure = await failureOf(redis.set('a', 'b'));
  server.resume();
  redis.disconnect();
  expect(failure).toMatchObject({ code: 'STORE_UNAVAILABLE', retryAfterSeconds: 1 });
  expect([isUnanswered(failure), isOutOfMemory(failure)]).toEqual([true, false]);
  expect(isUnanswered(storeError(failure))).toBe(true);
});

test('the reason is the error’s own, whatever the text says', () => {
  const lookalike = new FactoryError('STORE_UNAVAILABLE', 'Redis does not answer: Redis has no memory left');
  expect([isUnanswered(lookalike), isOutOfMemory(lookalike)]).toEqual([false, false]);
});
