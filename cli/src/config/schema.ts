import { agentTypeNameSchema, env } from '@agent-factory/contract';
import { dispatcherFileSchema } from '@agent-factory/dispatcher/config';
import { mcpServersSchema } from '@agent-factory/agent-runtime';
import { z } from 'zod';

const port = z.int().min(0).max(65_535);

const agentsSchema = z.strictObject({
  count: z.int().min(0).max(64).default(1).describe('Agents of this type; 0 starts none'),
  slots: z
    .int()
    .min(1)
    .max(64)
    .optional()
    .describe('Tasks that one agent works on at a time. Defaults to that of the catalogue'),
});

/** `factory.yaml`: all keys are optional, unknown ones are errors. */
export const factoryConfigSchema = z
  .strictObject({
    host: z
      .string()
      .regex(/^[A-Za-z0-9.:-]+$/, 'is not a host name or address')
      .default('127.0.0.1')
      .describe('Address the API listens on. Anything but 127.0.0.1 lets others on the network try tokens'),
    ports: z
      .strictObject({
        http: port.default(7070).describe('HTTP API; 0 takes a free one. A taken one is replaced by the next free'),
        grpc: port.default(7071).describe('gRPC; the same'),
      })
      .prefault({}),
    agents: z
      .partialRecord(agentTypeNameSchema, agentsSchema)
      .default({})
      .describe('By agent type; a type that is not named gets one agent'),
    models: dispatcherFileSchema.shape.models.describe('Model providers; without one, agents work by plans only'),
    limits: dispatcherFileSchema.shape.limits.describe('What the dispatcher keeps and takes'),
    routing: dispatcherFileSchema.shape.routing.describe(
      'Rules from task_type to agent type. Defaults to those of the catalogue',
    ),
    redis: z
      .strictObject({
        url: z
          .url({ protocol: /^rediss?$/, error: 'is not a redis:// or rediss:// URL' })
          .optional()
          .describe(`A Redis of your own. ${env.redisUrl} in the environment comes first`),
      })
      .prefault({}),
    tools: z
      .strictObject({
        confinement: z
          .enum(['auto', 'bubblewrap', 'seatbelt', 'none'])
          .default('auto')
          .describe('What confines the tools of agents; auto takes the best there is'),
        mcp_servers: mcpServersSchema.default({}).describe('MCP servers whose tools every agent is given, by name'),
      })
      .prefault({}),
    log_level: z
      .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
      .default('info')
      .describe('Of the dispatcher and the agents'),
    audit_on_start: z.boolean().default(true).describe('Whether `factory up` audits the repository in its folder'),
  })
  .superRefine((config, context) => {
    const { http, grpc } = config.ports;
    if (http === grpc && http !== 0)
      context.addIssue({ code: 'custom', path: ['ports', 'grpc'], message: 'is the same as ports.http' });
  });

export type FactoryConfig = z.output<typeof factoryConfigSchema>;
