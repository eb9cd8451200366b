import type { Metrics } from '../metrics';
import type { App } from './types';

/** Measures every request and gives each answer its request id. */
export function registerObserving(app: App, metrics: Pick<Metrics, 'httpRequests'>): void {
  app.addHook('onRequest', (request, reply, done) => {
    void reply.headers({ 'x-request-id': request.id, 'x-content-type-options': 'nosniff' });
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    const status = String(reply.statusCode);
    metrics.httpRequests.observe({ method: request.method, route, status }, reply.elapsedTime / 1000);
    const level = reply.statusCode >= 500 ? 'warn' : reply.statusCode >= 400 ? 'info' : 'debug';
    request.log[level](
      { method: request.method, route, status: reply.statusCode, ms: Math.round(reply.elapsedTime) },
      'request',
    );
    done();
  });
}
