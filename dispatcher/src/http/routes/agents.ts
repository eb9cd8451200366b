import { agentListQuerySchema, agentListSchema, agentSchema } from '@agent-factory/contract';
import { z } from 'zod';
import { callerOf } from '../authentication';
import type { ServeDeps } from '../deps';
import { operation } from '../operation';
import type { App } from '../types';

export function agentRoutes(app: App, { service }: ServeDeps): void {
  app.get(
    '/v1/agents',
    operation({
      id: 'listAgents',
      tag: 'agents',
      summary: 'List the agents, by type, tool or state',
      access: 'agent:read',
      querystring: agentListQuerySchema,
      ok: { 200: { schema: agentListSchema, description: 'Agents that fit every filter' } },
      uses: ['store'],
    }),
    async (request, reply) => reply.code(200).send(await service.listAgents(callerOf(request), request.query)),
  );

  app.get(
    '/v1/agents/:id',
    operation({
      id: 'getAgent',
      tag: 'agents',
      summary: 'Read an agent',
      access: 'agent:read',
      params: z.object({ id: z.string() }),
      ok: { 200: { schema: agentSchema, description: 'The agent' } },
      codes: ['AGENT_NOT_FOUND'],
      uses: ['store'],
    }),
    async (request, reply) => reply.code(200).send(await service.getAgent(callerOf(request), request.params.id)),
  );
}
