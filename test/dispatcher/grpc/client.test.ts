import type { JsonValue } from '@bufbuild/protobuf';
import type { Redis } from 'ioredis';
import { startRedis, type RedisServer } from '../../support/redis';
import { Curl } from './curl';
import { startReplica, submit, tokens, type Replica } from './harness';

let redis: RedisServer;
let connection: Redis;
let replica: Replica;
let curl: Curl;

beforeAll(async () => {
  redis = await startRedis();
  connection = await redis.connect();
});
afterAll(() => redis.stop());
beforeEach(async () => {
  await connection.flushall();
  replica = await startReplica(redis);
  curl = new Curl(replica.port, tokens.operator);
});
afterEach(async () => {
  curl.close();
  await replica.stop();
});

const service = 'agentfactory.v1.TaskService';
const plan = {
  steps: [{ id: 'a', tool: 'shell', input: { argv: ['echo', 'hi'] } }],
  output: { out: { $ref: '#/steps/a/output/stdout' }, deep: [1, null, { x: true }] },
};

function call(method: string, request: JsonValue = {}): Promise<JsonValue> {
  return curl.call(`${service}/${method}`, request);
}

/** What a call refuses. */
async function refusal(method: string, request: JsonValue = {}): Promise<unknown> {
  return call(method, request).then(
    (answer) => `answered ${JSON.stringify(answer)}`,
    (error: unknown) => error,
  );
}

test.each(['v1', 'v1alpha'])('reflection %s lists every service', async (version) => {
  expect(await curl.services(version)).toEqual([
    'agentfactory.v1.TaskService',
    'agentfactory.v1.WorkerService',
    'grpc.health.v1.Health',
    'grpc.reflection.v1.ServerReflection',
  ]);
});

test('reflection finds files and symbols, with all they need, and says what is not there', async () => {
  const byName = await curl.reflect({ $case: 'file_by_filename', value: 'agentfactory/v1/task.proto' });
  expect(byName).toMatchObject({ value: { file_descriptor_proto: { length: 4 } } });
  const method = await curl.reflect({ $case: 'file_containing_symbol', value: `${service}.GetTask` });
  expect(method.$case).toBe('file_descriptor_response');
  const missing = await curl.reflect({ $case: 'file_containing_symbol', value: 'no.such.Thing' });
  expect(missing).toMatchObject({ $case: 'error_response', value: { error_code: 5 } });
});

