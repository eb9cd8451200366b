import {
  isTerminal,
  limits,
  taskIdFor,
  type AgentTypeName,
  type Attempt,
  type Progress,
  type Task,
  type TaskError,
  type TaskResult,
  type Usage,
} from '@agent-factory/contract';
import { replyArray, replyBuffer, replyPairs, replyText } from '../redisReply';
import { readDescription, readHeader, readSpec, type Header } from './record';

/** The task behind an answer of scripts/lib/read.lua (`whole`: with spec and result) or scripts/lib/brief.lua. */
export function toTask(type: AgentTypeName, reply: unknown, whole: boolean): Task {
  const [ulid, record, side, tries, result] = replyArray(reply);
  const raw = replyBuffer(record);
  const header = readHeader(raw);
  const description = readDescription(raw);
  const fields = replyPairs(side);
  const progress = fields.get('progress');
  const resultJson = replyText(result);
  return {
    id: taskIdFor(type, replyText(ulid)),
    type,
    state: header.state,
    submitter: description.submitter,
    crew: description.crew,
    priority: header.priority,
    labels: description.labels,
    created_at: iso(header.created),
    start_by: iso(header.startBy),
    ...(header.state === 'delayed' ? { run_at: iso(header.at) } : {}),
    ...(header.started > 0 ? { started_at: iso(header.started) } : {}),
    ...(isTerminal(header.state) ? { finished_at: iso(header.at) } : {}),
    attempt: header.epoch,
    failures: header.failures,
    max_attempts: header.maxAttempts,
    ...(header.agentId !== '' && (header.state === 'running' || isTerminal(header.state))
      ? { agent_id: header.agentId }
      : {}),
    cancel_requested: header.cancelRequested,
    usage: usageOf(fields, header.toolCalls),
    ...(progress === undefined ? {} : { progress: JSON.parse(progress) as Progress }), // stored from a parsed Progress
    attempts: attemptsOf(header, replyArray(tries)),
    ...(whole ? { spec: readSpec(raw, description) } : {}),
    ...(whole && resultJson !== '' ? { result: JSON.parse(resultJson) as TaskResult } : {}), // stored from a parsed TaskResult
  };
}

/** The sum over all attempts: model calls as the gateway metered them, tool calls as agents reported them. */
export function usageOf(side: ReadonlyMap<string, string>, toolCalls: number): Usage {
  const number = (field: string): number => Number(side.get(field) ?? 0);
  return {
    input_tokens: number('input'),
    output_tokens: number('output'),
    cost_usd: number('cost'),
    model_calls: number('calls'),
    tool_calls: toolCalls,
  };
}

export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

interface StoredAttempt {
  epoch: number;
  agent_id: string;
  started: number;
  ended: number;
  outcome: Attempt['outcome'];
  error?: TaskError;
}

/** Those in the list, then the latest when it is not there yet: it runs, or its end is the task's. */
function attemptsOf(header: Header, tries: readonly unknown[]): Attempt[] {
  const attempts = tries.map((entry): Attempt => {
    const stored = JSON.parse(replyText(entry)) as StoredAttempt; // written by scripts/lib/attempts.lua
    return {
      attempt: stored.epoch,
      epoch: stored.epoch,
      agent_id: stored.agent_id,
      started_at: iso(stored.started),
      ended_at: iso(stored.ended),
      outcome: stored.outcome,
      ...(stored.error === undefined ? {} : { error: stored.error }),
    };
  });
  const { state } = header;
  if (header.open && (state === 'running' || state === 'succeeded' || state === 'cancelled')) {
    attempts.push({
      attempt: header.epoch,
      epoch: header.epoch,
      agent_id: header.agentId,
      started_at: iso(header.started),
      ...(state === 'running' ? {} : { ended_at: iso(header.at) }),
      outcome: state,
    });
  }
  return attempts.slice(-limits.attemptsKept);
}
