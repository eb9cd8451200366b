import {
  deadListQuerySchema,
  redriveResultSchema,
  routingRulesSchema,
  taskListSchema,
  typeListSchema,
  typeStatusSchema,
} from '@agent-factory/contract';
import { z } from 'zod';
import { callerOf } from '../authentication';
import type { ServeDeps } from '../deps';
import { operation } from '../operation';
import type { App } from '../types';
import { refuseBody } from './noBody';

const typeParams = z.object({ type: z.string().describe('Name of an agent type') });
const common = { tag: 'types', uses: ['store'] } as const;
const admin = { tag: 'types', access: 'queue:admin', codes: ['TYPE_NOT_FOUND'], uses: ['store', 'json'] } as const;

export function typeRoutes(app: App, { service }: ServeDeps): void {
  app.get(
    '/v1/types',
    operation({
      ...common,
      id: 'listTypes',
      summary: 'List the agent types and their queues',
      access: 'task:read',
      ok: { 200: { schema: typeListSchema, description: 'Every type' } },
    }),
    async (request, reply) => reply.code(200).send(await service.listTypes(callerOf(request))),
  );

  app.get(
    '/v1/types/:type',
    operation({
      ...common,
      id: 'getType',
      summary: 'Read a type and its queue',
      access: 'task:read',
      params: typeParams,
      ok: { 200: { schema: typeStatusSchema, description: 'The type' } },
      codes: ['TYPE_NOT_FOUND'],
    }),
    async (request, reply) => reply.code(200).send(await service.getType(callerOf(request), request.params.type)),
  );

  app.post(
    '/v1/types/:type/pause',
    {
      ...operation({
        ...admin,
        id: 'pauseType',
        summary: 'Stop giving out tasks of a type',
        description: 'Running tasks go on; new ones are still taken. Twice is fine.',
        params: typeParams,
        ok: { 200: { schema: typeStatusSchema, description: 'The type, paused' } },
      }),
      preValidation: refuseBody,
    },
    async (request, reply) => reply.code(200).send(await service.pauseType(callerOf(request), request.params.type)),
  );

  app.post(
    '/v1/types/:type/resume',
    {
      ...operation({
        ...admin,
        id: 'resumeType',
        summary: 'Give out tasks of a type again',
        params: typeParams,
        ok: { 200: { schema: typeStatusSchema, description: 'The type, no longer paused' } },
      }),
      preValidation: refuseBody,
    },
    async (request, reply) => reply.code(200).send(await service.resumeType(callerOf(request), request.params.type)),
  );

  app.post(
    '/v1/types/:type/redrive',
    {
      ...operation({
        ...admin,
        id: 'redriveType',
        summary: 'Put the dead letters of a type back, oldest first, up to 1,000',
        params: typeParams,
        ok: { 200: { schema: redriveResultSchema, description: 'How many' } },
      }),
      preValidation: refuseBody,
    },
    async (request, reply) => reply.code(200).send(await service.redriveType(callerOf(request), request.params.type)),
  );

  app.get(
    '/v1/types/:type/dead-letters',
    operation({
      ...common,
      id: 'listDeadLetters',
      summary: 'List the failed tasks of a type that can be redriven',
      access: 'task:read',
      params: typeParams,
      querystring: deadListQuerySchema,
      ok: { 200: { schema: taskListSchema, description: 'Without spec and result' } },
      codes: ['TYPE_NOT_FOUND'],
    }),
    async (request, reply) =>
      reply.code(200).send(await service.listDead(callerOf(request), request.params.type, request.query)),
  );

  app.get(
    '/v1/routes',
    operation({
      id: 'getRoutes',
      tag: 'types',
      summary: 'Read the rules that route a task_type to an agent type; the first match wins',
      access: 'task:read',
      ok: { 200: { schema: routingRulesSchema, description: 'The rules and their version' } },
    }),
    async (request, reply) => reply.code(200).send(service.routes(callerOf(request))),
  );
}
