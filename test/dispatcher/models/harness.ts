import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  FactoryError,
  noUsage,
  parseOrThrow,
  taskSpecSchema,
  type TaskSpec,
  type Usage,
  modelsConfigSchema,
  type ModelsConfig,
} from '@agent-factory/contract';
import fastify, { type FastifyInstance } from 'fastify';
import type { Principal } from '../../../dispatcher/src/auth/port';
import type { UsageMeter } from '../../../dispatcher/src/models/account';
import type { Clock } from '../../../dispatcher/src/clock';
import { modelGateway, type ModelGatewayOptions } from '../../../dispatcher/src/models/gateway';
import type { CallObservation } from '../../../dispatcher/src/models/observe';
import { providerKeys, type ScriptedProvider } from '../../support/modelProvider';

export const taskId = 'python-01jd0000000000000000000000';
export const agentToken = 'Bearer agent-token';

/** A clock that stands until a test moves it. Short timers (back-off) go off by themselves and are written down. */
export interface ManualClock extends Clock {
  advance(milliseconds: number): void;
  readonly pauses: readonly number[];
  /** Settles with the milliseconds of the next long timer. */
  nextTimer(): Promise<number>;
}

export function manualClock(start = 1_800_000_000_000): ManualClock {
  const longest = 2_000;
  let now = start;
  const timers = new Set<{ at: number; callback: () => void }>();
  const pauses: number[] = [];
  const watchers: ((milliseconds: number) => void)[] = [];
  return {
    now: () => now,
    after: (milliseconds, callback) => {
      if (milliseconds <= longest) {
        pauses.push(milliseconds);
        const immediate = setImmediate(callback);
        return () => clearImmediate(immediate);
      }
      const timer = { at: now + milliseconds, callback };
      timers.add(timer);
      for (const watch of watchers.splice(0)) watch(milliseconds);
      return () => void timers.delete(timer);
    },
    advance: (milliseconds) => {
      now += milliseconds;
      for (const timer of [...timers].filter(({ at }) => at <= now)) {
        timers.delete(timer);
        timer.callback();
      }
    },
    pauses,
    nextTimer: () => new Promise((resolve) => watchers.push(resolve)),
  };
}

/** The one lease of a test, and what was added to its task. */
export interface LeaseDouble extends UsageMeter {
  usage: Usage;
  readonly added: readonly Usage[];
  /** What the next calls of meter throw, in order; undefined lets one through. */
  failures: (FactoryError | undefined)[];
  /** Settles when usage is added for the next time. */
  nextAddition(): Promise<Usage>;
}

export function leaseDouble(limits: Partial<TaskSpec['limits']> = {}): LeaseDouble {
  const spec = parseOrThrow(taskSpecSchema, { type: 'python', brain: { kind: 'model', prompt: 'x' }, limits });
  const added: Usage[] = [];
  const waiting: ((usage: Usage) => void)[] = [];
  const double: LeaseDouble = {
    usage: noUsage,
    added,
    failures: [],
    nextAddition: () => new Promise((resolve) => waiting.push(resolve)),
    meter: async (lease, agentId, add) => {
      const failure = double.failures.shift();
      if (failure !== undefined) throw failure;
      if (lease.id !== taskId) throw new FactoryError('TASK_NOT_FOUND', 'no such task');
      if (agentId !== 'agent-1') throw new FactoryError('LEASE_NOT_HELD', 'not held');
      if (lease.epoch !== 3) throw new FactoryError('LEASE_EXPIRED', 'over');
      double.usage = {
        input_tokens: double.usage.input_tokens + add.input_tokens,
        output_tokens: double.usage.output_tokens + add.output_tokens,
        cost_usd: double.usage.cost_usd + add.cost_usd,
        model_calls: double.usage.model_calls + add.model_calls,
        tool_calls: double.usage.tool_calls + add.tool_calls,
      };
      if (add.model_calls > 0) {
        added.push(add);
        for (const resolve of waiting.splice(0)) resolve(add);
      }
      return { usage: double.usage, limits: spec.limits };
    },
  };
  return double;
}

const principals: Readonly<Record<string, Principal>> = {
  [agentToken]: {
    subject: 'agent-1',
    scopes: new Set(['agent:work', 'model:call']),
    agent: { id: 'agent-1', type: 'python' },
  },
  'Bearer other-agent': {
    subject: 'agent-2',
    scopes: new Set(['model:call']),
    agent: { id: 'agent-2', type: 'python' },
  },
  'Bearer person': { subject: 'person', scopes: new Set(['task:submit']) },
  'Bearer person-with-scope': { subject: 'person', scopes: new Set(['model:call']) },
};

