import { FactoryError, toProblem, type ErrorCode } from '@agent-factory/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Metrics } from '../metrics';
import { retryAfterSeconds } from '../retryAfter';

/** What the framework can refuse, as codes of the catalogue. */
const ofFramework: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'MALFORMED_JSON',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'MALFORMED_JSON',
  FST_ERR_CTP_BODY_TOO_LARGE: 'PAYLOAD_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'MALFORMED_REQUEST',
  FST_ERR_BAD_URL: 'NOT_FOUND',
  FST_ERR_MAX_PARAM_LENGTH: 'NOT_FOUND',
  FST_ERR_NOT_FOUND: 'NOT_FOUND',
};

/** Any failure as one that a user can be told about; what is not foreseen becomes INTERNAL, without its text. */
export function toFactoryError(error: unknown, request: FastifyRequest): FactoryError {
  if (error instanceof FactoryError) return error;
  const code = codeOf(error);
  const known = code === undefined ? undefined : ofFramework[code];
  if (known === 'PAYLOAD_TOO_LARGE') {
    const message = 'is larger than this address takes';
    return new FactoryError(known, `the body ${message}`, { faults: [{ path: '(root)', message }] });
  }
  if (known === 'UNSUPPORTED_MEDIA_TYPE')
    return new FactoryError(known, `this address takes ${mediaTypesOf(request).join(' or ')}`, { cause: error });
  if (known !== undefined) return new FactoryError(known, detailOf(known), { cause: error });
  // Only the parser of bodies gives its errors a status: one without is a fault of ours.
  if (error instanceof SyntaxError && statusOf(error) === 400)
    return new FactoryError('MALFORMED_JSON', detailOf('MALFORMED_JSON'), { cause: error });
  if (statusOf(error) === 400)
    return new FactoryError('MALFORMED_REQUEST', 'the request could not be read', { cause: error });
  return new FactoryError('INTERNAL', 'the request could not be answered', { cause: error });
}

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

function detailOf(code: ErrorCode): string {
  const details: Partial<Record<ErrorCode, string>> = {
    MALFORMED_JSON: 'the body cannot be read as JSON',
    NOT_FOUND: 'there is no such address',
  };
  return details[code] ?? 'the request could not be read';
}

/** Media types of the body that the address of a request takes. */
function mediaTypesOf({ routeOptions }: FastifyRequest): readonly string[] {
  return routeOptions.schema?.consumes ?? ['application/json'];
}

function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}

function statusOf(error: unknown): number | undefined {
  return typeof error === 'object' && error !== null && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : undefined;
}
