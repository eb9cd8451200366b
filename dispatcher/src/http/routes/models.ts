import { modelListSchema } from '@agent-factory/contract';
import type { ServeDeps } from '../deps';
import { operation } from '../operation';
import type { App } from '../types';

export function modelRoutes(app: App, { listModels }: ServeDeps): void {
  app.get(
    '/v1/models',
    operation({
      id: 'listModels',
      tag: 'models',
      summary: 'List the models that are configured',
      access: 'task:read',
      ok: { 200: { schema: modelListSchema, description: 'Models, never their keys' } },
    }),
    async (_request, reply) => reply.code(200).send(listModels()),
  );
}