const authenticator: ModelGatewayOptions['authenticator'] = {
  authenticate: async (authorization) => {
    const principal = principals[authorization ?? ''];
    if (principal === undefined) throw new FactoryError('UNAUTHENTICATED', 'The token is missing, wrong or expired');
    return principal;
  },
};

const environment = {
  OPENAI_KEY: providerKeys.openai,
  ANTHROPIC_KEY: providerKeys.anthropic,
  VERTEX_KEY: providerKeys.vertex,
};

/** Names of models, one on each wire; `slow` models are the same with short time limits in between. */
export const models = { openai: 'gpt', anthropic: 'claude', vertex: 'gemini' } as const;
export const everyWire = Object.entries(models) as [keyof typeof models, string][]; // keys of a literal, none lost

/** Three providers, three models, one a tier. `change` adapts the raw configuration before it is read. */
export function configFor(
  provider: ScriptedProvider,
  change: (raw: RawConfig) => void = () => undefined,
): ModelsConfig {
  const prices = { input: 3, cached_input: 0.3, output: 15 };
  const raw: RawConfig = {
    providers: {
      openai: { kind: 'openai-compatible', base_url: provider.urls.openai, api_key_env: 'OPENAI_KEY' },
      anthropic: { kind: 'anthropic', base_url: provider.urls.anthropic, api_key_env: 'ANTHROPIC_KEY' },
      vertex: { kind: 'google-vertex', base_url: provider.urls.vertexExpress, api_key_env: 'VERTEX_KEY' },
    },
    models: {
      gpt: { provider: 'openai', model: 'gpt-4.1-mini', tiers: ['small'], prices },
      claude: { provider: 'anthropic', model: 'claude-sonnet-4-5', tiers: ['standard'], prices },
      gemini: { provider: 'vertex', model: 'gemini-2.5-flash', tiers: ['large'], prices },
    },
  };
  change(raw);
  return modelsConfigSchema.parse(raw);
}

export interface RawConfig {
  providers: Record<string, Record<string, unknown>>;
  models: Record<string, Record<string, unknown>>;
}

/** A gateway on 127.0.0.1, as a dispatcher would hold it. */
export interface RunningGateway {
  server: FastifyInstance;
  url: string;
  clock: ManualClock;
  lease: LeaseDouble;
  observed: CallObservation[];
  logged: string[];
  /** A call as any HTTP client makes it. */
  post: (body: unknown, headers?: Record<string, string>) => Promise<Answer>;
  /** The same, handed over at the first byte of the answer, so that a test can leave in the middle. */
  open: (body: unknown) => Promise<{ response: IncomingMessage; leave: () => void }>;
  stop: () => Promise<void>;
}

interface Answer {
  status: number;
  headers: Headers;
  text: string;
  json: unknown;
}

const leaseHeaders = { authorization: agentToken, 'x-task-id': taskId, 'x-task-epoch': '3' };

export async function startGateway(
  config: ModelsConfig,
  options: Partial<ModelGatewayOptions> & { lease?: LeaseDouble } = {},
): Promise<RunningGateway> {
  const clock = manualClock();
  const lease = options.lease ?? leaseDouble();
  const observed: CallObservation[] = [];
  const logged: string[] = [];
  const write = (facts: object, message: string): void => void logged.push(`${message} ${JSON.stringify(facts)}`);
  const server = fastify();
  await server.register(
    modelGateway({
      config,
      queue: lease,
      authenticator,
      environment,
      clock,
      random: () => 1,
      observe: (call) => observed.push(call),
      log: { debug: write, warn: write, error: write },
      ...options,
    }),
    { prefix: '/model/v1' },
  );
  await server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.server.address() as AddressInfo; // a TCP server that listens has one
  const url = `http://127.0.0.1:${port}/model/v1`;
  return {
    server, url, clock, lease, observed, logged,
    post: async (body, headers = {}) => {
      const response = await fetch(`${url}/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...leaseHeaders, ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
      const text = await response.text();
      const json: unknown = response.headers.get('content-type')?.includes('json') === true ? JSON.parse(text) : undefined;
      return { status: response.status, headers: response.headers, text, json };
    },
    open: async (body) => {
      const request = httpRequest(`${url}/chat/completions`, { method: 'POST', headers: { 'content-type': 'application/json', ...leaseHeaders } });
      request.end(JSON.stringify(body));
      request.on('error', () => undefined); // leaving is what the test does
      const [response] = (await once(request, 'response')) as [IncomingMessage]; // the event's one argument
      response.on('error', () => undefined);
      return { response, leave: () => request.destroy() };
    },
    stop: async () => {
      server.server.closeAllConnections(); // clients keep some open that they never used
      await server.close();
    },
  }; // prettier-ignore
}

/** A small request. */
export function ask(model: string, more: object = {}): object {
  return { model, messages: [{ role: 'user', content: 'Say hello' }], ...more };
}
