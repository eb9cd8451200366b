import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { z } from 'zod';

/** A small real MCP server: `echo` answers, `environment` names its variables, `fail` says it failed, `hang` never answers. */
function mcpServer(): McpServer {
  const server = new McpServer({ name: 'test', version: '1' });
  const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] });
  server.registerTool('echo', { description: 'Says it again', inputSchema: { word: z.string() } }, ({ word }) =>
    text(`heard ${word}`),
  );
  server.registerTool('environment', { description: 'Names of its variables' }, () =>
    text(Object.keys(process.env).toSorted().join(' ')),
  );
  server.registerTool('fail', { description: 'Fails' }, () => ({ ...text('no luck'), isError: true }));
  server.registerTool('hang', { description: 'Never answers' }, () => new Promise<never>(() => undefined));
  return server;
}

/** The same over streamable HTTP, on a free port of this machine. */
export async function startHttpMcpServer(): Promise<{ url: string; port: number; close(): Promise<void> }> {
  const http = createServer((request, response) => {
    void (async () => {
      // Stateless: a server and a transport for each request.
      const transport = new StreamableHTTPServerTransport();
      await mcpServer().connect(transport);
      await transport.handleRequest(request, response);
    })();
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo; // a TCP server has an address object
  const close = async (): Promise<void> => {
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
  };
  return { url: `http://127.0.0.1:${port}/mcp`, port, close };
}

if (process.argv.includes('--stdio')) void mcpServer().connect(new StdioServerTransport());
