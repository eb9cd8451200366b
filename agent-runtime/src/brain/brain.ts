import type { AgentType, Assignment, Json, Progress, Usage } from '@agent-factory/contract';
import type { Clock } from '../clock';
import type { ToolBox } from './toolBox';

/** Where a model is reached. */
export interface ModelAccess {
  /** Base URL of the gateway (OpenAI's chat completions). */
  url: string;
  /** The short-lived token of now; asked for at each call. */
  token: () => string;
}

/** All that a brain may know and do. */
export interface BrainContext {
  assignment: Assignment;
  type: AgentType;
  tools: ToolBox;
  model: ModelAccess;
  clock: Clock;
  /** Aborted with a FactoryError: the brain then ends soon, with any error. */
  signal: AbortSignal;
  /** Of live work only: each call says that something was done. */
  progress: (progress: Progress) => void;
  /** Adds to what the attempt used; tool calls are counted by the tool box. */
  addUsage: (usage: Partial<Omit<Usage, 'tool_calls'>>) => void;
  /** One line for the task's log. */
  log: (text: string) => void;
}

/** Decides which tool is called next, and what the task answers. */
export interface Brain {
  /** Throws a FactoryError when the task fails. */
  run(context: BrainContext): Promise<{ output: Json }>;
}
