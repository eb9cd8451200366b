import type { ToolInput, ToolName, ToolOutput } from '@agent-factory/contract';
import type { Programs } from '../process/programs';
import type { Workspace } from '../workspace/workspace';

/** What a tool works with. */
export interface ToolContext {
  workspace: Workspace;
  programs: Programs;
  egress: EgressAccess;
  /** Ends the call: its time is up, or nobody wants it any more. */
  signal: AbortSignal;
  onOutput(stream: 'stdout' | 'stderr', text: string): void;
}

/** The way out, or that there is none. */
interface EgressAccess {
  /** Socket of the egress proxy; null: nothing may be reached. */
  socket: string | null;
  /** Variables that lead programs through the proxy; empty without one. */
  variables(): Promise<Record<string, string>>;
}

/** A tool: parsed input in, output that fits its schema out. Throws FactoryErrors. */
export type Tool<N extends ToolName> = (input: ToolInput<N>, context: ToolContext) => Promise<ToolOutput<N>>;
