import { z } from 'zod';

const name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'is lower-case letters, digits and hyphens, at most 40');
const timeouts = {
  start_timeout_ms: z.int().min(100).max(120_000).default(15_000),
  call_timeout_ms: z.int().min(100).max(3_600_000).default(120_000),
};

const stdioServer = z.strictObject({
  command: z.string().min(1).max(1_024).describe('Program, run inside the confinement'),
  args: z.array(z.string().max(8_192)).max(256).default([]),
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/), z.string().max(8_192)).default({}),
  ...timeouts,
});

const httpServer = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .max(4_096)
    .describe('Streamable HTTP; its host must be on the allow-list'),
  headers: z.record(z.string().max(128), z.string().max(8_192)).default({}),
  ...timeouts,
});

/** One MCP server: a program, or an address. */
const mcpServerSchema = z.union([stdioServer, httpServer]);

/** What the file named by MCP_CONFIG holds under `servers`: MCP servers by name. */
export const mcpServersSchema = z
  .record(name, mcpServerSchema)
  .refine((servers) => Object.keys(servers).length <= 32, 'holds more than 32 servers');

/** The file named by MCP_CONFIG. */
export const mcpConfigSchema = z.strictObject({ servers: mcpServersSchema.default({}) });

export type McpServer = z.output<typeof mcpServerSchema>;
export type McpServers = z.output<typeof mcpServersSchema>;
