import {
  agentTypeNames,
  FactoryError,
  isAgentTypeName,
  parseTaskId,
  type AgentType,
  type AgentTypeName,
} from '@agent-factory/contract';
import type { Redis } from 'ioredis';
import { isUnanswered, redisReady } from '../redis';
import { runScript } from '../redisScript';
import { queueKeys, reservationTag, type QueueKeys } from './keys';
import { scripts } from './scripts.gen';

/** Milliseconds that a repeated command waits for a connection that was cut. */
const reconnectMs = 1_000;

/** What a script takes; bytes where text would not do. */
export type ScriptArgument = string | number | Buffer;

type Scripts = typeof scripts;
type ScriptName = keyof Scripts;

/** What the operations of the queue share. */
export interface QueueContext {
  /** Runs a script on a type's keys. */
  readonly run: (name: ScriptName, type: AgentTypeName, args: readonly ScriptArgument[]) => Promise<unknown>;
  /** Runs reserve.lua, in the slot of the idempotency keys. */
  readonly reserve: (args: readonly ScriptArgument[]) => Promise<unknown>;
  /** Runs settle.lua, there, too. */
  readonly settle: (args: readonly ScriptArgument[]) => Promise<unknown>;
  /**
   * Does what is safe to repeat; where it went without an answer once more, `again`, when the connection is there: STORE_UNAVAILABLE when that
   * takes longer than a second.
   */
  readonly askedAgain: <T>(work: (again: boolean) => Promise<T>) => Promise<T>;
  /** `0`, by which scripts take Redis's time, or the time that a test sets; the first argument of every script that needs the time. */
  readonly clock: () => number;
  /** As scripts/lib/retry.lua takes it. */
  readonly retryPolicy: (type: AgentTypeName) => string;
  readonly leaseMs: number;
}

export interface QueueContextOptions {
  redis: Redis;
  clock: (() => number) | undefined;
  random: () => number;
  leaseMs: number;
  agentType: (name: AgentTypeName) => AgentType;
}

export function queueContext({ redis, clock, random, leaseMs, agentType }: QueueContextOptions): QueueContext {
  const reservationKeys = queueKeys(reservationTag);
  const keys = new Map<AgentTypeName, QueueKeys>(agentTypeNames.map((type) => [type, queueKeys(type)]));
  return {
    leaseMs,
    clock: () => clock?.() ?? 0,
    run: (name, type, args) => runScript(redis, scripts[name], keys.get(type) ?? queueKeys(type), asSent(args)),
    reserve: (args) => runScript(redis, scripts.reserve, reservationKeys, asSent(args)),
    settle: (args) => runScript(redis, scripts.settle, reservationKeys, asSent(args)),
    askedAgain: async (work) => {
      try {
        return await work(false);
      } catch (error) {
        if (!isUnanswered(error)) throw error;
        await redisReady(redis, reconnectMs);
        return work(true);
      }
    },
    retryPolicy: (type) => {
      const { base_ms, max_ms, jitter } = agentType(type).retry;
      return [base_ms, max_ms, jitter, random()].join(' ');
    },
  };
}

function asSent(args: readonly ScriptArgument[]): readonly (string | number)[] {
  return args as (string | number)[]; // handed to the client, which sends bytes as they are
}

/** The type and ULID of a task. Throws TASK_NOT_FOUND for what is not an id of ours. */
export function taskPlace(id: string): { type: AgentTypeName; ulid: string } {
  const parsed = parseTaskId(id);
  if (parsed === undefined || !isAgentTypeName(parsed.type)) throw taskNotFound(id);
  return { type: parsed.type, ulid: parsed.ulid };
}

/** The ULID of a task of this type; '' (which names no task) for any other id. */
export function ulidWithin(type: AgentTypeName, id: string): string {
  const parsed = parseTaskId(id);
  return parsed?.type === type ? parsed.ulid : '';
}

export function taskNotFound(id: string): FactoryError {
  return new FactoryError('TASK_NOT_FOUND', `there is no task ${JSON.stringify(id.slice(0, 80))}`);
}

const agentIdPattern = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** Agent ids go into records of fixed width and into JSON that scripts write. Throws INVALID_ARGUMENT. */
export function checkedAgentId(agentId: string): string {
  if (agentIdPattern.test(agentId)) return agentId;
  throw new FactoryError('INVALID_ARGUMENT', 'an agent id is 1 to 63 lower case letters, digits and hyphens');
}
