import { FactoryError, jsonObjectSchema, parseOrThrow, type Json } from '@agent-factory/contract';
import type { ToolDescription, ToolListing } from '../session';
import { toolFailed } from '../workspace/paths';
import type { McpServers } from './config';
import { messageOf } from '../errors';
import type { McpConnection, McpHost } from './connection';

/** The SDK is large and most sessions never need it: loaded at the first use. */
const loadConnection = () => import('./connection.js');

/** The MCP servers of a session, each connected at its first use. One that fails is named and harms no other; the next use tries again. */
export class McpServerSet {
  readonly #connections = new Map<string, Promise<McpConnection>>();

  constructor(
    private readonly servers: McpServers,
    private readonly host: McpHost,
  ) {}

  /** The tools of all servers, and the servers that could not be asked. */
  async list(): Promise<ToolListing> {
    const names = Object.keys(this.servers);
    const answers = await Promise.allSettled(names.map((name) => this.#connect(name)));
    const tools: ToolDescription[] = [];
    const faults: { server: string; message: string }[] = [];
    answers.forEach((answer, index) => {
      const server = names[index] ?? '';
      if (answer.status === 'fulfilled')
        tools.push(...answer.value.tools.map((tool) => ({ ...tool, name: `mcp/${server}/${tool.name}` })));
      else faults.push({ server, message: reasonOf(answer.reason).slice(0, 1_000) });
    });
    return { tools, faults };
  }

  /** Calls `mcp/{server}/{tool}`. Throws TOOL_UNKNOWN for a server that is not configured or a tool that it lacks. */
  async call(name: string, input: Json, signal: AbortSignal): Promise<Json> {
    const [, server = '', ...rest] = name.split('/');
    const tool = rest.join('/');
    const configured = Object.hasOwn(this.servers, server) ? this.servers[server] : undefined;
    if (configured === undefined) throw new FactoryError('TOOL_UNKNOWN', `no MCP server ${server} is configured`);
    const parsed = parseOrThrow(jsonObjectSchema, input);
    const connection = await this.#connect(server);
    if (!connection.tools.some((known) => known.name === tool))
      throw new FactoryError('TOOL_UNKNOWN', `the MCP server ${server} has no tool ${tool}`);
    try {
      return await (
        await loadConnection()
      ).callMcp(connection, tool, parsed, { timeoutMs: configured.call_timeout_ms, signal });
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof FactoryError) throw error;
      throw toolFailed(`the MCP server ${server}: ${reasonOf(error)}`, error);
    }
  }

  async close(): Promise<void> {
    const open = [...this.#connections.values()];
    this.#connections.clear();
    await Promise.allSettled(open.map(async (connection) => (await connection).close()));
  }

  #connect(name: string): Promise<McpConnection> {
    const known = this.#connections.get(name);
    if (known !== undefined) return known;
    const server = this.servers[name];
    if (server === undefined) return Promise.reject(new FactoryError('TOOL_UNKNOWN', `no MCP server ${name}`));
    const connecting = loadConnection().then(({ connectMcp }) => connectMcp(name, server, this.host));
    const forget = (): void => {
      if (this.#connections.get(name) === connecting) this.#connections.delete(name);
    };
    connecting.then((connection) => connection.whenClosed(forget), forget);
    this.#connections.set(name, connecting);
    return connecting;
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof FactoryError) return error.detail;
  return messageOf(error);
}