test('health is SERVING until the server stops', async () => {
  for (const name of ['', service]) {
    expect(await curl.call('grpc.health.v1.Health/Check', { service: name })).toEqual({ status: 'SERVING' });
  }
  await expect(curl.call('grpc.health.v1.Health/Check', { service: 'nobody' })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  const watch = curl.watch('grpc.health.v1.Health/Watch', { service: '' });
  expect((await watch.next()).value).toEqual({ status: 'SERVING' });
  const stopped = replica.server.stop();
  expect((await watch.next()).value).toEqual({ status: 'NOT_SERVING' });
  expect((await watch.next()).done).toBe(true);
  await stopped;
});

test('a task written as plain JSON is taken with its defaults, and read back', async () => {
  const submitted = await call('SubmitTask', { task: { type: 'python', plan, labels: { team: 'x' } } });
  expect(submitted).toMatchObject({ task: { type: 'python', state: 'queued', priority: 'P2', labels: { team: 'x' } } });
  const { task } = submitted as { task: { id: string } };
  expect(await call('GetTask', { id: task.id })).toMatchObject({
    task: {
      id: task.id,
      spec: { plan: { ...plan, steps: [{ ...plan.steps[0], on_error: 'fail' }] }, limits: { max_tool_calls: 1000 } },
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    },
  });
});

test('the same key gives the same task', async () => {
  const request = { task: { type: 'python', plan }, idempotency_key: 'once' };
  const first = (await call('SubmitTask', request)) as { task: { id: string } };
  expect(await call('SubmitTask', request)).toMatchObject({ task: { id: first.task.id }, duplicate: true });
  expect(await refusal('SubmitTask', { ...request, task: { ...request.task, priority: 'P1' } })).toMatchObject({
    code: 'ALREADY_EXISTS',
    factoryCode: 'IDEMPOTENCY_CONFLICT',
  });
});

test('a batch takes the good and refuses the bad, each in its place', async () => {
  const answer = await call('SubmitTasks', {
    tasks: [
      { task: { type: 'python', plan } },
      { task: { type: 'nobody', plan } },
      {},
      { task: { task_type: 'python', plan }, idempotency_key: 'k' },
    ],
  });
  expect(answer).toMatchObject({
    accepted: 2,
    refused: 2,
    results: [
      { accepted: { task: { type: 'python' } } },
      { refused: { problem: { code: 'TYPE_UNKNOWN', errors: [{ path: 'tasks[1].type' }] } } },
      { refused: { problem: { code: 'INVALID_ARGUMENT' } } },
      { accepted: { task: { type: 'python' } } },
    ],
  });
});

test.each<[string, string, JsonValue, object]>([
  [
    'an unknown tool',
    'SubmitTask',
    { task: { type: 'python', plan: { steps: [{ id: 'a', tool: 'sing' }] } } },
    { code: 'INVALID_ARGUMENT', factoryCode: 'TOOL_UNKNOWN', message: expect.stringContaining('brain.steps[0].tool') },
  ],
  [
    'no brain',
    'SubmitTask',
    { task: { type: 'python' } },
    { code: 'INVALID_ARGUMENT', message: expect.stringContaining('brain') },
  ],
  ['no task', 'SubmitTask', {}, { code: 'INVALID_ARGUMENT' }],
  [
    'an absurd number',
    'SubmitTask',
    { task: { type: 'python', plan, timeout_ms: '-5' } },
    { code: 'INVALID_ARGUMENT', message: expect.stringContaining('timeout_ms') },
  ],
  ['an empty batch', 'SubmitTasks', {}, { code: 'INVALID_ARGUMENT', factoryCode: 'BATCH_EMPTY' }],
  [
    'a task that is not there',
    'GetTask',
    { id: 'python-00000000000000000000000000' },
    { code: 'NOT_FOUND', factoryCode: 'TASK_NOT_FOUND' },
  ],
  ['a bad limit', 'ListTasks', { limit: 0 }, { code: 'INVALID_ARGUMENT', message: expect.stringContaining('limit') }],
  ['a bad cursor', 'ListTasks', { cursor: 'zzz' }, { code: 'INVALID_ARGUMENT', factoryCode: 'CURSOR_INVALID' }],
  ['an unknown type', 'PauseType', { type: 'nobody' }, { code: 'NOT_FOUND', factoryCode: 'TYPE_NOT_FOUND' }],
])('%s is refused, and why', async (_what, method, request, expected) => {
  expect(await refusal(method, request)).toMatchObject(expected);
});

test('an absurdly large number is refused as a bad argument, though it fits no number', async () => {
  expect(
    await refusal('SubmitTask', { task: { type: 'python', plan, delay_ms: '9223372036854775807' } }),
  ).toMatchObject({ code: 'INVALID_ARGUMENT', factoryCode: 'INVALID_ARGUMENT' });
});

test('bytes that are no message are refused as a bad argument', async () => {
  await expect(curl.raw(`/${service}/GetTask`, Buffer.from('certainly not'))).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
  });
});

test('callers are known by their token, and do what its scopes allow', async () => {
  const [nobody, reader] = [new Curl(replica.port), new Curl(replica.port, tokens.reader)];
  try {
    await expect(nobody.call(`${service}/ListTypes`)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(reader.call(`${service}/SubmitTask`, { task: { type: 'python', plan } })).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      factoryCode: 'FORBIDDEN',
    });
    expect(await reader.call(`${service}/ListTasks`)).toEqual({});
  } finally {
    nobody.close();
    reader.close();
  }
});

test('lists page by page and filter', async () => {
  await submit(replica.queue, 3);
  await submit(replica.queue, 1, 'tester');
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = (await call('ListTasks', {
      type: 'python',
      limit: 2,
      ...(cursor === undefined ? {} : { cursor }),
    })) as {
      tasks?: { id: string; spec?: unknown }[];
      next_cursor?: string;
    };
    seen.push(...(page.tasks ?? []).map(({ id }) => id));
    expect(page.tasks?.[0]?.spec).toBeUndefined();
    cursor = page.next_cursor;
  } while (cursor !== undefined);
  expect(new Set(seen).size).toBe(3);
});

test('a task is cancelled; dead letters are listed and redriven', async () => {
  const [cancelled = '', failing = ''] = await submit(replica.queue, 2);
  expect(await call('CancelTask', { id: cancelled })).toMatchObject({ task: { state: 'cancelled' } });
  const [lease] = await replica.queue.claim('python', 'agent-1', 1);
  const usage = { input_tokens: 0, output_tokens: 0, cost_usd: 0, model_calls: 0, tool_calls: 0 };
  const error = { code: 'TOOL_FAILED' as const, message: 'no', retryable: false };
  await replica.queue.complete('python', 'agent-1', [
    { id: failing, epoch: lease?.epoch ?? 0, result: { outcome: 'failed', error, usage, tool_calls: [] } },
  ]);
  expect(await call('ListDeadTasks', { type: 'python' })).toMatchObject({ tasks: [{ id: failing, state: 'failed' }] });
  expect(await call('RedriveTask', { id: failing })).toMatchObject({ task: { id: failing, state: 'queued' } });
  expect(await refusal('RedriveTask', { id: failing })).toMatchObject({ factoryCode: 'TASK_NOT_DEAD' });
  expect(await call('RedriveType', { type: 'python' })).toEqual({});
});

