import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { agentType, agentTypes, scopes, type Scope } from '@agent-factory/contract';
import { createDispatcher, type Dispatcher, type DispatcherOverrides } from '../../../dispatcher/src/app';
import { createAuthenticator } from '../../../dispatcher/src/auth/authenticator';
import { tokenHash } from '../../../dispatcher/src/auth/token';
import { dispatcherFileSchema, type DispatcherConfig, type DispatcherFileInput } from '../../../dispatcher/src/config';
import { createLogger } from '../../../dispatcher/src/log';
import type { TaskQueue } from '../../../dispatcher/src/queue/port';
import { createRedisQueue } from '../../../dispatcher/src/queue/redisQueue';
import type { Sandboxes } from '../../../dispatcher/src/recycler/port';
import { createRedisSandboxes } from '../../../dispatcher/src/recycler/redisSandboxes';
import type { AgentRegistry } from '../../../dispatcher/src/registry/port';
import { createRedisRegistry } from '../../../dispatcher/src/registry/redisRegistry';
import { startRedis, type RedisServer } from '../../support/redis';
import { conformer, type Answer, type Conformer } from './conformance';

/** A token with every scope but these; the tests' configuration knows one for each scope. */
export const tokenWithout = (scope: Scope | 'none'): string => `all-but-${scope}`;
export const allScopes = tokenWithout('none');

const signingKey = randomBytes(32).toString('base64');

/** The short-lived token of an agent; every dispatcher of these tests takes it. */
export const agentToken = async (id: string, type: string): Promise<string> =>
  (await createAuthenticator({ tokens: [], signing_key: signingKey }).issueAgentToken(id, type)).token;

export interface Asked {
  token?: string | null;
  body?: unknown;
  headers?: Record<string, string>;
}

/** A dispatcher on a Redis of its own, asked over real HTTP; every answer is held against its own document. */
export interface Factory {
  redis: RedisServer;
  dispatcher: Dispatcher;
  url: string;
  /** The queue behind the dispatcher, to play the agent's part. */
  queue: TaskQueue;
  registry: AgentRegistry;
  sandboxes: Sandboxes;
  conformer: Conformer;
  ask(method: string, address: string, asked?: Asked): Promise<Answer>;
  stop(): Promise<void>;
}

export async function configFor(redisUrl: string, over: Partial<DispatcherFileInput> = {}): Promise<DispatcherConfig> {
  const tokens = [...scopes, 'none' as const].map((scope) => ({
    subject: scope === 'none' ? 'tester' : `no-${scope.replace(':', '-')}`,
    sha256: tokenHash(tokenWithout(scope)),
    scopes: scopes.filter((one) => one !== scope),
  }));
  return {
    redisUrl,
    listenHost: '127.0.0.1',
    httpPort: 0,
    grpcPort: 0,
    artifactDir: await mkdtemp(path.join(tmpdir(), 'dispatcher-artifacts-')),
    logLevel: 'silent',
    file: dispatcherFileSchema.parse({ tokens, signing_key: signingKey, models: {}, ...over }),
  };
}

export async function startFactory(
  over: Partial<DispatcherFileInput> = {},
  overrides: DispatcherOverrides = {},
): Promise<Factory> {
  const redis = await startRedis();
  const config = await configFor(redis.url, over);
  const dispatcher = createDispatcher(config, {
    logger: createLogger(process.env['TEST_LOG'] ?? 'silent'),
    ...overrides,
  });
  try {
    await dispatcher.start();
  } catch (error) {
    await redis.stop(); // nobody else knows of it yet
    throw error;
  }
  const direct = await redis.connect();
  const url = `http://127.0.0.1:${dispatcher.httpPort}`;
  const checks = await conformer(url);
  return {
    redis,
    dispatcher,
    url,
    queue: createRedisQueue({ redis: direct, leaseMs: config.file.lease_ms }),
    registry: createRedisRegistry({ redis: direct }),
    sandboxes: createRedisSandboxes({ redis: direct }),
    conformer: checks,
    async ask(method, address, asked = {}) {
      const answer = await send(url, method, address, asked);
      checks.check(method, address, answer);
      return answer;
    },
    async stop() {
      await dispatcher.stop();
      await redis.stop();
      await rm(config.artifactDir, { recursive: true, force: true });
    },
  };
}

/** One request; a body that is not text or bytes goes as JSON. */
export async function send(url: string, method: string, address: string, asked: Asked = {}): Promise<Answer> {
  const { token = allScopes, body, headers = {} } = asked;
  const raw = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
  const response = await fetch(`${url}${address}`, {
    method,
    redirect: 'manual',
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(raw === undefined ? {} : { body: raw as string }), // bytes are a body too, which this type cannot say
    signal: AbortSignal.timeout(20_000),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** A small plan for any type. */
export const planFor = (type: string): Record<string, unknown> => ({
  type,
  brain: {
    kind: 'plan',
    steps: [
      {
        id: 'a',
        tool: agentType(type).tools.includes('list_files') ? 'list_files' : 'read_file',
        input: { path: 'x' },
      },
    ],
  },
});
export const everyType = agentTypes.map(({ name }) => name);

/** Plays the agent: claims one task and ends it. */
export async function finish(
  queue: TaskQueue,
  type: (typeof everyType)[number],
  outcome: 'succeeded' | 'failed',
): Promise<string> {
  const [work] = await queue.claim(type, 'agent-1', 1);
  if (work === undefined) throw new Error(`nothing waits for ${type}`);
  const usage = { input_tokens: 0, output_tokens: 0, cost_usd: 0, model_calls: 0, tool_calls: 0 };
  const error = { code: 'TOOL_FAILED' as const, message: 'no', retryable: false };
  await queue.complete(type, 'agent-1', [
    {
      id: work.id,
      epoch: work.epoch,
      result: { outcome, usage, tool_calls: [], ...(outcome === 'failed' ? { error } : { output: { ok: true } }) },
    },
  ]);
  return work.id;
}
