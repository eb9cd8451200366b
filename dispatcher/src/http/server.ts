import { randomUUID } from 'node:crypto';
import { FactoryError, limits } from '@agent-factory/contract';
import fastifySwagger from '@fastify/swagger';
import Fastify, { LogController, type FastifyBaseLogger } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { registerAuthentication } from './authentication';
import { answerClientError } from './clientErrors';
import type { HttpDeps } from './deps';
import { registerDocs } from './docs';
import { errorHandler } from './errors';
import { registerObserving } from './observing';
import { openapiOptions } from './openapi';
import { registerRoutes } from './routes';
import type { App } from './types';
import { validatorCompiler } from './validation';

/** Milliseconds within which a request must have arrived whole; the largest artifact needs 1.8 MB/s. */
const requestTimeoutMs = 300_000;

/** The HTTP server, ready to listen. Nothing in it outlives `close()`. */
export async function buildServer(deps: HttpDeps): Promise<App> {
  const loggerInstance: FastifyBaseLogger = deps.logger;
  const app: App = Fastify({
    loggerInstance,
    bodyLimit: limits.taskBytes,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: 65_000, // longer than the 60 s of common proxies, so that they close first
    forceCloseConnections: true, // close() comes after the drain: what is still open then is cut
    return503OnClosing: false, // the lifecycle answers in the one shape
    logController: new LogController({ disableRequestLogging: true }), // see observing.ts
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 256 },
    genReqId: (request) => requestId(request.headers['x-request-id']),
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => void errorHandler(deps.metrics)(error, request, reply),
  }).withTypeProvider<ZodTypeProvider>();

  app.removeContentTypeParser('text/plain');
  app.setValidatorCompiler(validatorCompiler);
  // Answers are typed by their schemas and checked against them in tests; here that would cost more than the rest of a request.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  app.setErrorHandler(errorHandler(deps.metrics));
  app.setNotFoundHandler((request) => {
    throw new FactoryError('NOT_FOUND', `there is no ${request.method} ${request.url.split('?')[0]?.slice(0, 200)}`);
  });
  registerObserving(app, deps.metrics);
  deps.lifecycle.register(app);
  registerAuthentication(app, deps.authenticator);
  await app.register(fastifySwagger, openapiOptions(deps.version));
  await registerDocs(app);
  await registerRoutes(app, deps);
  await deps.extend?.(app);
  await app.ready();
  return app;
}

/** A request id of the caller's own is taken when it is short and plain, so that it cannot forge log lines. */
function requestId(header: string | string[] | undefined): string {
  return typeof header === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(header) ? header : randomUUID();
}
