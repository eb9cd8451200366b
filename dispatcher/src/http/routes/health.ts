import { healthSchema } from '@agent-factory/contract';
import type { HttpDeps } from '../deps';
import { operation } from '../operation';
import type { App } from '../types';

export function healthRoutes(app: App, { health, lifecycle, version }: HttpDeps): void {
  const live = operation({
    id: 'healthz',
    tag: 'operation',
    summary: 'Whether the process lives',
    access: 'public',
    ok: { 200: { schema: healthSchema, description: 'It does' } },
    plain: true,
  });
  app.get('/healthz', live, async (_request, reply) => reply.code(200).send({ status: 'ok', version, checks: {} }));

  const ready = operation({
    id: 'readyz',
    tag: 'operation',
    summary: 'Whether it can serve: Redis answers, events are followed, gRPC serves, and it is not stopping',
    access: 'public',
    ok: {
      200: { schema: healthSchema, description: 'It can' },
      503: { schema: healthSchema, description: 'It cannot; checks say why' },
    },
    plain: true,
  });
  app.get('/readyz', ready, async (_request, reply) => {
    const found = await health();
    const checks = lifecycle.stopping ? { ...found.checks, process: 'stopping' } : found.checks;
    const status = lifecycle.stopping ? 'unavailable' : found.status;
    return reply.code(status === 'ok' ? 200 : 503).send({ ...found, status, checks });
  });
}
