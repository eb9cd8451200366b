import { createHash } from 'node:crypto';
import { request as rawRequest } from 'node:http';
import { limits } from '@agent-factory/contract';
import type { Answer } from './conformance';
import { allScopes, finish, planFor, type Asked, type Factory } from './harness';

const bytes = 'some bytes';
export const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;
const digest = digestOf(bytes);
const octets = { 'content-type': 'application/octet-stream' };
const absent = `python-${'0'.repeat(26)}`;
const model = { type: 'python', brain: { kind: 'model', prompt: 'x' } };

/** A request that would succeed, for each operation; what it names need not exist for codes that are decided before. */
export const sample: Record<string, { address: string; asked?: Asked }> = {
  submitTask: { address: '/v1/tasks', asked: { body: planFor('python') } },
  submitTasks: { address: '/v1/tasks/batch', asked: { body: { tasks: [planFor('python')] } } },
  listTasks: { address: '/v1/tasks' },
  getTask: { address: `/v1/tasks/${absent}` },
  cancelTask: { address: `/v1/tasks/${absent}/cancel` },
  redriveTask: { address: `/v1/tasks/${absent}/redrive` },
  followTask: { address: `/v1/tasks/${absent}/events` },
  followAll: { address: '/v1/events' },
  listTypes: { address: '/v1/types' },
  getType: { address: '/v1/types/python' },
  pauseType: { address: '/v1/types/python/pause' },
  resumeType: { address: '/v1/types/python/resume' },
  redriveType: { address: '/v1/types/python/redrive' },
  listDeadLetters: { address: '/v1/types/python/dead-letters' },
  getRoutes: { address: '/v1/routes' },
  listAgents: { address: '/v1/agents' },
  getAgent: { address: '/v1/agents/nobody' },
  recycleAgent: { address: '/v1/agents/nobody/recycle' },
  listModels: { address: '/v1/models' },
  putArtifact: { address: `/v1/artifacts/${digest}`, asked: { body: bytes, headers: octets } },
  getArtifact: { address: `/v1/artifacts/${digest}` },
  healthz: { address: '/healthz' },
  readyz: { address: '/readyz' },
  metrics: { address: '/metrics' },
  openapi: { address: '/openapi.json' },
  listErrors: { address: '/errors' },
};

export type Scenario = (factory: Factory) => Promise<Answer>;
const post =
  (address: string, body?: unknown, headers?: Record<string, string>): Scenario =>
  (factory) =>
    factory.ask('POST', address, { body, ...(headers === undefined ? {} : { headers }) });
const get =
  (address: string): Scenario =>
  (factory) =>
    factory.ask('GET', address);

async function submitted(factory: Factory, type: string): Promise<string> {
  const answer = await factory.ask('POST', '/v1/tasks', { body: planFor(type) });
  return JSON.parse(answer.text).id;
}

/** A task of the type that has just ended so. */
async function ended(factory: Factory, type: 'tester' | 'data', outcome: 'succeeded' | 'failed'): Promise<string> {
  await submitted(factory, type);
  return finish(factory.queue, type, outcome);
}

const plan = (step: unknown, over: object = {}): object => ({
  ...planFor('python'),
  brain: { kind: 'plan', steps: [step] },
  ...over,
});
const bodyOf = (path: string): Record<string, Scenario> => ({ INVALID_ARGUMENT: post(path, { unexpected: 1 }) });

/** Tells an upload of more than an artifact may hold without sending it. */
const declareHuge: Scenario = (factory) =>
  new Promise((resolve, reject) => {
    const request = rawRequest(`${factory.url}/v1/artifacts/${digest}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${allScopes}`, ...octets, 'content-length': limits.artifactBytes + 1 },
    });
    request.on('error', reject);
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => {
        request.destroy();
        const answer = {
          status: response.statusCode ?? 0,
          headers: new Headers(Object.entries(response.headers).map(([name, value]) => [name, String(value)])),
          text,
        };
        factory.conformer.check('PUT', `/v1/artifacts/${digest}`, answer);
        resolve(answer);
      });
    });
    request.flushHeaders();
  });

/** Bytes of all artifacts together that the dispatcher is to be configured with. */
export const artifactTotal = 1_000_000;

/** Uploads while another upload, which does not end, has taken all of the room but a few bytes. */
const whileFull: Scenario = async (factory) => {
  const other = rawRequest(`${factory.url}/v1/artifacts/${digest}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${allScopes}`, ...octets, 'content-length': artifactTotal },
  });
  const seen = { refused: false };
  other.on('error', () => undefined).on('response', () => (seen.refused = true));
  other.write('x'.repeat(artifactTotal - 3));
  try {
    // There is room until the other one has arrived.
    while (!seen.refused) {
      const answer = await upload('four')(factory);
      if (answer.status >= 300) return answer;
    }
  } finally {
    other.destroy();
  }
  return whileFull(factory); // these few bytes stood in the way of the other one
};

