import {
  FactoryError,
  taskIdFor,
  type AgentTypeName,
  type Assignment,
  type ErrorCode,
  type LeaseRef,
  type TaskResult,
} from '@agent-factory/contract';
import { isOutOfMemory, isUnanswered } from '../redis';
import { replyArray, replyBuffer, replyNumber, replyPairs, replyText } from '../redisReply';
import { ClaimTokens } from './claimTokens';
import { checkedAgentId, taskNotFound, taskPlace, ulidWithin, type QueueContext } from './context';
import type { LeaseState, ReportAck, TaskQueue } from './port';
import { retentionArguments, type Retention } from './reads';
import { readDescription, readHeader, readSpec } from './record';
import { usageOf } from './toTask';

/** Bytes of log lines kept an attempt, as they are stored, and of all attempts before it. */
const logBytes = 1_048_576;

/** Tasks past their number that may gather before a report drops them: many at once are cheaper. */
const retentionSlack = 64;

function isOver(kept: number, most: number): boolean {
  return kept > most + Math.min(retentionSlack, Math.floor(most / 8));
}

/** Most tasks that one claim takes. */
const claimLimit = 1_000;

type LeaseOperations = Pick<
  TaskQueue,
  'claim' | 'heartbeat' | 'complete' | 'release' | 'lose' | 'recover' | 'meter' | 'log'
>;

/** What agents do with tasks: everything after the claim is checked against the agent's id and the lease's epoch. */
export function leases(context: QueueContext, retention: Retention): LeaseOperations {
  const { clock, run, leaseMs } = context;
  const tokens = new ClaimTokens();

  const dropping = new Set<AgentTypeName>();
  /** So that retention keeps up with any load. It is no part of what was asked: sweeps do it, too. One at a time is enough. */
  const dropSurplus = async (type: AgentTypeName, least: number): Promise<void> => {
    if (dropping.has(type)) return;
    dropping.add(type);
    const most = Math.max(least, 2 * retentionSlack);
    await run('expire', type, [clock(), ...retentionArguments(retention), most]).catch(() => undefined);
    dropping.delete(type);
  };

  const claimOnce = async (type: AgentTypeName, agentId: string, count: number): Promise<unknown[]> => {
    const { token, again } = tokens.next(agentId);
    try {
      const reply = replyArray(await run('claim', type, [clock(), agentId, count, leaseMs, token, again ? 1 : 0]));
      tokens.answered(agentId);
      // Nothing is left of the claim that went unheard: this is a new one.
      return again && reply.length === 0 ? await claimOnce(type, agentId, count) : reply;
    } catch (error) {
      if (isUnanswered(error)) tokens.unanswered(agentId, token);
      throw error;
    }
  };
  return {
    async claim(type, agentId, max) {
      const count = Math.min(claimLimit, Math.floor(max));
      if (!(count >= 1)) return [];
      const agent = checkedAgentId(agentId);
      const reply = await context.askedAgain(() => claimOnce(type, agent, count));
      const assignments: Assignment[] = [];
      for (let at = 0; at + 2 < reply.length; at += 3) {
        const raw = replyBuffer(reply[at + 2]);
        const id = taskIdFor(type, replyText(reply[at]));
        assignments.push(assignment(id, replyNumber(reply[at + 1]), raw, leaseMs));
      }
      return assignments;
    },

    async heartbeat(type, agentId, held) {
      if (held.length === 0) return [];
      const args = held.flatMap(({ id, epoch, progress, usage }) => [
        ulidWithin(type, id),
        epoch,
        progress === undefined ? '' : JSON.stringify(progress),
        usage?.tool_calls ?? 0,
      ]);
      const reply = replyArray(await run('heartbeat', type, [clock(), checkedAgentId(agentId), leaseMs, ...args]));
      return held.map(({ id, epoch }, index) => ({ id, epoch, state: leaseState(replyNumber(reply[index])) }));
    },

    async complete(type, agentId, results) {
      if (results.length === 0) return [];
      const args = results.flatMap(({ id, epoch, result }) => [
        ulidWithin(type, id),
        epoch,
        ...resultArguments(result),
      ]);
      const head = [clock(), checkedAgentId(agentId), context.retryPolicy(type)];
      const [ended, dead, ...codes] = replyArray(await run('complete', type, [...head, ...args]));
      const over =
        isOver(replyNumber(ended), retention.finishedTasks) || isOver(replyNumber(dead), retention.deadTasks);
      if (over) await dropSurplus(type, 2 * results.length);
      return toAcks(results, codes);
    },

    async release(type, agentId, held, reason) {
      if (held.length === 0) return [];
      const event = JSON.stringify({ message: reason.slice(0, 500) });
      return toAcks(held, await run('release', type, [clock(), checkedAgentId(agentId), event, ...pairs(type, held)]));
    },

    async lose(type, agentId, held) {
      if (held.length === 0) return [];
      const head = [clock(), checkedAgentId(agentId), context.retryPolicy(type)];
      return toAcks(held, await run('lose', type, [...head, ...pairs(type, held)]));
    },

    async recover(type, agentId, held, { latestClaim }) {
      if (held.length === 0 && !latestClaim) return 0;
      const head = [clock(), checkedAgentId(agentId), context.retryPolicy(type), leaseMs, latestClaim ? 1 : 0];
      return replyNumber(await run('recover', type, [...head, ...pairs(type, held)]));
    },

    async meter(lease, agentId, add) {
      const { type, ulid } = taskPlace(lease.id);
      const used = [add.input_tokens, add.output_tokens, add.model_calls, add.cost_usd];
      const reply = await run('meter', type, [checkedAgentId(agentId), ulid, lease.epoch, ...used]);
      if (!Array.isArray(reply)) throw leaseError(lease, refusal(replyNumber(reply)));
      const raw = replyBuffer(reply[0]);
      return {
        usage: usageOf(replyPairs(reply[1]), readHeader(raw).toolCalls),
        limits: readDescription(raw).limits,
      };
    },

    async log(type, agentId, lines) {
      if (lines.length === 0) return;
      const args = lines.flatMap(({ id, epoch, at, stream, text }) => [
        ulidWithin(type, id),
        epoch,
        JSON.stringify({ at, stream, text }),
      ]);
      try {
        await run('log', type, [checkedAgentId(agentId), logBytes, ...args]);
      } catch (error) {
        // Lines are dropped rather than the work that they tell of.
        if (!isOutOfMemory(error)) throw error;
      }
    },
  };
}

