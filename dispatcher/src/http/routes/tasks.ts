import {
  batchItemSchema,
  batchRequestSchema,
  batchResultSchema,
  idempotencyKeySchema,
  limits,
  parseOrThrow,
  taskListQuerySchema,
  taskListSchema,
  taskSchema,
  taskSpecSchema,
} from '@agent-factory/contract';
import { z } from 'zod';
import { callerOf } from '../authentication';
import type { ServeDeps } from '../deps';
import { operation } from '../operation';
import type { App } from '../types';
import { validatorCompiler } from '../validation';
import { batchExamples, taskExamples } from './examples';
import { refuseBody } from './noBody';

const idParams = z.object({ id: z.string().describe('{type}-{ulid}') });
const keyHeader = z.looseObject({
  'idempotency-key': idempotencyKeySchema
    .optional()
    .describe('With the same key and task the first task is answered again, with 200'),
});
/** As the client writes it; the service checks each item, so that a bad one fails alone. */
const batchDocument = batchRequestSchema
  .extend({ tasks: z.array(batchItemSchema).min(1).max(limits.batchTasks) })
  .meta({ id: 'BatchTasks' });

/** Schema faults of these bodies are found by the task service, for every transport alike. */
const bodyIsChecked: typeof validatorCompiler = (route) =>
  route.httpPart === 'body' ? (data: unknown) => ({ value: data }) : validatorCompiler(route);

/** Codes of what a task can be refused for. */
const taskFaults = [
  'ARTIFACT_NOT_FOUND',
  'PLAN_REFERENCE_INVALID',
  'QUEUE_FULL',
  'ROUTE_NOT_FOUND',
  'TOOL_UNKNOWN',
  'TYPE_UNKNOWN',
] as const;

export function taskRoutes(app: App, { service }: ServeDeps): void {
  app.post(
    '/v1/tasks',
    {
      ...operation({
        id: 'submitTask',
        tag: 'tasks',
        summary: 'Submit a task',
        description: 'Priority P0 needs the scope task:p0 besides.',
        access: 'task:submit',
        body: taskSpecSchema,
        headers: keyHeader,
        ok: {
          201: { schema: taskSchema, description: 'Taken', headers: { Location: 'Address of the task' } },
          200: {
            schema: taskSchema,
            description: 'The task that the idempotency key named before',
            headers: { Location: 'Address of the task' },
          },
        },
        codes: ['IDEMPOTENCY_CONFLICT', ...taskFaults],
        uses: ['store', 'json'],
        examples: taskExamples,
      }),
      // Twice the limit of a task, so that one a little too large can be told which part is.
      bodyLimit: 2 * limits.taskBytes,
      validatorCompiler: bodyIsChecked,
    },
    async (request, reply) => {
      const key = request.headers['idempotency-key'];
      const { task, duplicate } = await service.submit(callerOf(request), request.body, key);
      return reply
        .code(duplicate ? 200 : 201)
        .header('location', `/v1/tasks/${task.id}`)
        .send(task);
    },
  );

  app.post(
    '/v1/tasks/batch',
    {
      ...operation({
        id: 'submitTasks',
        tag: 'tasks',
        summary: 'Submit up to 1,000 tasks; each is taken or refused by itself',
        description:
          'An item is a task, with idempotency_key where wanted. Its refusal carries the code that the task alone would get; where that is STORE_UNAVAILABLE the item may come again at once, under the same key.',
        access: 'task:submit',
        body: batchDocument,
        ok: {
          200: {
            schema: batchResultSchema,
            description: 'One result an item, in order; tasks without spec and result',
          },
        },
        codes: ['BATCH_EMPTY', 'BATCH_TOO_LARGE'],
        uses: ['store', 'json'],
        examples: batchExamples,
      }),
      bodyLimit: limits.batchBytes,
      validatorCompiler: bodyIsChecked,
    },
    async (request, reply) => {
      const { tasks } = parseOrThrow(batchRequestSchema, request.body);
      return reply.code(200).send(await service.submitBatch(callerOf(request), tasks));
    },
  );

  app.get(
    '/v1/tasks',
    operation({
      id: 'listTasks',
      tag: 'tasks',
      summary: 'List tasks, newest first',
      access: 'task:read',
      querystring: taskListQuerySchema,
      ok: { 200: { schema: taskListSchema, description: 'A page, without spec and result' } },
      codes: ['CURSOR_INVALID'],
      uses: ['store'],
    }),
    async (request, reply) => reply.code(200).send(await service.list(callerOf(request), request.query)),
  );

  app.get(
    '/v1/tasks/:id',
    operation({
      id: 'getTask',
      tag: 'tasks',
      summary: 'Read a task with its spec and result',
      access: 'task:read',
      params: idParams,
      ok: { 200: { schema: taskSchema, description: 'The task' } },
      codes: ['TASK_NOT_FOUND'],
      uses: ['store'],
    }),
    async (request, reply) => reply.code(200).send(await service.get(callerOf(request), request.params.id)),
  );

  app.post(
    '/v1/tasks/:id/cancel',
    {
      ...operation({
        id: 'cancelTask',
        tag: 'tasks',
        summary: 'Cancel a task',
        description: 'One that waits ends at once. One that runs is asked to stop: cancel_requested, then cancelled.',
        access: 'task:cancel',
        params: idParams,
        ok: { 200: { schema: taskSchema, description: 'The task as it stands now' } },
        codes: ['TASK_NOT_FOUND', 'TASK_FINISHED'],
        uses: ['store', 'json'],
      }),
      preValidation: refuseBody,
    },
    async (request, reply) => reply.code(200).send(await service.cancel(callerOf(request), request.params.id)),
  );

  app.post(
    '/v1/tasks/:id/redrive',
    {
      ...operation({
        id: 'redriveTask',
        tag: 'tasks',
        summary: 'Put a failed task back, with a fresh budget of attempts',
        access: 'queue:admin',
        params: idParams,
        ok: { 200: { schema: taskSchema, description: 'The task, queued again' } },
        codes: ['TASK_NOT_FOUND', 'TASK_NOT_DEAD'],
        uses: ['store', 'json'],
      }),
      preValidation: refuseBody,
    },
    async (request, reply) => reply.code(200).send(await service.redrive(callerOf(request), request.params.id)),
  );
}
