import { createRedisRegistry } from '../../../dispatcher/src/registry/redisRegistry';
import { codeOf, jsonOf } from './conformance';
import { everyType, finish, planFor, send, startFactory, tokenWithout, type Factory } from './harness';
import { digestOf } from './scenarios';

let factory: Factory;
beforeAll(async () => {
  factory = await startFactory({ limits: { queue_limit: { ml: 3 } } });
});
afterAll(() => factory.stop());

const submit = (body: unknown, headers: Record<string, string> = {}) =>
  factory.ask('POST', '/v1/tasks', { body, headers });
const model = (over: object = {}) => ({ type: 'backend', brain: { kind: 'model', prompt: 'x' }, ...over });

test('a task is kept as it was submitted, with its defaults, submitter and implicit crew', async () => {
  const answer = await submit({
    task_type: 'code-generation',
    brain: { kind: 'model', prompt: 'hello' },
    labels: { a: 'b' },
  });
  expect(answer.status).toBe(201);
  const task = jsonOf(answer);
  expect(task).toMatchObject({
    type: 'python',
    state: 'queued',
    submitter: 'tester',
    crew: 'own.tester',
    priority: 'P2',
    max_attempts: 3,
  });
  expect(answer.headers.get('location')).toBe(`/v1/tasks/${task.id}`);
  expect(jsonOf(await factory.ask('GET', `/v1/tasks/${task.id}`)).spec).toMatchObject({
    task_type: 'code-generation',
    delay_ms: 0,
  });
});

test('the same key answers the same task, whatever the order of its fields; another task is a conflict, another submitter is not', async () => {
  const headers = { 'idempotency-key': 'only-once' };
  const first = await submit(model(), headers);
  const again = await submit({ brain: { prompt: 'x', kind: 'model' }, type: 'backend' }, headers);
  expect([first.status, again.status, jsonOf(again).id]).toEqual([201, 200, jsonOf(first).id]);
  expect(codeOf(await submit(model({ priority: 'P3' }), headers))).toBe('IDEMPOTENCY_CONFLICT');
  // What was sent is compared, not what it means: and a key holds across types.
  expect(codeOf(await submit(model({ priority: 'P2' }), headers))).toBe('IDEMPOTENCY_CONFLICT');
  expect(codeOf(await submit(model({ type: 'tester' }), headers))).toBe('IDEMPOTENCY_CONFLICT');
  const other = await factory.ask('POST', '/v1/tasks', { body: model(), headers, token: tokenWithout('queue:admin') });
  expect([other.status, jsonOf(other).id === jsonOf(first).id]).toEqual([201, false]);
  expect(codeOf(await submit(model(), { 'idempotency-key': 'has spaces' }))).toBe('INVALID_ARGUMENT');
});

test('a batch takes what is good, refuses what is not, and answers in order', async () => {
  const tasks = [
    model({ idempotency_key: 'in-batch' }),
    model({ type: 'cobol' }),
    planFor('devops'),
    model({ idempotency_key: 'in-batch' }),
    model({ idempotency_key: 'in batch' }),
    7,
    model({ inputs: [{ artifact: digestOf('not there'), path: 'a' }] }),
    { ...planFor('python'), brain: { kind: 'plan', steps: [{ id: 'a', tool: 'teleport', input: {} }] } },
  ];
  const { results, accepted, refused } = jsonOf(await factory.ask('POST', '/v1/tasks/batch', { body: { tasks } }));
  expect([accepted, refused]).toEqual([3, 5]);
  expect(results.map((one) => (one.status === 'accepted' ? one.task.type : one.problem.code))).toEqual([
    'backend',
    'TYPE_UNKNOWN',
    'devops',
    'backend',
    'INVALID_ARGUMENT',
    'INVALID_ARGUMENT',
    'ARTIFACT_NOT_FOUND',
    'TOOL_UNKNOWN',
  ]);
  const taken = results.flatMap((one) => (one.status === 'accepted' ? [one] : []));
  for (const { task } of taken) expect(task).not.toHaveProperty('spec');
  expect(taken.map(({ duplicate }) => duplicate)).toEqual([false, false, true]);
  expect(taken[2]?.task.id).toBe(taken[0]?.task.id);
  const paths = results.flatMap((one) => (one.status === 'refused' ? [one.problem.errors?.[0]?.path] : []));
  expect(paths).toEqual([
    'tasks[1].type',
    'tasks[4].idempotency_key',
    'tasks[5]',
    'tasks[6].inputs[0].artifact',
    'tasks[7].brain.steps[0].tool',
  ]);
});

