import { FactoryError } from '@agent-factory/contract';
import type { preValidationHookHandler } from 'fastify';

/** For addresses that take no body: nothing and `{}` pass, anything else is refused rather than ignored. */
export const refuseBody: preValidationHookHandler = (request, _reply, done) => {
  const { body } = request;
  if (body === undefined || body === null) return done();
  const keys = typeof body === 'object' && !Array.isArray(body) ? Object.keys(body) : undefined;
  if (keys?.length === 0) return done();
  const faults = (keys ?? ['(root)']).slice(0, 50).map((path) => ({ path, message: 'is not a known field' }));
  done(new FactoryError('INVALID_ARGUMENT', 'this address takes no body', { faults }));
};
