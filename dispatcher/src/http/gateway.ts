import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import { chatRequestSchema } from '../models/wire/request';
import { chunkSchema, completionSchema, errorEnvelopeSchema, openAiModelsSchema } from '../models/wire/schemas';
import { operation } from './operation';
import type { App } from './types';

const prefix = '/model/v1';

const shared = { tag: 'models', access: 'model:call', errors: errorEnvelopeSchema } as const;

const leaseHeaders = z.object({
  'x-task-id': z.string().describe('The task that pays: the caller holds its lease'),
  'x-task-epoch': z.string().describe('The epoch of that lease'),
});

/** The routes of the gateway's plugin, as documented; the plugin itself checks what comes. */
const operations: Readonly<Record<string, { schema: object }>> = {
  '/chat/completions': operation({
    ...shared,
    id: 'completeChat',
    summary: "Ask a model, in the words of OpenAI's chat completions",
    description:
      'For agents: the tokens are counted on the task whose lease is named, and its budget is kept. Errors stand in the envelope of OpenAI; `x-should-retry` says whether the same request may succeed later. What goes wrong after a streamed answer has begun is told in an event of its own, and no `[DONE]` follows.',
    headers: leaseHeaders,
    body: chatRequestSchema,
    ok: { 200: { schema: completionSchema, description: 'The answer', stream: chunkSchema } },
    codes: [
      'BUDGET_SPENT',
      'INTERNAL',
      'INVALID_ARGUMENT',
      'LEASE_EXPIRED',
      'LEASE_NOT_HELD',
      'MODEL_FAILED',
      'MODEL_NOT_CONFIGURED',
      'MODEL_RATE_LIMITED',
      'MODEL_TIMEOUT',
      'SHUTTING_DOWN',
      'TASK_NOT_FOUND',
    ],
    uses: ['json', 'store'],
  }),
  '/models': operation({
    ...shared,
    id: 'listChatModels',
    summary: "List the models as OpenAI's clients read them",
    ok: { 200: { schema: openAiModelsSchema, description: 'Models, never their keys' } },
    codes: ['SHUTTING_DOWN'],
  }),
};

/** Adds the model gateway's plugin, and documents its routes. */
export async function addGateway(app: App, gateway: FastifyPluginAsync): Promise<void> {
  await app.register(
    async (scope) => {
      scope.setValidatorCompiler(() => (value: unknown) => ({ value })); // the schemas here only document
      scope.addHook('onRoute', (route) => {
        route.config = { ...route.config, access: 'public' }; // the plugin checks the token itself
        route.schema = operations[route.url.slice(prefix.length)]?.schema ?? { hide: true };
      });
      await scope.register(gateway);
    },
    { prefix },
  );
}
