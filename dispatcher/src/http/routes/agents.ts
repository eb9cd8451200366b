import { agentListQuerySchema, agentListSchema, agentSchema, recycleResultSchema } from '@agent-factory/contract';
import { z } from 'zod';
import { callerOf } from '../authentication';
import type { ServeDeps } from '../deps';
import { operation } from '../operation';
import type { App } from '../types';
import { refuseBody } from './noBody';

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

  app.post(
    '/v1/agents/:id/recycle',
    {
      ...operation({
        id: 'recycleAgent',
        tag: 'agents',
        summary: 'Have the pod of an agent replaced',
        description:
          'For an agent in a cluster: the recycler deletes its pod, within the grace period in which the agent finishes or hands back what it holds, and its workload makes a new one. From now on no agent registers from the old pod. Twice is fine.',
        access: 'queue:admin',
        params: z.object({ id: z.string() }),
        ok: { 202: { schema: recycleResultSchema, description: 'The pod that is to be deleted' } },
        codes: ['AGENT_NOT_FOUND', 'AGENT_NOT_A_POD', 'RECYCLER_BEHIND'],
        uses: ['store', 'json'],
      }),
      preValidation: refuseBody,
    },
    async (request, reply) => reply.code(202).send(await service.recycleAgent(callerOf(request), request.params.id)),
  );
}
