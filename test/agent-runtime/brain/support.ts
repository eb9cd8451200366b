import {
  agentType,
  taskSpecSchema,
  type Assignment,
  type Json,
  type Progress,
  type TaskSpecInput,
  type ToolCall,
  type Usage,
} from '@agent-factory/contract';
import type { BrainContext } from '../../../agent-runtime/src/brain/brain';
import { ToolBox } from '../../../agent-runtime/src/brain/toolBox';
import type { ToolCallOutcome, ToolCallRequest, ToolDescription } from '../../../agent-runtime/src/tools/session';
import { ManualClock } from '../worker/manualClock';

/** What a tool answers to a call; an error is thrown, as a crashed session does. */
export type Answer = (request: ToolCallRequest) => ToolCallOutcome | Promise<ToolCallOutcome>;

export interface Run {
  context: BrainContext;
  clock: ManualClock;
  requests: ToolCallRequest[];
  progress: Progress[];
  logged: string[];
  usage: Partial<Usage>[];
  calls: () => readonly ToolCall[];
  abort: AbortController;
}

function assignmentOf(spec: TaskSpecInput): Assignment {
  return {
    id: 'python-01h455vb4pex5vsknk084sn02q',
    epoch: 3,
    attempt: 1,
    crew: 'tests',
    timeout_ms: 60_000,
    lease_ms: 10_000,
    spec: taskSpecSchema.parse(spec),
  };
}

/** All that a brain needs, over tools that answer as a test says. */
export function run(
  spec: TaskSpecInput,
  answer: Answer,
  options: { tools?: ToolDescription[]; modelUrl?: string; token?: () => string } = {},
): Run {
  const assignment = assignmentOf(spec);
  const type = agentType('python');
  const clock = new ManualClock();
  const abort = new AbortController();
  const made = {
    requests: [] as ToolCallRequest[],
    progress: [] as Progress[],
    logged: [] as string[],
    usage: [] as Partial<Usage>[],
  };
  const tools = new ToolBox({
    session: {
      call: async (request) => {
        made.requests.push(request);
        return answer(request);
      },
      tools: async () => ({ tools: options.tools ?? [], faults: [] }),
    },
    type,
    maxCalls: assignment.spec.limits.max_tool_calls,
    clock,
    signal: abort.signal,
    onOutput: () => undefined,
  });
  const context: BrainContext = {
    assignment,
    type,
    tools,
    model: { url: options.modelUrl ?? 'http://127.0.0.1:9', token: options.token ?? (() => 'short-lived') },
    clock,
    signal: abort.signal,
    progress: (progress) => made.progress.push(progress),
    addUsage: (usage) => made.usage.push(usage),
    log: (text) => made.logged.push(text),
  };
  return { ...made, context, clock, calls: () => tools.calls, abort };
}

export function ok(output: Json): ToolCallOutcome {
  return { outcome: 'ok', output };
}
