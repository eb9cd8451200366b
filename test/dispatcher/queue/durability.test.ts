import { createRedisQueue } from '../../../dispatcher/src/queue/redisQueue';
import { createRedis, redisReady } from '../../../dispatcher/src/redis';
import { startRedis, type RedisServer } from '../../support/redis';
import { deadLetter, failure, lease, newTask, only, running, submitOne, success, taskOf, typeWith } from './fixtures';
import { redisHarness } from './redisHarness';

let server: RedisServer | undefined;
afterEach(() => server?.stop());

test('a kill -9 of Redis loses nothing that was answered, and the same connection goes on', async () => {
  server = await startRedis({ aof: 'always' });
  const redis = await server.connect();
  const queue = createRedisQueue({ redis });
  const batch = await queue.submit(
    typeWith('python'),
    Array.from({ length: 50 }, () => newTask()),
  );
  const held = await queue.claim('python', 'agent-1', 10);
  await queue.complete(
    'python',
    'agent-1',
    held.slice(0, 5).map((one) => ({ ...lease(one), result: success })),
  );
  await server.kill();
  await expect(queue.claim('python', 'agent-1', 1)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  await server.restart();
  await redisReady(redis);
  expect(await queue.stats('python')).toMatchObject({ waiting: 40, running: 5 });
  expect(await queue.heartbeat('python', 'agent-1', held.map(lease))).toEqual(
    held.map((one, index) => ({ ...lease(one), state: index < 5 ? 'lost' : 'held' })),
  );
  await queue.complete(
    'python',
    'agent-1',
    held.slice(5).map((one) => ({ ...lease(one), result: success })),
  );
  const rest = await queue.claim('python', 'agent-1', 100);
  await queue.complete(
    'python',
    'agent-1',
    rest.map((one) => ({ ...lease(one), result: success })),
  );
  for (const outcome of batch) expect((await queue.get(taskOf(outcome).id)).state).toBe('succeeded');
});

test('a server that forgot its scripts gets them again', async () => {
  server = await startRedis();
  const redis = await server.connect();
  const harness = await redisHarness(redis);
  const held = await running(harness);
  await redis.script('FLUSH');
  expect(only(await harness.queue.heartbeat('python', 'agent-1', [lease(held)])).state).toBe('held');
  await redis.script('FLUSH');
  expect(only(await harness.queue.complete('python', 'agent-1', [{ ...lease(held), result: success }])).accepted).toBe(
    true,
  );
});

test('without memory Redis refuses submissions whole, and everything else goes on', async () => {
  server = await startRedis({ args: ['--maxmemory-policy', 'noeviction'] });
  const redis = await server.connect();
  const harness = await redisHarness(redis);
  const { queue, clock } = harness;
  const held = await running(harness);
  const other = await running(harness);
  await submitOne(harness);
  await redis.config('SET', 'maxmemory', '1');
  const error = await queue
    .submit(typeWith('python'), [newTask({ idempotency: { key: 'k', fingerprint: 'f' } })])
    .catch((e: unknown) => e);
  expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', detail: 'Redis has no memory left' });
  expect(await queue.stats('python')).toMatchObject({ waiting: 1 });
  const line = { ...lease(held), at: new Date(0).toISOString(), stream: 'agent' as const, text: 'x' };
  await queue.log('python', 'agent-1', [line]);
  expect(
    only(await queue.heartbeat('python', 'agent-1', [{ ...lease(held), progress: { step: 'a', done: 1, total: 2 } }]))
      .state,
  ).toBe('held');
  expect(only(await queue.claim('python', 'agent-2', 1)).epoch).toBe(1);
  expect(only(await queue.complete('python', 'agent-1', [{ ...lease(held), result: success }])).accepted).toBe(true);
  expect(only(await queue.lose('python', 'agent-1', [lease(other)])).accepted).toBe(true);
  clock.advance(100_000);
  expect((await queue.sweep('python')).reclaimed).toMatchObject({ requeued: 1 });
  await redis.config('SET', 'maxmemory', '0');
  expect(
    only(await queue.submit(typeWith('python'), [newTask({ idempotency: { key: 'k', fingerprint: 'f' } })])),
  ).toMatchObject({
    status: 'accepted',
    duplicate: false,
  });
});

test('a server that does not answer is noticed in time, and its socket is given up', async () => {
  server = await startRedis();
  const redis = createRedis(server.url, { commandTimeoutMs: 300, reconnectCapMs: 50 });
  await redisReady(redis);
  const queue = createRedisQueue({ redis });
  const closed = new Promise<void>((resolve) => redis.once('close', () => resolve()));
  server.freeze();
  await expect(queue.claim('python', 'agent-1', 1)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  // Else a host that vanished without a word would hold the connection.
  await closed;
  server.resume();
  await redisReady(redis);
  const task = newTask();
  expect(only(await queue.submit(typeWith('python'), [task]))).toMatchObject({ status: 'accepted' });
  redis.disconnect();
});

test('a submission that Redis got but did not answer is asked for again, and its task is there once', async () => {
  server = await startRedis();
  const redis = createRedis(server.url, { commandTimeoutMs: 300, reconnectCapMs: 50 });
  await redisReady(redis);
  const queue = createRedisQueue({ redis });
  const task = newTask({ idempotency: { key: 'k', fingerprint: 'f' } });
  const full = typeWith('python', { queue_limit: 1 });
  // The script of the first submission is cut off from its answer; the second try has to find the task, though the queue is full.
  const evalsha = redis.callBuffer.bind(redis);
  const cut = jest.spyOn(redis, 'callBuffer').mockImplementation(async (...args: Parameters<typeof evalsha>) => {
    const answer = await evalsha(...args);
    if ((await redis.zcard('queue:{python}')) === 0) return answer;
    cut.mockRestore();
    throw new Error('Connection is closed.');
  });
  expect(only(await queue.submit(full, [task]))).toMatchObject({
    status: 'accepted',
    duplicate: false,
    task: { id: task.id },
  });
  expect((await queue.stats('python')).waiting).toBe(1);
  redis.disconnect();
});

test('after a refusal for want of an answer a task may be there, and its key makes a retry safe', async () => {
  server = await startRedis();
  const redis = createRedis(server.url, { commandTimeoutMs: 200, reconnectCapMs: 50 });
  await redisReady(redis);
  const queue = createRedisQueue({ redis });
  const idempotency = { key: 'k', fingerprint: 'f' };
  const closed = new Promise<void>((resolve) => redis.once('close', () => resolve()));
  server.freeze();
  await expect(queue.submit(typeWith('python'), [newTask({ idempotency })])).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
    record: { hint: expect.stringContaining('unknown') },
  });
  await closed;
  server.resume();
  await redisReady(redis);
  const { id } = taskOf(only(await queue.submit(typeWith('python'), [newTask({ idempotency })])));
  expect(taskOf(only(await queue.submit(typeWith('python'), [newTask({ idempotency })]))).id).toBe(id);
  expect((await queue.stats('python')).waiting).toBe(1);
  redis.disconnect();
});

