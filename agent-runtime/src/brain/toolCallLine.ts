import type { ErrorCode, ToolCall } from '@agent-factory/contract';

/**
 * A tool call as one line of the task's log: which tool, for which step, how it ended, how long it took. Of the input and the message it says
 * nothing: both may hold secrets, and who may read them finds them in the result.
 */
export function toolCallLine(
  { tool, step, outcome, duration_ms: ms }: ToolCall,
  { code, exitCode }: { code?: ErrorCode | undefined; exitCode?: number | undefined } = {},
): string {
  const how = [outcome, code, exitCode === undefined ? undefined : `exit code ${exitCode}`];
  return `tool ${tool} (step ${step}): ${how.filter((word) => word !== undefined).join(', ')}, ${time(ms)}`;
}

function time(ms: number): string {
  return ms < 9_950 ? `${Math.max(1, Math.round(ms))} ms` : `${(ms / 1_000).toFixed(1)} s`;
}