test('a batch that names an ended task again does not bring its result along', async () => {
  const item = model({ type: 'tester', idempotency_key: 'ended-before' });
  await factory.ask('POST', '/v1/tasks/batch', { body: { tasks: [item] } });
  const id = await finish(factory.queue, 'tester', 'succeeded');
  const { results } = jsonOf(await factory.ask('POST', '/v1/tasks/batch', { body: { tasks: [item] } }));
  expect(results).toEqual([
    { status: 'accepted', duplicate: true, task: expect.objectContaining({ id, state: 'succeeded' }) },
  ]);
  for (const part of ['spec', 'result']) expect(results[0]).not.toHaveProperty(`task.${part}`);
});

test('a thousand tasks in one call are all taken, each once', async () => {
  const tasks = Array.from({ length: 1_000 }, (_, index) =>
    model({ type: everyType[index % 10] ?? 'python', labels: { load: 'thousand' } }),
  );
  const { results, accepted } = jsonOf(await factory.ask('POST', '/v1/tasks/batch', { body: { tasks } }));
  expect([accepted, new Set(results.map((one) => (one.status === 'accepted' ? one.task.id : ''))).size]).toEqual([
    1_000, 1_000,
  ]);
});

test('a full queue answers 429 with Retry-After, and takes nothing of the task', async () => {
  for (let taken = 0; taken < 3; taken += 1) expect((await submit(model({ type: 'ml' }))).status).toBe(201);
  const refused = await submit(model({ type: 'ml' }), { 'idempotency-key': 'not-taken' });
  expect([refused.status, codeOf(refused)]).toEqual([429, 'QUEUE_FULL']);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(jsonOf(await factory.ask('GET', '/v1/types/ml')).queue.waiting).toBe(3);
  await finish(factory.queue, 'ml', 'succeeded');
  expect((await submit(model({ type: 'ml' }), { 'idempotency-key': 'not-taken' })).status).toBe(201);
});

test('pages of a list hold every task once', async () => {
  for (let count = 0; count < 7; count += 1) await submit(model({ type: 'integration', labels: { page: 'yes' } }));
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const query = new URLSearchParams({
      type: 'integration',
      label: 'page=yes',
      limit: '3',
      ...(cursor === undefined ? {} : { cursor }),
    });
    const page = jsonOf(await factory.ask('GET', `/v1/tasks?${query.toString()}`));
    seen.push(...page.tasks.map(({ id }: { id: string }) => id));
    cursor = page.next_cursor;
  } while (cursor !== undefined);
  expect([seen.length, new Set(seen).size]).toEqual([7, 7]);
});

test('a cancelled task ends at once when it waits, and asking twice is fine', async () => {
  const { id } = jsonOf(await submit(model({ type: 'reviewer' })));
  expect(jsonOf(await factory.ask('POST', `/v1/tasks/${id}/cancel`)).state).toBe('cancelled');
  expect((await factory.ask('POST', `/v1/tasks/${id}/cancel`)).status).toBe(200);
});

test('a paused type gives out nothing until it is resumed', async () => {
  await submit(planFor('security'));
  expect(jsonOf(await factory.ask('POST', '/v1/types/security/pause')).queue.paused).toBe(true);
  expect(await factory.queue.claim('security', 'agent-1', 1)).toEqual([]);
  expect(jsonOf(await factory.ask('POST', '/v1/types/security/resume')).queue.paused).toBe(false);
  expect(await factory.queue.claim('security', 'agent-1', 1)).toHaveLength(1);
});

test('failed tasks are listed and go back, one or all of a type', async () => {
  for (let count = 0; count < 3; count += 1) {
    await submit(planFor('researcher'));
    await finish(factory.queue, 'researcher', 'failed');
  }
  const dead = jsonOf(await factory.ask('GET', '/v1/types/researcher/dead-letters')).tasks;
  expect(dead.map(({ state }: { state: string }) => state)).toEqual(['failed', 'failed', 'failed']);
  expect(jsonOf(await factory.ask('POST', `/v1/tasks/${dead[0]?.id}/redrive`)).state).toBe('queued');
  expect(jsonOf(await factory.ask('POST', '/v1/types/researcher/redrive'))).toEqual({ redriven: 2 });
});