test('ended tasks stay inside their number under load, without a sweep', async () => {
  server = await startRedis();
  const redis = await server.connect();
  const finishedTasks = 100;
  const { queue } = await redisHarness(redis, { retention: { finishedTasks } });
  const batch = 300;
  for (let n = 0; n < 5; n += 1) {
    await queue.submit(
      typeWith('python'),
      Array.from({ length: batch }, () => newTask()),
    );
    const held = await queue.claim('python', 'agent-1', batch);
    await queue.complete(
      'python',
      'agent-1',
      held.map((one) => ({ ...lease(one), result: success })),
    );
    expect(await redis.llen('done:{python}')).toBeLessThanOrEqual(finishedTasks + batch);
    expect(await redis.zcard('all:{python}')).toBeLessThanOrEqual(finishedTasks + batch);
  }
});

test('a sweep that could not drop all asks for the next one at once', async () => {
  server = await startRedis();
  const redis = await server.connect();
  const { queue, clock } = await redisHarness(redis, { retention: { finishedMs: 1_000 } });
  const outcomes = await queue.submit(
    typeWith('python'),
    Array.from({ length: 300 }, () => newTask()),
  );
  await Promise.all(outcomes.map((outcome) => queue.cancel(taskOf(outcome).id)));
  clock.advance(2_000);
  expect(await queue.sweep('python')).toMatchObject({ dropped: 200, nextDueMs: 0 });
  const last = await queue.sweep('python');
  expect(last.dropped).toBe(100);
  expect(last.nextDueMs).toBeUndefined();
});