/** Takes every stream that there is, asks for one more, and lets go. */
const oneStreamTooMany =
  (address: (factory: Factory) => Promise<string>): Scenario =>
  async (factory) => {
    const stop = new AbortController();
    const where = await address(factory);
    const open = async (): Promise<Response> =>
      fetch(`${factory.url}/v1/events`, { headers: { authorization: `Bearer ${allScopes}` }, signal: stop.signal });
    try {
      for (let taken = 0; taken < 3; taken += 1) await open();
      return await factory.ask('GET', where);
    } finally {
      stop.abort();
    }
  };

/** Opens a stream and reads its first bytes. */
const openStream =
  (address: (factory: Factory) => Promise<string>): Scenario =>
  async (factory) => {
    const stop = new AbortController();
    const where = await address(factory);
    const response = await fetch(`${factory.url}${where}`, {
      headers: { authorization: `Bearer ${allScopes}` },
      signal: stop.signal,
    });
    const first = await response.body?.getReader().read();
    const answer = { status: response.status, headers: response.headers, text: new TextDecoder().decode(first?.value) };
    stop.abort();
    factory.conformer.check('GET', where, answer);
    return answer;
  };

const upload =
  (text: string, name = digestOf(text)): Scenario =>
  (factory) =>
    factory.ask('PUT', `/v1/artifacts/${name}`, { body: text, headers: octets });

const afterKey =
  (second: unknown): Scenario =>
  async (factory) => {
    const headers = { 'idempotency-key': `key-${JSON.stringify(second).length}` };
    await factory.ask('POST', '/v1/tasks', { body: model, headers });
    return factory.ask('POST', '/v1/tasks', { body: second, headers });
  };

