import { z } from 'zod';
import type { HttpDeps } from '../deps';
import { operation } from '../operation';
import type { App } from '../types';

export function metricsRoute(app: App, { metrics, metricsAccess, collectGauges }: HttpDeps): void {
  app.get(
    '/metrics',
    operation({
      id: 'metrics',
      tag: 'operation',
      summary: 'Metrics for Prometheus',
      description:
        'Needs a token, as everything that tells what the factory does (give the scraper one with agent:read alone), unless the configuration opens it.',
      access: metricsAccess === 'open' ? 'public' : 'agent:read',
      ok: { 200: { schema: z.string(), description: 'Prometheus text format', mediaTypes: ['text/plain'] } },
    }),
    async (_request, reply) => {
      await collectGauges();
      return reply
        .code(200)
        .type(metrics.registry.contentType)
        .send(await metrics.registry.metrics());
    },
  );
}
