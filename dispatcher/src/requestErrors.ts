import { FactoryError, type ErrorCode } from '@agent-factory/contract';
import type { FastifyRequest } from 'fastify';

/** What fastify refuses by itself, as codes of the catalogue. */
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

const details: Partial<Record<ErrorCode, string>> = {
  MALFORMED_JSON: 'the body cannot be read as JSON',
  NOT_FOUND: 'there is no such address',
};

/** Any failure of a request as one that its sender can be told about; what is not foreseen becomes INTERNAL, without its text. */
export function toFactoryError(error: unknown, request: FastifyRequest): FactoryError {
  if (error instanceof FactoryError) return error;
  const code = refusalOf(error);
  if (code === undefined) return unforeseen(error);
  if (code === 'PAYLOAD_TOO_LARGE') {
    const message = `is larger than the ${request.routeOptions.bodyLimit} bytes that this address takes`;
    return new FactoryError(code, `the body ${message}`, { faults: [{ path: '(root)', message }] });
  }
  const detail =
    code === 'UNSUPPORTED_MEDIA_TYPE'
      ? `this address takes ${(request.routeOptions.schema?.consumes ?? ['application/json']).join(' or ')}`
      : (details[code] ?? 'the request could not be read');
  return new FactoryError(code, detail, { cause: error });
}

/** INTERNAL, for a failure that is a fault of ours, unless it says itself what it is. */
export function unforeseen(error: unknown): FactoryError {
  if (error instanceof FactoryError) return error;
  return new FactoryError('INTERNAL', 'the request could not be answered', { cause: error });
}

/** The code for what was refused or could not be read before a handler ran. */
function refusalOf(error: unknown): ErrorCode | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const known = 'code' in error && typeof error.code === 'string' ? ofFramework[error.code] : undefined;
  if (known !== undefined) return known;
  // Only what reads bodies gives its errors a status: one without is a fault of ours.
  if (!('statusCode' in error) || error.statusCode !== 400) return undefined;
  return error instanceof SyntaxError ? 'MALFORMED_JSON' : 'MALFORMED_REQUEST';
}