test('types are listed, paused and resumed; agents are listed and found by what they can do', async () => {
  const { types } = (await call('ListTypes')) as { types: unknown[] };
  expect(types).toHaveLength(12);
  expect(await call('PauseType', { type: 'python' })).toMatchObject({
    status: {
      type: { name: 'python', scaling: { environments: { prod: { min: 2, max: 10 } } } },
      queue: { paused: true },
    },
  });
  expect(await call('ResumeType', { type: 'python' })).not.toMatchObject({ status: { queue: { paused: true } } });
  const agent = replica.agent();
  await agent.register();
  expect(await call('ListAgents', { tool: 'shell' })).toMatchObject({ agents: [{ id: 'agent-1', type: 'python' }] });
  expect(await call('ListAgents', { type: 'tester' })).toEqual({});
});

test('a watch tells a task’s events to its end, and continues after a cursor', async () => {
  const [id = ''] = await submit(replica.queue, 1);
  const watch = curl.watch(`${service}/WatchTask`, { id });
  const first = (await watch.next()).value as { event: { id: string; kind: string } };
  expect(first.event).toMatchObject({ kind: 'queued', task_id: id });
  await replica.queue.cancel(id);
  const kinds = async (from: AsyncGenerator<JsonValue>): Promise<string[]> => {
    const all: string[] = [];
    for await (const answer of from) all.push((answer as { event: { kind: string } }).event.kind);
    return all;
  };
  expect(await kinds(watch)).toEqual(['cancelled']);
  expect(await kinds(curl.watch(`${service}/WatchTask`, { id, cursor: first.event.id }))).toEqual(['cancelled']);
  await expect(curl.watch(`${service}/WatchTask`, { id, cursor: 'zzz' }).next()).rejects.toMatchObject({
    factoryCode: 'CURSOR_INVALID',
  });
});

test('a watch of everything that is cut before its first event resumes from where it began', async () => {
  const opened = Promise.withResolvers<string>();
  const cut = curl.watch(`${service}/WatchEvents`, {}, (metadata) => opened.resolve(String(metadata.get('cursor')[0])));
  const nothing = cut.next();
  const cursor = await opened.promise;
  curl.close(); // as a broken connection: the watch has told nothing
  await expect(nothing).rejects.toBeInstanceOf(Error);
  const [id] = await submit(replica.queue, 1);
  curl = new Curl(replica.port, tokens.operator);
  const told: unknown[] = [];
  const resumed = curl.watch(`${service}/WatchEvents`, { cursor }, (metadata) => told.push(...metadata.get('cursor')));
  expect((await resumed.next()).value).toMatchObject({ event: { kind: 'queued', task_id: id } });
  expect(told).toEqual([]); // the client knows it
  await resumed.return(undefined);
});

test('watches are bounded in number, make room when they end, and end with the server', async () => {
  const watches = Array.from({ length: 4 }, () => curl.watch(`${service}/WatchEvents`));
  const [one, two, three, four] = watches;
  // Each is open once it has told something.
  for (const watch of [one, two, three]) await nudge(watch?.next());
  await expect(four?.next()).rejects.toMatchObject({ factoryCode: 'STREAM_LIMIT', retryAfter: '5' });
  // One that is closed makes room for another, once the server has heard of it.
  await one?.return(undefined);
  const next = await admitted();
  const ended = (async () => {
    for await (const _event of next); // what came before the end
  })();
  await Promise.all([
    expect(ended).rejects.toMatchObject({ code: 'UNAVAILABLE', factoryCode: 'SHUTTING_DOWN' }),
    replica.server.stop(),
  ]);
});

/** A watch that has told something; one that finds no room is tried again. */
async function admitted(): Promise<AsyncGenerator<JsonValue>> {
  for (;;) {
    const watch = curl.watch(`${service}/WatchEvents`);
    const refused = await nudge(watch.next()).catch((error: unknown) => error);
    if (refused === undefined) return watch;
    expect(refused).toMatchObject({ factoryCode: 'STREAM_LIMIT' });
  }
}

/** Submits until what is waited for has happened: a watch that opened late has missed the events before. */
async function nudge(done: Promise<unknown> | undefined): Promise<void> {
  const step = async (): Promise<boolean> => {
    await submit(replica.queue, 1);
    return false;
  };
  const ended = (done ?? Promise.resolve()).then(() => true);
  while (!(await Promise.race([ended, step()]))); // until it has happened
}
