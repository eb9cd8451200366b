import type { FactoryError } from '@agent-factory/contract';
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
