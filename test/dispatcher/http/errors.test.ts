import type { FastifyRequest } from 'fastify';
import { toFactoryError } from '../../../dispatcher/src/http/errors';
import { toFactoryErrorAtEdge } from '../../../dispatcher/src/models/wire/errors';

const request = {} as FastifyRequest; // not read for these errors
const unreadableBody = Object.assign(new SyntaxError('Unexpected token'), { statusCode: 400 });

test('a body that is not JSON is the client’s fault', () => {
  expect(toFactoryError(unreadableBody, request).code).toBe('MALFORMED_JSON');
  expect(toFactoryErrorAtEdge(unreadableBody).code).toBe('MALFORMED_JSON');
});

test('stored text that is not JSON is ours', () => {
  expect(toFactoryError(new SyntaxError('Unexpected token'), request).code).toBe('INTERNAL');
  expect(toFactoryErrorAtEdge(new SyntaxError('Unexpected token')).code).toBe('INTERNAL');
});
