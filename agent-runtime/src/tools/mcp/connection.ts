import type { Readable } from 'node:stream';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { mcpToolPattern, type Json, type JsonObject } from '@agent-factory/contract';
import { forwardLines } from '../client/lines';
import type { Programs } from '../process/programs';
import { toolFailed } from '../workspace/paths';
import type { McpServer } from './config';
import { proxiedFetch } from './fetch';
import { messageOf } from '../errors';

/** What a connection needs of the session. */
export interface McpHost {
  workspace: string;
  programs: Programs;
  egressSocket: string | null;
  variables(): Promise<Record<string, string>>;
  onLog(line: string): void;
}

/** A tool as its server describes it. */
export interface McpTool {
  name: string;
  description: string;
  inputSchema: JsonObject;
}

/** A connected MCP server. */
export interface McpConnection {
  tools: readonly McpTool[];
  client: Client;
  /** Hears when the server has gone. */
  whenClosed(listener: () => void): void;
  close(): Promise<void>;
}

const maxTools = 200;
const maxPages = 20;
const maxOutputCharacters = 1_048_576;

async function transportFor(name: string, server: McpServer, host: McpHost): Promise<Transport> {
  if ('url' in server) {
    const transport = new StreamableHTTPClientTransport(new URL(server.url), {
      fetch: proxiedFetch(host.egressSocket),
      requestInit: { headers: server.headers },
    });
    // The class declares optional callbacks without `undefined`, its interface with: one and the same under exact types.
    return transport;
  }
  const transport = new StdioClientTransport({
    command: server.command,
    args: server.args,
    env: host.programs.environment({ ...(await host.variables()), ...server.env }),
    cwd: host.workspace,
    stderr: 'pipe',
  });
  // With stderr 'pipe' it is a PassThrough from the start.
  const { stderr } = transport;
  if (stderr !== null && 'read' in stderr)
    forwardLines(stderr as Readable, (line) => host.onLog(`mcp/${name}: ${line}`));
  return transport;
}

/** Connects to a server and lists its tools, in at most its start timeout. Throws TOOL_FAILED naming the server. */
export async function connectMcp(name: string, server: McpServer, host: McpHost): Promise<McpConnection> {
  const client = new Client({ name: 'agent-factory', version: '1' });
  const options = { timeout: server.start_timeout_ms, maxTotalTimeout: server.start_timeout_ms };
  let late: NodeJS.Timeout | undefined;
  try {
    const transport = await transportFor(name, server, host);
    // The SDK's timeout covers requests; a server that cannot be reached at all needs one too.
    const timeout = new Promise<never>((_, reject) => {
      late = setTimeout(() => reject(new Error(`no answer in ${server.start_timeout_ms} ms`)), server.start_timeout_ms);
    });
    const tools = await Promise.race([
      client.connect(transport, options).then(() => listTools(client, options)),
      timeout,
    ]);
    const whenClosed = (listener: () => void): void => {
      // The SDK knows this one callback and no listeners.
      Object.assign(client, { onclose: listener });
    };
    return { tools, client, whenClosed, close: () => client.close() };
  } catch (error) {
    await client.close().catch(() => undefined);
    throw toolFailed(`the MCP server ${name}: ${messageOf(error, 'it cannot be reached')}`, error);
  } finally {
    clearTimeout(late);
  }
}

async function listTools(client: Client, options: { timeout: number }): Promise<McpTool[]> {
  const tools: McpTool[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < maxPages && tools.length < maxTools; page += 1) {
    const answer = await client.listTools(cursor === undefined ? {} : { cursor }, options);
    for (const { name, description = '', inputSchema } of answer.tools) {
      if (!mcpToolPattern.test(`mcp/x/${name}`)) continue;
      // It came as JSON, and JSON it is.
      tools.push({ name, description: description.slice(0, 8_192), inputSchema: inputSchema as JsonObject });
    }
    cursor = answer.nextCursor;
    if (cursor === undefined) break;
  }
  return tools.slice(0, maxTools);
}

/** Calls a tool. A tool that says it failed throws TOOL_FAILED with its words. */
export async function callMcp(
  connection: McpConnection,
  tool: string,
  input: JsonObject,
  options: { timeoutMs: number; signal: AbortSignal },
): Promise<Json> {
  const answer = await connection.client.callTool({ name: tool, arguments: input }, undefined, {
    timeout: options.timeoutMs,
    maxTotalTimeout: options.timeoutMs,
    signal: options.signal,
  });
  const text = JSON.stringify({
    content: answer.content ?? [],
    ...(answer.structuredContent === undefined ? {} : { structured_content: answer.structuredContent }),
  });
  if (text.length > maxOutputCharacters) throw toolFailed(`${tool} answered more than 1 MiB`);
  if (answer.isError === true) throw toolFailed(`${tool}: ${text.slice(0, 2_000)}`);
  return JSON.parse(text) as Json; // what JSON.parse answers is JSON
}
