import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { PassThrough } from 'node:stream';
import { problemSchema } from '@agent-factory/contract';
import { answerClientError } from '../../../dispatcher/src/http/clientErrors';
import { createLogger } from '../../../dispatcher/src/log';
import { allScopes, startFactory } from './harness';

const bodyOf = (answer: string): string => answer.slice(answer.indexOf('\r\n\r\n') + 4);

test('what is not HTTP is answered with a problem, and the connection closed', async () => {
  const factory = await startFactory();
  const socket = connect(Number(new URL(factory.url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write('this is no HTTP\r\n\r\n');
  const answer = await text(socket);
  expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\nContent-Type: application\/problem\+json\r\n/);
  expect(problemSchema.parse(JSON.parse(bodyOf(answer))).code).toBe('MALFORMED_REQUEST');
  await factory.stop();
});

test.each(['/v1/tasks', '/model/v1/chat/completions'])(
  'a body to %s that is shorter than was said is the client’s fault, and no defect of ours',
  async (address) => {
    const log: string[] = [];
    const logger = createLogger('error', { write: (line) => void log.push(line) });
    const factory = await startFactory({}, { logger });
    const socket = connect({ port: Number(new URL(factory.url).port), host: '127.0.0.1', allowHalfOpen: true });
    const request = [
      `POST ${address} HTTP/1.1`,
      'Host: factory',
      `Authorization: Bearer ${allScopes}`,
      'Content-Type: application/json',
      'Content-Length: 100',
      'Expect: 100-continue', // answered once the request has reached its route
    ];
    socket.write(`${request.join('\r\n')}\r\n\r\n`);
    await once(socket, 'data');
    socket.end('{"type":');
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\nContent-Type: application\/problem\+json\r\n/);
    expect(problemSchema.parse(JSON.parse(bodyOf(answer))).code).toBe('MALFORMED_REQUEST');
    await factory.stop();
    expect(log).toEqual([]);
  },
);

test.each([
  ['ERR_HTTP_REQUEST_TIMEOUT', 408, 'REQUEST_TIMEOUT'],
  ['HPE_HEADER_OVERFLOW', 413, 'PAYLOAD_TOO_LARGE'],
])('%s is answered %i', async (code, status, expected) => {
  const socket = new PassThrough();
  answerClientError({ code }, socket);
  const answer = await text(socket);
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(problemSchema.parse(JSON.parse(bodyOf(answer)))).toMatchObject({ code: expected, status });
});

test('a connection that was reset gets no answer', () => {
  const socket = new PassThrough();
  answerClientError({ code: 'ECONNRESET' }, socket);
  expect([socket.destroyed, socket.read()]).toEqual([true, null]);
});