test('a log is cut off, once, where its lines take more than a mebibyte', async () => {
  server = await startRedis();
  const redis = await server.connect();
  const harness = await redisHarness(redis);
  const held = await running(harness);
  const at = '2030-01-01T00:00:00.000Z';
  const line = { ...lease(held), at, stream: 'stdout' as const, text: 'x'.repeat(16_000) };
  for (let n = 0; n < 4; n += 1)
    await harness.queue.log(
      'python',
      'agent-1',
      Array.from({ length: 25 }, () => line),
    );
  const entries = await redis.xrange(`log:{python}-${held.id.slice('python-'.length)}`, '-', '+');
  const texts = entries.map(([, [, text]]) => text ?? '');
  expect(texts.slice(0, -1).join('').length).toBeLessThanOrEqual(1_048_576);
  expect(texts.length).toBeGreaterThan(60);
  expect(texts.filter((text) => text.includes('log cut'))).toEqual(texts.slice(-1));
  expect(JSON.parse(texts.at(-1) ?? '')).toMatchObject({ at, stream: 'agent' });
});

test('each attempt may write a log of its own, for which older lines make room', async () => {
  server = await startRedis();
  const redis = await server.connect();
  const harness = await redisHarness(redis);
  const { queue, clock } = harness;
  const kept = 1_048_576;
  const at = '2030-01-01T00:00:00.000Z';
  const write = async (held: { id: string; epoch: number }, letter: string) => {
    const line = { ...lease(held), at, stream: 'stdout' as const, text: letter.repeat(16_000) };
    for (let n = 0; n < 4; n += 1)
      await queue.log(
        'python',
        'agent-1',
        Array.from({ length: 20 }, () => line),
      );
  };
  const lines = async (id: string) =>
    (await redis.xrange(`log:{python}-${id.slice('python-'.length)}`, '-', '+')).map(([, [, text]]) => text ?? '');
  let held = await running(harness, 'agent-1', { maxAttempts: 1 });
  await write(held, 'a');
  await queue.release('python', 'agent-1', [lease(held)], 'drain');
  held = only(await queue.claim('python', 'agent-1', 1));
  await write(held, 'b');
  await queue.complete('python', 'agent-1', [{ ...lease(held), result: failure(false) }]);
  await queue.redrive(held.id);
  clock.advance(1);
  held = only(await queue.claim('python', 'agent-1', 1));
  await write(held, 'c');
  const all = await lines(held.id);
  const bytesOf = (letter: string) => all.filter((text) => text.includes(letter.repeat(99))).join('').length;
  expect(bytesOf('a')).toBe(0);
  for (const letter of ['b', 'c']) {
    expect(bytesOf(letter)).toBeGreaterThan(kept - 2 * 16_100);
    expect(bytesOf(letter)).toBeLessThanOrEqual(kept);
  }
  const last = all.slice(all.findIndex((text) => text.includes('c'.repeat(99))));
  expect(last.filter((text) => text.includes('log cut'))).toEqual(last.slice(-1));
});

