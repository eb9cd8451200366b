import { FactoryError } from '@agent-factory/contract';
import fastify, { type FastifyRequest } from 'fastify';
import { toFactoryError, unforeseen } from '../../dispatcher/src/requestErrors';

const request = {} as FastifyRequest; // not read for these errors

/** What a fastify that takes JSON of at most ten bytes says of a request. */
async function refusal(
  headers: Record<string, string>,
  payload: string,
): Promise<Pick<FactoryError, 'code' | 'detail'>> {
  const app = fastify({ bodyLimit: 10 });
  app.removeContentTypeParser('text/plain');
  app.setErrorHandler((error, asked, reply) => {
    const { code, detail } = toFactoryError(error, asked);
    return reply.send({ code, detail });
  });
  app.post('/', () => ({ code: 'none' }));
  const answer = await app.inject({ method: 'POST', url: '/', headers, payload });
  await app.close();
  return answer.json();
}

const json = { 'content-type': 'application/json' };

test.each([
  ['no JSON', json, '{', 'MALFORMED_JSON', 'cannot be read as JSON'],
  ['nothing, as JSON', json, '', 'MALFORMED_JSON', 'cannot be read as JSON'],
  ['another length than was said', { ...json, 'content-length': '9' }, '{}', 'MALFORMED_REQUEST', 'could not be read'],
  ['too much', json, '"0123456789"', 'PAYLOAD_TOO_LARGE', 'larger than the 10 bytes'],
  ['another media type', { 'content-type': 'text/plain' }, 'x', 'UNSUPPORTED_MEDIA_TYPE', 'takes application/json'],
])('%s is refused by its code', async (_what, headers, body, code, detail) => {
  expect(await refusal(headers, body)).toEqual({ code, detail: expect.stringContaining(detail) });
});

test('a body that is not JSON is the client’s fault; stored text that is not JSON is ours', () => {
  const unreadable = new SyntaxError('Unexpected token');
  expect(toFactoryError(unreadable, request).code).toBe('INTERNAL');
  expect(toFactoryError(Object.assign(unreadable, { statusCode: 400 }), request).code).toBe('MALFORMED_JSON');
});

test('a body whose connection ends is the client’s fault', () => {
  const aborted = Object.assign(new Error('aborted'), { code: 'ECONNRESET', statusCode: 400 });
  expect(toFactoryError(aborted, request).code).toBe('MALFORMED_REQUEST');
});

test('a defect tells nothing of itself, and keeps its cause for the log', () => {
  const defect = new Error('a secret');
  expect(toFactoryError(defect, request)).toMatchObject({ code: 'INTERNAL', cause: defect });
  expect(unforeseen(defect).message).not.toContain('secret');
  const told = new FactoryError('TASK_NOT_FOUND', 'no such task');
  expect([toFactoryError(told, request), unforeseen(told)]).toEqual([told, told]);
});
