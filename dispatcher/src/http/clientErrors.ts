import type { Duplex } from 'node:stream';
import { errorCatalogue, FactoryError, toProblem, type ErrorCode } from '@agent-factory/contract';

const codes: Readonly<Record<string, ErrorCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
  HPE_HEADER_OVERFLOW: 'PAYLOAD_TOO_LARGE',
};

const details: Partial<Record<ErrorCode, string>> = {
  REQUEST_TIMEOUT: 'the request did not arrive whole in time',
  PAYLOAD_TOO_LARGE: 'the headers are too large',
};

const reasons: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  413: 'Content Too Large',
};

/** Answers what is not valid HTTP, or comes too slowly, in the one shape; there is no request yet, so it is written by hand. */
export function answerClientError(error: { code?: string }, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  socket.end(rawProblem(codes[error.code ?? ''] ?? 'MALFORMED_REQUEST'));
}

/** A whole HTTP answer as text. */
function rawProblem(code: ErrorCode): string {
  const { http: status } = errorCatalogue[code];
  const body = JSON.stringify(toProblem(new FactoryError(code, details[code] ?? 'the request could not be parsed')));
  return [
    `HTTP/1.1 ${status} ${reasons[status] ?? 'Error'}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