function assignment(id: string, epoch: number, raw: Buffer, leaseMs: number): Assignment {
  const description = readDescription(raw);
  return {
    id,
    epoch,
    attempt: epoch,
    crew: description.crew,
    timeout_ms: readHeader(raw).timeoutMs,
    lease_ms: leaseMs,
    spec: readSpec(raw, description),
  };
}

function pairs(type: AgentTypeName, held: readonly LeaseRef[]): (string | number)[] {
  return held.flatMap(({ id, epoch }) => [ulidWithin(type, id), epoch]);
}

/** Messages of errors go into events cut to this. */
const eventMessageLength = 500;

function resultArguments(result: TaskResult): (string | number)[] {
  const { outcome, ...rest } = result;
  const { error } = rest;
  const event =
    error === undefined
      ? ''
      : JSON.stringify({ message: error.message.slice(0, eventMessageLength), data: { code: error.code } });
  const code = { succeeded: 's', failed: error?.retryable === true ? 'r' : 'f', cancelled: 'c' }[outcome];
  const json = JSON.stringify({ outcome, ...rest }); // the outcome first: complete.lua may have to change it
  const common = [code, result.usage.tool_calls, json];
  return outcome === 'succeeded' ? common : [...common, error === undefined ? '' : JSON.stringify(error), event];
}

function leaseState(code: number): LeaseState['state'] {
  return code === 0 ? 'held' : code === 1 ? 'cancel' : 'lost';
}

function refusal(code: number): ErrorCode {
  return code === 1 ? 'TASK_NOT_FOUND' : code === 2 ? 'LEASE_EXPIRED' : 'LEASE_NOT_HELD';
}

/** Added to what a report was answered when it came first. */
const repeated = 8;

/** Reads what scripts/lib/ended.lua writes. */
function toAcks(refs: readonly LeaseRef[], reply: unknown): ReportAck[] {
  const codes = replyArray(reply);
  return refs.map(({ id, epoch }, index): ReportAck => {
    const answer = replyNumber(codes[index]);
    const again = answer >= repeated;
    const code = again ? answer - repeated : answer;
    const ended = code === 4 ? 'succeeded' : code === 5 ? 'failed' : code === 6 ? 'cancelled' : undefined;
    if (code !== 0 && ended === undefined) return { id, epoch, accepted: false, code: refusal(code) };
    return {
      id,
      epoch,
      accepted: true,
      ...(ended === undefined ? {} : { ended }),
      ...(again ? { repeated: true } : {}),
    };
  });
}

function leaseError(lease: LeaseRef, code: ErrorCode): FactoryError {
  if (code === 'TASK_NOT_FOUND') return taskNotFound(lease.id);
  return new FactoryError(code, `${lease.id}, epoch ${lease.epoch}`);
}
