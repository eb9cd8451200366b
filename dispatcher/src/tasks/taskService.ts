import {
  agentListQuerySchema,
  deadListQuerySchema,
  FactoryError,
  isAgentTypeName,
  parseOrThrow,
  parseTaskId,
  taskListQuerySchema,
  agentType,
  type Agent,
  type AgentType,
  type AgentTypeName,
  type RecycleResult,
  type RoutingRules,
  type Scope,
  type TypeStatus,
} from '@agent-factory/contract';
import { requireScope } from '../auth/scopes';
import type { Principal } from '../auth/port';
import type { EventLog } from '../events/port';
import type { Sandboxes } from '../recycler/port';
import type { AgentRegistry } from '../registry/port';
import type { TaskCalls } from './port';
import { submitMany, submitOne, type SubmitDeps } from './submitting';

/** Dead letters that one call puts back. */
const redriveAtOnce = 1_000;

/** The calls that HTTP has and gRPC has not. */
export interface TaskService extends TaskCalls {
  getType(principal: Principal, type: string): Promise<TypeStatus>;
  getAgent(principal: Principal, id: string): Promise<Agent>;
  /**
   * Releases the sandbox of an agent: its pod is to be deleted, and no agent registers from it again. Twice is fine. Throws AGENT_NOT_FOUND,
   * AGENT_NOT_A_POD, RECYCLER_BEHIND.
   */
  recycleAgent(principal: Principal, id: string): Promise<RecycleResult>;
  routes(principal: Principal): RoutingRules;
}

export interface TaskServiceDeps extends SubmitDeps {
  registry: AgentRegistry;
  /** Without it no agent is a pod. */
  sandboxes?: Pick<Sandboxes, 'find' | 'releaseSandbox'>;
  events: Pick<EventLog, 'cursorNow' | 'followTask' | 'followAll'>;
}

/** What clients can do, whatever the transport: every call checks scope and input, then asks the queue. */
export function createTaskService(deps: TaskServiceDeps): TaskService {
  const { queue, registry, events, types } = deps;

  const statusOf = async (type: AgentType, agents: number): Promise<TypeStatus> => {
    const { oldestStartBy, ...stats } = await queue.stats(nameOf(type));
    const oldest = oldestStartBy === undefined ? {} : { oldest_start_by: new Date(oldestStartBy).toISOString() };
    return { type, queue: { ...stats, ...oldest }, agents };
  };
  const oneStatus = async (name: AgentTypeName): Promise<TypeStatus> =>
    statusOf(types.get(name) ?? agentType(name), alive(await registry.list({ type: name })).length);
  const setPaused = async (principal: Principal, type: string, paused: boolean): Promise<TypeStatus> => {
    requireScope(principal, 'queue:admin');
    const name = typeNamed(type);
    await queue.setPaused(name, paused);
    return oneStatus(name);
  };

  return {
    submit: (principal, spec, key) => submitOne(deps, principal, spec, key),
    submitBatch: (principal, items) => submitMany(deps, principal, items),

    async get(principal, id) {
      allow(principal, 'task:read', id);
      return queue.get(id);
    },
    async list(principal, query) {
      requireScope(principal, 'task:read');
      const { tasks, nextCursor } = await queue.list(parseOrThrow(taskListQuerySchema, query));
      return { tasks, ...(nextCursor === undefined ? {} : { next_cursor: nextCursor }) };
    },
    async cancel(principal, id) {
      allow(principal, 'task:cancel', id);
      return queue.cancel(id);
    },
    async redrive(principal, id) {
      allow(principal, 'queue:admin', id);
      return queue.redrive(id);
    },

    async redriveType(principal, type) {
      requireScope(principal, 'queue:admin');
      return { redriven: await queue.redriveAll(typeNamed(type), redriveAtOnce) };
    },
    pauseType: (principal, type) => setPaused(principal, type, true),
    resumeType: (principal, type) => setPaused(principal, type, false),
    async getType(principal, type) {
      requireScope(principal, 'task:read');
      return oneStatus(typeNamed(type));
    },
    async listTypes(principal) {
      requireScope(principal, 'task:read');
      const agents = alive(await registry.list());
      const count = (name: string): number => agents.filter(({ type }) => type === name).length;
      return { types: await Promise.all([...types.values()].map((type) => statusOf(type, count(type.name)))) };
    },
    async listDead(principal, type, query) {
      requireScope(principal, 'task:read');
      return { tasks: await queue.listDead(typeNamed(type), parseOrThrow(deadListQuerySchema, query).limit) };
    },

    async listAgents(principal, query) {
      requireScope(principal, 'agent:read');
      const { type, tool, state } = parseOrThrow(agentListQuerySchema, query);
      return {
        agents: await registry.list({
          ...(type === undefined ? {} : { type }),
          ...(tool === undefined ? {} : { tool }),
          ...(state === undefined ? {} : { state }),
        }),
      };
    },
    async getAgent(principal, id) {
      requireScope(principal, 'agent:read');
      return registry.get(id);
    },
    async recycleAgent(principal, id) {
      requireScope(principal, 'queue:admin');
      return recycle(deps, id, `asked by ${principal.subject}`);
    },
    routes(principal) {
      requireScope(principal, 'task:read');
      return deps.rules;
    },

    cursorNow(principal) {
      requireScope(principal, 'task:read');
      return events.cursorNow();
    },
    followTask(principal, id, cursor, signal) {
      allow(principal, 'task:read', id);
      return events.followTask(id, cursor, signal);
    },
    followAll(principal, cursor, signal) {
      requireScope(principal, 'task:read');
      return events.followAll(cursor, signal);
    },
  };
}

/** The agent of a pod has the pod's uid as its id; it may be gone from the registry while its pod lives. */
async function recycle(
  { registry, sandboxes }: Pick<TaskServiceDeps, 'registry' | 'sandboxes'>,
  id: string,
  reason: string,
): Promise<RecycleResult> {
  const pod = await sandboxes?.find(id);
  if (sandboxes === undefined || pod === undefined) {
    const agent = await registry.get(id);
    throw new FactoryError('AGENT_NOT_A_POD', `${agent.id} registered without the token of a pod`);
  }
  const { namespace, name, uid } = pod;
  const { duplicate } = await sandboxes.releaseSandbox({ namespace, pod: name, uid, reason });
  return { namespace, pod: name, uid, duplicate };
}

/** Checks the scope, then that the id is one that a task can have. */
function allow(principal: Principal, scope: Scope, id: string): void {
  requireScope(principal, scope);
  const parts = parseTaskId(id);
  if (parts === undefined || !isAgentTypeName(parts.type))
    throw new FactoryError('TASK_NOT_FOUND', `"${id.slice(0, 80)}" is no id of a task`);
}

/** Those whose row is more than a trace: an agent that was killed stays listed as UNHEALTHY for the registry's retention. */
function alive(agents: readonly Agent[]): Agent[] {
  return agents.filter(({ state }) => state !== 'UNHEALTHY');
}

/** The type that an address names. */
function typeNamed(name: string): AgentTypeName {
  if (isAgentTypeName(name)) return name;
  throw new FactoryError('TYPE_NOT_FOUND', `there is no agent type ${JSON.stringify(name.slice(0, 80))}`);
}

function nameOf({ name }: AgentType): AgentTypeName {
  if (isAgentTypeName(name)) return name;
  throw new FactoryError('TYPE_UNKNOWN', `"${name}" is not in the catalogue`);
}
