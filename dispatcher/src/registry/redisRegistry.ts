import {
  agentSchema,
  agentStateSchema,
  agentTypeNames,
  FactoryError,
  parseOrThrow,
  type Agent,
} from '@agent-factory/contract';
import type { Redis } from 'ioredis';
import { replyArray, replyNumber, replyPairs, replyText } from '../redisReply';
import { runScript } from '../redisScript';
import type { AgentRegistry } from './port';
import { scripts } from './scripts.gen';

export interface RedisRegistryOptions {
  /** Made by `createRedis`. */
  redis: Redis;
  /** Milliseconds after which a silent agent's row disappears. Default 24 hours. */
  retentionMs?: number;
  /** Milliseconds of silence after which an agent is told as UNHEALTHY. Default 30,000. */
  unhealthyMs?: number;
  /** Only for tests: milliseconds since 1970 instead of Redis's own time. */
  clock?: () => number;
}

/** One slot for all agents: they are few, and lists span types. */
const keys = {
  /** Hash, followed by an agent's id. */
  agent: 'agent:{agents}:',
  /** Sorted set by the last heartbeat, followed by a type's name. */
  types: 'agents:{agents}:',
};

/** Rows that one script call reads at most. */
const pageSize = 500;

const recordSchema = agentSchema.pick({
  id: true,
  type: true,
  version: true,
  slots: true,
  tools: true,
  confinement: true,
});

/** The registry on Redis; see {@link AgentRegistry}. */
export function createRedisRegistry(options: RedisRegistryOptions): AgentRegistry {
  const { redis, retentionMs = 86_400_000, unhealthyMs = 30_000 } = options;
  const clock = (): number => options.clock?.() ?? 0;
  const run = (name: keyof typeof scripts, args: readonly (string | number)[]): Promise<unknown> =>
    runScript(redis, scripts[name], keys, args);

  const toAgent = (now: number, fields: ReadonlyMap<string, string>): Agent => {
    const record = parseOrThrow(recordSchema, JSON.parse(fields.get('record') ?? 'null'), 'INTERNAL');
    const heartbeat = Number(fields.get('heartbeat'));
    return {
      ...record,
      state: now - heartbeat > unhealthyMs ? 'UNHEALTHY' : agentStateSchema.parse(fields.get('state')),
      busy: Number(fields.get('busy')),
      registered_at: new Date(Number(fields.get('registered'))).toISOString(),
      last_heartbeat: new Date(heartbeat).toISOString(),
      restart_count: Number(fields.get('restarts')),
    };
  };

  const read = async (ids: readonly string[]): Promise<Agent[]> => {
    const agents: Agent[] = [];
    for (let from = 0; from < ids.length; from += pageSize) {
      const [now, ...rows] = replyArray(await run('get', [clock(), ...ids.slice(from, from + pageSize)]));
      for (const row of rows) {
        const fields = replyPairs(row);
        if (fields.size > 0) agents.push(toAgent(replyNumber(now), fields));
      }
    }
    return agents;
  };

  return {
    async register(agent, connection) {
      const record = parseOrThrow(recordSchema, agent);
      const row = [clock(), record.id, record.type, connection, retentionMs, JSON.stringify(record)];
      const [now, restarts] = replyArray(await run('register', row)).map(replyNumber);
      const at = new Date(now ?? 0).toISOString();
      return {
        ...record,
        state: 'READY',
        busy: 0,
        registered_at: at,
        last_heartbeat: at,
        restart_count: restarts ?? 0,
      };
    },
    async heartbeat(id, connection, busy, state) {
      return replyNumber(await run('heartbeat', [clock(), id, connection, retentionMs, busy, state])) === 1;
    },
    async deregister(id, connection) {
      return replyNumber(await run('deregister', [id, connection])) === 1;
    },
    async get(id) {
      const [agent] = await read([id]);
      if (agent === undefined)
        throw new FactoryError('AGENT_NOT_FOUND', `there is no agent ${JSON.stringify(id.slice(0, 80))}`);
      return agent;
    },
    async list({ type, tool, state } = {}) {
      const types = type === undefined ? agentTypeNames : [type];
      const ids = await Promise.all(
        types.map(async (name) => replyArray(await run('list', [clock(), name, retentionMs]))),
      );
      const agents = await read(ids.flat().map(replyText));
      return agents
        .filter(
          (agent) =>
            (tool === undefined || agent.tools.includes(tool)) && (state === undefined || agent.state === state),
        )
        .sort((a, b) => (a.id < b.id ? -1 : 1));
    },
  };
}
