import { FactoryError, type ErrorCode } from '@agent-factory/contract';
import { retryAfterSeconds } from '../../retryAfter';
import type { ErrorEnvelope } from './schemas';

const types: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'insufficient_quota',
  403: 'permission_error',
  404: 'not_found_error',
  429: 'rate_limit_error',
};

/** The body that answers an error. */
export function toEnvelope(error: FactoryError): ErrorEnvelope {
  const { http, hint } = error.record;
  const type = types[http] ?? (http >= 500 ? 'api_error' : 'invalid_request_error');
  return {
    error: { message: `${error.detail} (${hint})`, type, param: error.faults[0]?.path ?? null, code: error.code },
  };
}

/** Headers that tell a client when, and whether, to try again, and how to say who it is. */
export function errorHeaders(error: FactoryError): Record<string, string> {
  const seconds = retryAfterSeconds(error);
  return {
    'x-should-retry': String(error.record.retryable), // OpenAI's own clients obey it
    ...(error.code === 'UNAUTHENTICATED' ? { 'www-authenticate': 'Bearer realm="agent-factory"' } : {}),
    ...(seconds === undefined ? {} : { 'retry-after': String(Math.max(1, Math.ceil(seconds))) }),
  };
}

/** Faults that fastify found before a handler ran. */
const fastifyCodes: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'PAYLOAD_TOO_LARGE',
  FST_ERR_CTP_INVALID_JSON_BODY: 'MALFORMED_JSON',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'MALFORMED_JSON',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'MALFORMED_JSON',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
};

const details: Partial<Record<ErrorCode, string>> = {
  PAYLOAD_TOO_LARGE: 'The request is larger than 8 MiB',
  UNSUPPORTED_MEDIA_TYPE: 'This address takes application/json',
};

/** Any error as one of the catalogue; what is not known is INTERNAL and says nothing of itself. */
export function toFactoryErrorAtEdge(error: unknown): FactoryError {
  if (error instanceof FactoryError) return error;
  // Only the parser of bodies gives its errors a status: a SyntaxError without one is a fault of ours.
  const unreadable = error instanceof SyntaxError && 'statusCode' in error;
  const code = unreadable ? 'MALFORMED_JSON' : fastifyCodes[codeOf(error)];
  if (code === undefined) return new FactoryError('INTERNAL', 'The model gateway failed');
  return new FactoryError(code, details[code] ?? 'The request cannot be read');
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : '';
}