/** What provokes each outcome of each operation that is not provoked alike for all. */
export const scenarios: Record<string, Record<string, Scenario>> = {
  submitTask: {
    201: post('/v1/tasks', planFor('python')),
    200: afterKey(model),
    IDEMPOTENCY_CONFLICT: afterKey({ ...model, priority: 'P1' }),
    INVALID_ARGUMENT: post('/v1/tasks', { ...model, timeout_ms: -1 }),
    ARTIFACT_NOT_FOUND: post('/v1/tasks', { ...model, inputs: [{ artifact: digestOf('never sent'), path: 'a' }] }),
    PLAN_REFERENCE_INVALID: post(
      '/v1/tasks',
      plan({ id: 'a', tool: 'read_file', input: { path: { $ref: '#/steps/b/output' } } }),
    ),
    TOOL_UNKNOWN: post('/v1/tasks', plan({ id: 'a', tool: 'teleport', input: {} })),
    TYPE_UNKNOWN: post('/v1/tasks', { ...model, type: 'cobol' }),
    ROUTE_NOT_FOUND: post('/v1/tasks', { task_type: 'juggling', brain: model.brain }),
    QUEUE_FULL: async (factory) => {
      await submitted(factory, 'ml');
      return factory.ask('POST', '/v1/tasks', { body: planFor('ml') });
    },
    FORBIDDEN: (factory) =>
      factory.ask('POST', '/v1/tasks', { body: { ...model, priority: 'P0' }, token: 'all-but-task:p0' }),
  },
  submitTasks: {
    200: post('/v1/tasks/batch', { tasks: [model, { ...model, type: 'cobol' }] }),
    BATCH_EMPTY: post('/v1/tasks/batch', { tasks: [] }),
    BATCH_TOO_LARGE: post('/v1/tasks/batch', { tasks: Array.from({ length: 1_001 }, () => 1) }),
    INVALID_ARGUMENT: post('/v1/tasks/batch', { tasks: 'all of them' }),
  },
  listTasks: {
    200: get('/v1/tasks?type=python&limit=2'),
    INVALID_ARGUMENT: get('/v1/tasks?limit=-1&colour=red'),
    CURSOR_INVALID: get('/v1/tasks?cursor=nonsense'),
  },
  getTask: {
    200: async (factory) => factory.ask('GET', `/v1/tasks/${await ended(factory, 'tester', 'succeeded')}`),
    TASK_NOT_FOUND: get('/v1/tasks/not-a-task'),
  },
  cancelTask: {
    200: async (factory) => factory.ask('POST', `/v1/tasks/${await submitted(factory, 'python')}/cancel`),
    TASK_FINISHED: async (factory) =>
      factory.ask('POST', `/v1/tasks/${await ended(factory, 'tester', 'succeeded')}/cancel`),
    TASK_NOT_FOUND: post(`/v1/tasks/${absent}/cancel`),
    ...bodyOf(`/v1/tasks/${absent}/cancel`),
  },
  redriveTask: {
    200: async (factory) => factory.ask('POST', `/v1/tasks/${await ended(factory, 'data', 'failed')}/redrive`),
    TASK_NOT_DEAD: async (factory) => factory.ask('POST', `/v1/tasks/${await submitted(factory, 'python')}/redrive`),
    TASK_NOT_FOUND: post(`/v1/tasks/${absent}/redrive`),
    ...bodyOf(`/v1/tasks/${absent}/redrive`),
  },
  followTask: {
    200: openStream(async (factory) => `/v1/tasks/${await submitted(factory, 'python')}/events`),
    TASK_NOT_FOUND: get(`/v1/tasks/${absent}/events`),
    CURSOR_INVALID: async (factory) =>
      factory.ask('GET', `/v1/tasks/${await submitted(factory, 'python')}/events?last_event_id=nonsense`),
    INVALID_ARGUMENT: get(`/v1/tasks/${absent}/events?lastid=3`),
    STREAM_LIMIT: oneStreamTooMany(async (factory) => `/v1/tasks/${await submitted(factory, 'python')}/events`),
  },
  followAll: {
    200: openStream(async () => '/v1/events'),
    CURSOR_INVALID: (factory) => factory.ask('GET', '/v1/events', { headers: { 'last-event-id': 'nonsense' } }),
    INVALID_ARGUMENT: get('/v1/events?lastid=3'),
    STREAM_LIMIT: oneStreamTooMany(async () => '/v1/events'),
  },
  listTypes: { 200: get('/v1/types') },
  getType: { 200: get('/v1/types/python'), TYPE_NOT_FOUND: get('/v1/types/cobol') },
  pauseType: {
    200: post('/v1/types/frontend/pause'),
    TYPE_NOT_FOUND: post('/v1/types/cobol/pause'),
    ...bodyOf('/v1/types/frontend/pause'),
  },
  resumeType: {
    200: post('/v1/types/frontend/resume', {}),
    TYPE_NOT_FOUND: post('/v1/types/cobol/resume'),
    ...bodyOf('/v1/types/frontend/resume'),
  },
  redriveType: {
    200: post('/v1/types/frontend/redrive'),
    TYPE_NOT_FOUND: post('/v1/types/cobol/redrive'),
    ...bodyOf('/v1/types/frontend/redrive'),
  },
  listDeadLetters: {
    200: async (factory) => {
      await ended(factory, 'data', 'failed');
      return factory.ask('GET', '/v1/types/data/dead-letters?limit=5');
    },
    TYPE_NOT_FOUND: get('/v1/types/cobol/dead-letters'),
    INVALID_ARGUMENT: get('/v1/types/data/dead-letters?limit=1e9'),
  },
  getRoutes: { 200: get('/v1/routes') },
  listAgents: {
    200: get('/v1/agents?type=python&state=READY&tool=shell'),
    INVALID_ARGUMENT: get('/v1/agents?state=tired'),
  },
  getAgent: {
    200: async (factory) => {
      await factory.registry.register(
        { id: 'python-1', type: 'python', version: '0', slots: 1, tools: ['shell'], confinement: 'none' },
        'connection-1',
      );
      return factory.ask('GET', '/v1/agents/python-1');
    },
    AGENT_NOT_FOUND: get('/v1/agents/nobody'),
  },
  recycleAgent: {
    202: async (factory) => {
      await factory.sandboxes.bind({ namespace: 'agents', name: 'python-0', uid: 'uid-0', agentType: 'python' });
      return factory.ask('POST', '/v1/agents/uid-0/recycle');
    },
    AGENT_NOT_A_POD: async (factory) => {
      await factory.registry.register(
        { id: 'python-2', type: 'python', version: '0', slots: 1, tools: ['shell'], confinement: 'none' },
        'connection-1',
      );
      return factory.ask('POST', '/v1/agents/python-2/recycle');
    },
    AGENT_NOT_FOUND: post('/v1/agents/nobody/recycle'),
    RECYCLER_BEHIND: async (factory) => {
      const waiting = Array.from({ length: 10_000 }, (_, index) => [index, `uid-of-${index}`]).flat();
      await (await factory.redis.connect()).zadd('released:{sandboxes}:full', ...waiting);
      await factory.sandboxes.bind({ namespace: 'full', name: 'one-more', uid: 'one-more', agentType: 'python' });
      return factory.ask('POST', '/v1/agents/one-more/recycle');
    },
    ...bodyOf('/v1/agents/nobody/recycle'),
  },
  listModels: { 200: get('/v1/models') },
  putArtifact: {
    201: upload('a new one'),
    200: async (factory) => {
      await upload('twice')(factory);
      return upload('twice')(factory);
    },
    ARTIFACT_DIGEST_MISMATCH: upload('bytes', digestOf('other bytes')),
    ARTIFACT_STORE_FULL: whileFull,
    INVALID_ARGUMENT: upload('bytes', 'sha256:xyz'),
    PAYLOAD_TOO_LARGE: declareHuge,
  },
  getArtifact: {
    200: async (factory) => {
      await upload(bytes)(factory);
      return factory.ask('GET', `/v1/artifacts/${digest}`);
    },
    ARTIFACT_NOT_FOUND: get(`/v1/artifacts/${digestOf('never sent')}`),
    INVALID_ARGUMENT: get('/v1/artifacts/latest'),
  },
  healthz: { 200: get('/healthz') },
  readyz: { 200: get('/readyz') },
  metrics: { 200: get('/metrics') },
  openapi: { 200: get('/openapi.json') },
  listErrors: { 200: get('/errors') },
};
