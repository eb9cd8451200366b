import { FactoryError, toProblem } from '@agent-factory/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Metrics } from '../metrics';
import { toFactoryError } from '../requestErrors';
import { retryAfterSeconds } from '../retryAfter';

/** Answers every failure in the one shape, counts it, and logs it when it is ours. */
export function errorHandler(metrics: Pick<Metrics, 'httpRejected'>) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const failure = withRetryAfter(toFactoryError(error, request));
    const { http: status } = failure.record;
    metrics.httpRejected.inc({ code: failure.code });
    if (status >= 500) request.log.error({ err: error, code: failure.code }, 'request failed');
    if (failure.code === 'UNAUTHENTICATED') void reply.header('www-authenticate', 'Bearer realm="agent-factory"');
    // The rest of a refused body is read and dropped: closing at once would reset the connection before the answer is read.
    if (failure.code === 'PAYLOAD_TOO_LARGE') void reply.removeHeader('connection');
    if (failure.retryAfterSeconds !== undefined)
      void reply.header('retry-after', String(Math.max(1, Math.ceil(failure.retryAfterSeconds))));
    // Set here too: what the framework refuses before routing passes no hook.
    void reply.headers({ 'x-request-id': request.id, 'x-content-type-options': 'nosniff' });
    return reply.code(status).type('application/problem+json').send(toProblem(failure, request.id));
  };
}

/** Adds the default wait where the code has one and the failure names none. */
function withRetryAfter(failure: FactoryError): FactoryError {
  const seconds = retryAfterSeconds(failure);
  if (seconds === undefined || failure.retryAfterSeconds !== undefined) return failure;
  return new FactoryError(failure.code, failure.detail, {
    faults: failure.faults,
    retryAfterSeconds: seconds,
    cause: failure,
  });
}
