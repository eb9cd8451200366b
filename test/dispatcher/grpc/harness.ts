import { createHash, randomBytes } from 'node:crypto';
import {
  agentType,
  defaultRoutingRules,
  scopes,
  taskIdFor,
  taskSpecSchema,
  ulidSource,
  type AgentTypeName,
  type FactoryEvent,
  type TaskSpecInput,
} from '@agent-factory/contract';
import { createAuthenticator } from '../../../dispatcher/src/auth/authenticator';
import type { EventLog } from '../../../dispatcher/src/events/port';
import { createRedisEventLog } from '../../../dispatcher/src/events/redisEventLog';
import { GrpcServer, type GrpcServerOptions } from '../../../dispatcher/src/grpc';
import { createLogger } from '../../../dispatcher/src/log';
import type { TaskQueue } from '../../../dispatcher/src/queue/port';
import { createRedisQueue } from '../../../dispatcher/src/queue/redisQueue';
import type { AgentRegistry } from '../../../dispatcher/src/registry/port';
import { createRedisRegistry } from '../../../dispatcher/src/registry/redisRegistry';
import { createTaskService } from '../../../dispatcher/src/tasks/taskService';
import { typeTable } from '../../../dispatcher/src/tasks/types';
import type { RedisServer } from '../../support/redis';
import { TestAgent } from './testAgent';

export const tokens = {
  operator: 'operator-token',
  python: 'python-agents-token',
  anyAgent: 'agents-token',
  reader: 'reader-token',
} as const;

const authenticator = createAuthenticator({
  signing_key: randomBytes(32).toString('base64'),
  tokens: [
    { subject: 'op', sha256: sha256(tokens.operator), scopes: scopes.filter((scope) => scope !== 'agent:work') },
    { subject: 'python-agents', sha256: sha256(tokens.python), scopes: ['agent:work'], agent_type: 'python' },
    { subject: 'agents', sha256: sha256(tokens.anyAgent), scopes: ['agent:work'] },
    { subject: 'reader', sha256: sha256(tokens.reader), scopes: ['task:read'] },
  ],
});

/** A replica: a real gRPC server on a real Redis. */
export interface Replica {
  port: number;
  server: GrpcServer;
  queue: TaskQueue;
  registry: AgentRegistry;
  events: EventLog;
  /** An agent connected to this replica; closed with it. */
  agent: (token?: string, id?: string, type?: AgentTypeName, slots?: number) => TestAgent;
  stop(): Promise<void>;
}

export type WorkerTimes = Partial<
  Pick<GrpcServerOptions['worker'], 'leaseMs' | 'heartbeatMs' | 'graceMs' | 'registerMs' | 'pollMs' | 'clock'> & {
    /** Stands between the worker service and the registry. */
    wrapRegistry: (real: AgentRegistry) => AgentRegistry;
  }
>;

export async function startReplica(
  redisServer: RedisServer,
  { wrapRegistry = (real) => real, ...times }: WorkerTimes = {},
  over: Partial<GrpcServerOptions> = {},
): Promise<Replica> {
  const redis = await redisServer.connect();
  const leaseMs = times.leaseMs ?? 10_000;
  const queue = createRedisQueue({ redis, leaseMs });
  const registry = createRedisRegistry({ redis });
  const events = createRedisEventLog({ redis });
  await events.start();
  const log = createLogger(process.env['TEST_LOG'] ?? 'silent');
  const calls = createTaskService({
    queue,
    registry,
    events,
    artifacts: { has: async () => false },
    artifactAgeMs: 60_000,
    types: typeTable({}),
    rules: defaultRoutingRules,
    ulid: ulidSource(),
  });
  const server = new GrpcServer({
    host: '127.0.0.1',
    port: 0,
    worker: {
      queue,
      registry: wrapRegistry(registry),
      events,
      authenticator,
      log,
      leaseMs,
      heartbeatMs: 2_500,
      graceMs: 20,
      ...times,
    },
    tasks: { calls, authenticator, log, maxWatches: 3 },
    ...over,
  });
  const port = await server.start();
  const agents: TestAgent[] = [];
  return {
    port,
    server,
    queue,
    registry,
    events,
    agent: (token = tokens.anyAgent, id = 'agent-1', type = 'python', slots = 2) => {
      const agent = new TestAgent(port, token, id, type, slots);
      agents.push(agent);
      return agent;
    },
    async stop() {
      for (const agent of agents) agent.close();
      await server.stop();
      await events.stop();
    },
  };
}

const ulid = ulidSource();

export const smallPlan: TaskSpecInput['brain'] = {
  kind: 'plan',
  steps: [{ id: 'a', tool: 'shell', input: { argv: ['true'] } }],
};

/** Puts tasks of a type into the queue; answers their ids. */
export async function submit(
  queue: TaskQueue,
  count: number,
  type: AgentTypeName = 'python',
  over: Partial<TaskSpecInput> = {},
): Promise<string[]> {
  const tasks = Array.from({ length: count }, () => ({
    id: taskIdFor(type, ulid()),
    spec: taskSpecSchema.parse({ type, brain: smallPlan, ...over }),
    submitter: 'test',
    crew: 'test',
    timeoutMs: 600_000,
    maxAttempts: 2,
  }));
  await queue.submit(agentType(type), tasks);
  return tasks.map(({ id }) => id);
}

/** Waits for the first event that fits, from now on; to be called before what causes it. */
export function nextEvent(events: EventLog, fits: (event: FactoryEvent) => boolean): Promise<FactoryEvent> {
  return new Promise((resolve) => {
    const end = events.subscribe((batch) => {
      const found = batch.find(fits);
      if (found === undefined) return;
      end();
      resolve(found);
    });
  });
}

/** Something that is waited for, and happens once. */
export function signal(): { fired: Promise<void>; fire: () => void } {
  let fire = (): void => undefined;
  const fired = new Promise<void>((resolve) => (fire = resolve));
  return { fired, fire: () => fire() };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
