import { FactoryError } from '@agent-factory/contract';
import type { FastifyRequest } from 'fastify';
import { requireScope } from '../auth/scopes';
import type { Authenticator, Principal } from '../auth/port';
import type { App } from './types';

/** Proves who calls before a body is read. Every route is closed unless it says that it is public. */
export function registerAuthentication(app: App, authenticator: Pick<Authenticator, 'authenticate'>): void {
  app.decorateRequest('caller', null);
  app.addHook('onRequest', async (request) => {
    const access = request.routeOptions.config.access ?? 'token';
    if (request.is404 || access === 'public') return;
    request.caller = await authenticator.authenticate(request.headers.authorization);
    if (access !== 'token') requireScope(request.caller, access);
  });
}

/** The caller of a route that is not public. */
export function callerOf(request: Pick<FastifyRequest, 'caller'>): Principal {
  if (request.caller === null) throw new FactoryError('UNAUTHENTICATED', 'no valid bearer token was given');
  return request.caller;
}
