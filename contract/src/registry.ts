import { z } from 'zod';
import { agentTypeNameSchema } from './agents';
import { agentStateSchema } from './states';

/** An agent as the registry knows it. */
export const agentSchema = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
    type: agentTypeNameSchema,
    state: agentStateSchema,
    version: z.string().max(64),
    slots: z.int().min(1).max(64),
    busy: z.int32().min(0).describe('Tasks it holds'),
    tools: z.array(z.string().max(120)).max(500).describe('What it can do, MCP tools included'),
    confinement: z
      .string()
      .max(40)
      .describe('What confines its tools: bubblewrap, gvisor, seatbelt, container or none'),
    registered_at: z.iso.datetime({ precision: 3 }),
    last_heartbeat: z.iso.datetime({ precision: 3 }),
    restart_count: z.int32().min(0).describe('Registrations under this id after the first'),
  })
  .meta({ id: 'Agent' });
export type Agent = z.infer<typeof agentSchema>;
