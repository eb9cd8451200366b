import type { ErrorCode, Json, JsonObject } from '@agent-factory/contract';
import type { Confinement } from '../confinement/confinement';
import type { McpServers } from './mcp/config';

/** What a session needs to start. */
export interface ToolSessionOptions {
  /** Absolute path of the task's own folder; the tools see nothing else of the disk that they could write. Must exist. */
  workspace: string;
  /** From `detectConfinement`. */
  confinement: Confinement;
  /** host, *.host or host:port that http_fetch, git and MCP servers may reach. Without a port: 80 and 443. */
  egress: readonly string[];
  /** From `mcpConfigSchema`. */
  mcpServers: McpServers;
  /** Memory of all programs together, with their files in /tmp and /dev/shm, held where there is a process namespace. Defaults to min(4 GiB, half of the machine). */
  memoryBytes?: number;
  /** The Node binary and the bundled tools.cjs, absolute. Not used with confinement `socket`. */
  entry: { node: string; script: string };
  /** Ends the session, like `stop()`. */
  signal: AbortSignal;
  /** What the tools process and its MCP servers print, and refusals of the egress proxy; a line at a time, cut at 4,096 characters. */
  onLog(line: string): void;
}

/** One tool as a model sees it. */
export interface ToolDescription {
  /** `shell`, or `mcp/{server}/{tool}`. */
  name: string;
  description: string;
  /** JSON Schema of the input. */
  inputSchema: JsonObject;
}

/** The tools that a session has, and the MCP servers that could not be reached. */
export interface ToolListing {
  tools: readonly ToolDescription[];
  faults: readonly { server: string; message: string }[];
}

export interface ToolCallRequest {
  tool: string;
  input: Json;
  /** Of the whole call. Defaults to 15 s more than the input's timeout_ms, or 300 s where the tool has none. */
  timeoutMs?: number;
  /** Cancels the call; what it started is killed before the answer. */
  signal?: AbortSignal;
  /** What programs print, as they print it; bounded like the output. */
  onOutput?(stream: 'stdout' | 'stderr', text: string): void;
}

/** An artifact, already in the workspace as a file, to lay out below it. */
export interface UnpackRequest {
  /** Relative to the workspace: the file as downloaded, a tar, gzipped or not. */
  file: string;
  /** Relative to the workspace: the folder to fill; made when missing, else it must be empty. */
  into: string;
  /** git: a tar of a bare repository, checked out at `into`. Its hooks and configuration are dropped. */
  kind: 'tar' | 'git';
  /** Defaults to 300 s. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

/** How a call ended. Never an exception: a crash of the tools process is an `error` too, and the next call starts a new one. */
export type ToolCallOutcome =
  | { outcome: 'ok'; output: Json }
  | { outcome: 'error' | 'timeout' | 'refused' | 'cancelled'; code: ErrorCode; message: string };

/** The tools of one task. */
export interface ToolSession {
  /** Lists the tools. Starts the MCP servers, which a session that never asks does not pay for. Throws a FactoryError when the tools process cannot be reached. */
  tools(): Promise<ToolListing>;
  call(request: ToolCallRequest): Promise<ToolCallOutcome>;
  /** Answers `{commit, files}`; commit is null for a tar and for a repository without commits. */
  unpack(request: UnpackRequest): Promise<ToolCallOutcome>;
  /** Kills the tools process and all it started; resolves when nothing is left. Calls in flight end as `cancelled`. Can be called twice. */
  stop(): Promise<void>;
}
