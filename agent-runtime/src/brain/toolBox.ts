import {
  FactoryError,
  isToolName,
  limits,
  mcpToolPattern,
  parseOrThrow,
  toolCatalogue,
  type AgentType,
  type Json,
  type ToolCall,
  type ToolRecord,
} from '@agent-factory/contract';
import type { Clock } from '../clock';
import type { ToolCallOutcome, ToolDescription, ToolSession } from '../tools/session';
import { toolCallLine } from './toolCallLine';

/** Bounds of the record of tool calls: characters of one input, and bytes of the record as a whole. */
const recordLimits = { input: 2_000, message: 1_000, bytes: 262_144 } as const;

export interface ToolBoxOptions {
  session: Pick<ToolSession, 'call' | 'tools'>;
  type: Pick<AgentType, 'name' | 'tools'>;
  maxCalls: number;
  clock: Clock;
  signal: AbortSignal;
  onOutput: (stream: 'stdout' | 'stderr', text: string) => void;
  /** Called with a line for the log when a call has ended. */
  onCall?: (line: string) => void;
}

/** The tools that a task may use: those of its agent type and of the configured MCP servers. Checks, counts and records every call. */
export class ToolBox {
  readonly #options: ToolBoxOptions;
  readonly #calls: ToolCall[] = [];
  #recordBytes = 0;
  #made = 0;

  constructor(options: ToolBoxOptions) {
    this.#options = options;
  }

  /** How many calls were made. */
  get made(): number {
    return this.#made;
  }

  /** How many more calls limits.max_tool_calls allows. */
  get left(): number {
    return this.#options.maxCalls - this.#made;
  }

  /** The calls as they were made; past the bounds of the record the latest are missing. */
  get calls(): readonly ToolCall[] {
    return this.#calls;
  }

  /** What a model is told of the tools. Starts the MCP servers; those that cannot be reached are named in `faults`. */
  async describe(): Promise<{ tools: ToolDescription[]; faults: readonly { server: string; message: string }[] }> {
    const { tools, faults } = await this.#options.session.tools();
    return { tools: tools.filter(({ name }) => this.#allows(name)), faults };
  }

  /**
   * Makes a call for a step. Throws TOOL_UNKNOWN, INVALID_ARGUMENT (with the path of each fault in the input), TOOL_REFUSED (also when
   * limits.max_tool_calls is spent), TOOL_FAILED, TASK_TIMEOUT, or the reason of the abort.
   */
  async call(step: string, tool: string, input: Json): Promise<Json> {
    const { clock, signal } = this.#options;
    signal.throwIfAborted();
    if (this.left <= 0)
      throw new FactoryError('TOOL_REFUSED', `limits.max_tool_calls (${this.#options.maxCalls}) is spent`);
    this.#made += 1;
    const started = { at: clock.date().toISOString(), now: clock.now() };
    let outcome: ToolCallOutcome;
    try {
      outcome = await this.#perform(tool, input);
    } catch (error) {
      outcome = failureOf(error);
    }
    if (signal.aborted && outcome.outcome !== 'ok') outcome = { ...outcome, outcome: 'cancelled' };
    const call: ToolCall = {
      step: step.slice(0, 80),
      tool: tool.slice(0, 120),
      input: JSON.stringify(input).slice(0, recordLimits.input),
      started_at: started.at,
      duration_ms: Math.max(0, Math.round((clock.now() - started.now) * 1_000) / 1_000),
      ...labelOf(outcome),
    };
    this.#record(call);
    this.#options.onCall?.(toolCallLine(call, detailOf(outcome)));
    if (outcome.outcome === 'ok') return outcome.output;
    signal.throwIfAborted();
    throw new FactoryError(outcome.code, outcome.message);
  }

  async #perform(tool: string, input: Json): Promise<ToolCallOutcome> {
    if (!this.#allows(tool))
      throw new FactoryError(
        'TOOL_UNKNOWN',
        `"${tool.slice(0, 120)}" is not a tool of type ${this.#options.type.name}`,
      );
    const checked = isToolName(tool) ? checkInput(toolCatalogue[tool].input, input) : input;
    const { session, signal, onOutput } = this.#options;
    return session.call({ tool, input: checked, signal, onOutput });
  }

  #allows(tool: string): boolean {
    return isToolName(tool) ? this.#options.type.tools.includes(tool) : mcpToolPattern.test(tool);
  }

  #record(call: ToolCall): void {
    const bytes = Buffer.byteLength(JSON.stringify(call));
    if (this.#calls.length >= limits.toolCallsKept || this.#recordBytes + bytes > recordLimits.bytes) return;
    this.#calls.push(call);
    this.#recordBytes += bytes;
  }
}

/** With its defaults filled in. The catalogue's schemas make JSON of JSON, which their common type cannot say. */
function checkInput(schema: ToolRecord['input'], input: Json): Json {
  return parseOrThrow(schema, input) as Json;
}

function failureOf(error: unknown): Exclude<ToolCallOutcome, { outcome: 'ok' }> {
  if (!(error instanceof FactoryError))
    return { outcome: 'error', code: 'TOOL_FAILED', message: error instanceof Error ? error.message : String(error) };
  const refused = error.code === 'TOOL_REFUSED' || error.code === 'TOOL_UNKNOWN';
  return { outcome: refused ? 'refused' : 'error', code: error.code, message: error.detail };
}

/** How a call stands in the record. A program that ran into its own timeout answers, but did not end well. */
function labelOf(outcome: ToolCallOutcome): Pick<ToolCall, 'outcome' | 'message'> {
  if (outcome.outcome !== 'ok')
    return { outcome: outcome.outcome, message: outcome.message.slice(0, recordLimits.message) };
  return { outcome: field(outcome.output, 'timed_out') === true ? 'timeout' : 'ok' };
}

/** What the log adds to the outcome: why a call failed, and how a program ended that did not end well. */
function detailOf(outcome: ToolCallOutcome): Parameters<typeof toolCallLine>[1] {
  if (outcome.outcome === 'cancelled') return {};
  if (outcome.outcome !== 'ok') return { code: outcome.code };
  const exitCode = field(outcome.output, 'exit_code');
  return typeof exitCode === 'number' && exitCode !== 0 ? { exitCode } : {};
}

function field(value: Json, name: string): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value[name] : undefined;
}