test('artifacts come back as they went, and a task may name them', async () => {
  const bytes = Buffer.alloc(3_000_000, 'artifact');
  const digest = digestOf(bytes.toString());
  const headers = { 'content-type': 'application/octet-stream' };
  expect((await factory.ask('PUT', `/v1/artifacts/${digest}`, { body: bytes, headers })).status).toBe(201);
  const back = await factory.ask('GET', `/v1/artifacts/${digest}`);
  expect([back.headers.get('content-length'), back.text === bytes.toString()]).toEqual(['3000000', true]);
  expect((await submit(model({ inputs: [{ artifact: digest, path: 'in/data.bin' }] }))).status).toBe(201);
});

test('another media type is refused, and told which one is taken', async () => {
  const headers = { 'content-type': 'text/plain' };
  const task = await submit('a task', headers);
  expect([task.status, codeOf(task), jsonOf(task).detail]).toEqual([
    415,
    'UNSUPPORTED_MEDIA_TYPE',
    'this address takes application/json',
  ]);
  const artifact = await factory.ask('PUT', `/v1/artifacts/${digestOf('x')}`, { body: 'x', headers });
  expect([artifact.status, jsonOf(artifact).detail]).toEqual([415, 'this address takes application/octet-stream']);
});

test('agents that died do not count among those of a type, though they are listed', async () => {
  const row = { type: 'devops' as const, version: '0', slots: 1, tools: [], confinement: 'none' as const };
  const long = createRedisRegistry({ redis: await factory.redis.connect(), clock: () => Date.now() - 60_000 });
  await long.register({ ...row, id: 'devops-dead' }, 'connection-1');
  await factory.registry.register({ ...row, id: 'devops-alive' }, 'connection-2');
  const get = async (address: string): Promise<unknown> => JSON.parse((await factory.ask('GET', address)).text);
  expect(await get('/v1/agents?type=devops')).toMatchObject({
    agents: [
      { id: 'devops-alive', state: 'READY' },
      { id: 'devops-dead', state: 'UNHEALTHY' },
    ],
  });
  expect(await get('/v1/types/devops')).toMatchObject({ agents: 1 });
  expect(await get('/v1/types')).toMatchObject({
    types: expect.arrayContaining([
      expect.objectContaining({ type: expect.objectContaining({ name: 'devops' }), agents: 1 }),
    ]),
  });
});

test('a body a little too large is told where its bytes are', async () => {
  const steps = [
    { id: 'a', tool: 'write_file', input: { path: 'x', content: 'y'.repeat(1_000_000) } },
    { id: 'b', tool: 'write_file', input: { path: 'z', content: 'y'.repeat(100_000) } },
  ];
  const answer = await submit({ type: 'python', brain: { kind: 'plan', steps } });
  expect([answer.status, jsonOf(answer).errors[0]?.path]).toEqual([413, 'brain.steps[0].input.content']);
});

test('figures of queues and requests are in the metrics, for those who may read them', async () => {
  const { text } = await factory.ask('GET', '/metrics');
  expect(text).toMatch(/agent_queue_depth\{type="backend"\} \d+/);
  expect(text).toMatch(/http_request_duration_seconds_count\{method="POST",route="\/v1\/tasks",status="429"\} 1/);
  expect(text).toMatch(/http_rejected_total\{code="QUEUE_FULL"\} 1/);
  expect(text).toMatch(/agent_tasks_total\{type="reviewer",outcome="cancelled"\} 1/);
});

test('what is no address of ours, or no valid HTTP, is answered in the one shape', async () => {
  expect(codeOf(await factory.ask('GET', '/v2/tasks'))).toBe('NOT_FOUND');
  expect(codeOf(await factory.ask('DELETE', '/v1/tasks'))).toBe('NOT_FOUND');
  expect(codeOf(await send(factory.url, 'GET', '/v1/tasks/%zz'))).toBe('NOT_FOUND'); // no route has been found yet
  const huge = await send(factory.url, 'GET', '/healthz', { headers: { 'x-huge': 'x'.repeat(20_000) } });
  expect([huge.status, codeOf(huge)]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
});

test('a request keeps the id that it came with, when that is plain', async () => {
  const given = await factory.ask('GET', '/v1/agents/nobody', { headers: { 'x-request-id': 'my-request.1' } });
  expect([given.headers.get('x-request-id'), jsonOf(given).instance]).toEqual(['my-request.1', 'my-request.1']);
  const forged = await factory.ask('GET', '/healthz', { headers: { 'x-request-id': 'a b{}' } });
  expect(forged.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
});
