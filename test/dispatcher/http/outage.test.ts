import { codeOf, jsonOf } from './conformance';
import { planFor, startFactory, type Factory } from './harness';

let factory: Factory;
beforeEach(async () => {
  factory = await startFactory();
});
afterEach(() => factory.stop());

const ready = () => factory.ask('GET', '/readyz', { token: null });

/** Asks until the answer is as wanted; each try waits for an answer, not for time. */
async function until(status: number): Promise<void> {
  while ((await ready()).status !== status) await new Promise(setImmediate);
}

test('while Redis is gone nothing is accepted and readyz says so; when it is back, so is the dispatcher', async () => {
  expect(jsonOf(await ready())).toMatchObject({ status: 'ok', checks: { redis: 'ok', grpc: 'ok', events: 'ok' } });
  await factory.redis.kill();
  await until(503);
  const refused = await factory.ask('POST', '/v1/tasks', { body: planFor('python') });
  expect([refused.status, codeOf(refused)]).toEqual([503, 'STORE_UNAVAILABLE']);
  const batch = await factory.ask('POST', '/v1/tasks/batch', { body: { tasks: [planFor('python'), planFor('ml')] } });
  expect([batch.status, codeOf(batch)]).toEqual([503, 'STORE_UNAVAILABLE']);
  expect((await factory.ask('GET', '/healthz')).status).toBe(200);
  expect((await factory.ask('GET', '/metrics')).text).not.toContain('agent_queue_depth{');

  await factory.redis.restart();
  await until(200);
  expect((await factory.ask('POST', '/v1/tasks', { body: planFor('python') })).status).toBe(201);
  expect(jsonOf(await factory.ask('GET', '/v1/types/python')).queue.waiting).toBe(1);
});

test('a Redis that takes connections but answers nothing is found out within the time of the check', async () => {
  factory.redis.freeze();
  const asked = performance.now();
  const answer = await ready();
  factory.redis.resume();
  expect([answer.status, jsonOf(answer).checks.redis]).toEqual([503, 'no answer within 1000 ms']);
  expect(performance.now() - asked).toBeLessThan(3_000);
  await until(200);
});