test('nothing is left of tasks after their retention', async () => {
  server = await startRedis();
  const redis = await server.connect();
  const harness = await redisHarness(redis);
  const { queue, clock, finishedMs, deadMs } = harness;
  const metered = await running(harness, 'agent-1', { idempotency: { key: 'k', fingerprint: 'f' } });
  await queue.meter(lease(metered), 'agent-1', {
    input_tokens: 1,
    output_tokens: 1,
    cost_usd: 1,
    model_calls: 1,
    tool_calls: 0,
  });
  await queue.log('python', 'agent-1', [
    { ...lease(metered), at: new Date(0).toISOString(), stream: 'stdout', text: 'x' },
  ]);
  await queue.heartbeat('python', 'agent-1', [{ ...lease(metered), progress: { step: 'a', done: 1, total: 2 } }]);
  await queue.release('python', 'agent-1', [lease(metered)], 'drain');
  const again = only(await queue.claim('python', 'agent-1', 1));
  await queue.complete('python', 'agent-1', [{ ...lease(again), result: success }]);
  await deadLetter(harness, { delay_ms: 0 });
  const redriven = await deadLetter(harness);
  await queue.redrive(redriven.id);
  await queue.cancel(redriven.id);
  await queue.setPaused('python', true);
  const delayed = await submitOne(harness, { delay_ms: 5_000 });
  await queue.cancel(delayed.id);
  clock.advance(finishedMs + deadMs + 1);
  while ((await queue.sweep('python')).dropped > 0);
  const [key, ...others] = (await redis.keys('*')).sort((a) => (a.startsWith('idem:') ? -1 : 1));
  expect(others.sort()).toEqual(['events:{python}', 'meta:{python}']);
  expect(await redis.pttl(key ?? '')).toBeGreaterThan(0);
});

test('the latest claims of agents that come and go stay inside their number, and no lease is lost with them', async () => {
  server = await startRedis();
  const redis = await server.connect();
  const harness = await redisHarness(redis);
  const held = await running(harness);
  await harness.queue.setPaused('python', true);
  const others = Array.from({ length: 10_000 }, (_, n) => [`claim:gone-${n}`, 't']);
  await redis.hset('meta:{python}', Object.fromEntries(others));
  await harness.queue.sweep('python');
  expect(await redis.hkeys('meta:{python}')).toEqual(['paused']);
  expect(only(await harness.queue.heartbeat('python', 'agent-1', [lease(held)])).state).toBe('held');
});

test('the stream of events stays inside its bytes', async () => {
  server = await startRedis();
  const redis = await server.connect();
  const eventsBytes = 100_000;
  const { queue } = await redisHarness(redis, { retention: { eventsBytes } });
  for (let n = 0; n < 20; n += 1)
    await queue.submit(
      typeWith('python'),
      Array.from({ length: 500 }, () => newTask()),
    );
  expect(Number(await redis.memory('USAGE', 'events:{python}'))).toBeGreaterThan(eventsBytes);
  await queue.sweep('python');
  expect(Number(await redis.memory('USAGE', 'events:{python}'))).toBeLessThanOrEqual(eventsBytes);
});

test('logs keep about the last 2,000 lines of a task, and none of others', async () => {
  server = await startRedis();
  const redis = await server.connect();
  const harness = await redisHarness(redis);
  const held = await running(harness);
  const line = (text: string) => ({ ...lease(held), at: new Date(0).toISOString(), stream: 'agent' as const, text });
  for (let n = 0; n < 5; n += 1) {
    await harness.queue.log(
      'python',
      'agent-1',
      Array.from({ length: 1_000 }, (_, index) => line(`${n}-${index}`)),
    );
  }
  await harness.queue.log('python', 'agent-2', [line('foreign')]);
  await harness.queue.log('python', 'agent-1', [{ ...line('old'), epoch: 9 }]);
  const key = `log:{python}-${held.id.slice('python-'.length)}`;
  const length = await redis.xlen(key);
  expect(length).toBeGreaterThanOrEqual(2_000);
  expect(length).toBeLessThan(2_200);
  expect((await redis.xrevrange(key, '+', '-', 'COUNT', 1))[0]?.[1][1]).toContain('4-999');
});

test('a waiting task takes at most 500 bytes and its spec', async () => {
  server = await startRedis();
  const redis = await server.connect();
  const { queue } = await redisHarness(redis);
  const count = 2_000;
  let payload = 0;
  for (let n = 0; n < count; n += 1_000) {
    const tasks = Array.from({ length: 1_000 }, () => newTask({ text: 'x'.repeat(200) }));
    payload = JSON.stringify(tasks[0]?.spec).length;
    await queue.submit(typeWith('python'), tasks);
  }
  const bytes = async (key: string) => Number(await redis.memory('USAGE', key, 'SAMPLES', 0));
  const [task] = await redis.keys('task:*');
  const each = (await bytes(task ?? '')) + ((await bytes('queue:{python}')) + (await bytes('all:{python}'))) / count;
  expect(each - payload).toBeLessThanOrEqual(500);
});
