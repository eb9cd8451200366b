import { FactoryError, toProblem } from '@agent-factory/contract';
import * as fc from 'fast-check';
import { z } from 'zod';
import { Http } from '../../../cli/src/client/http';
import { patient, retryDelay } from '../../../cli/src/client/retry';
import { CommandError, exitCodes } from '../../../cli/src/exit';
import { json, scriptedServer, type Handler } from '../support/httpServer';
import { scriptedClock } from '../support/scriptedClock';

const schema = z.strictObject({ value: z.int() });
const problem = (error: FactoryError): Handler =>
  json(
    error.record.http,
    toProblem(error),
    error.retryAfterSeconds === undefined ? {} : { 'retry-after': String(error.retryAfterSeconds) },
  );
const cut: Handler = (request) => request.socket.destroy();

function httpFor(url: string, clock = scriptedClock()) {
  return { clock, http: new Http({ url, token: 'secret' }, { clock }) };
}

test('a request is sent again, with the same idempotency key, over a cut connection and a store that is away', async () => {
  const { url, requests } = await scriptedServer(
    cut,
    problem(new FactoryError('STORE_UNAVAILABLE', 'redis')),
    json(200, { value: 7 }),
  );
  const { http, clock } = httpFor(url);
  const answer = http.call(schema, '/v1/x', { method: 'POST', json: { a: 1 }, idempotencyKey: 'key-1' });
  await clock.pass(100);
  await clock.pass(200);
  expect(await answer).toEqual({ value: 7 });
  expect(requests.map(({ headers }) => [headers['idempotency-key'], headers.authorization])).toEqual(
    Array.from({ length: 3 }, () => ['key-1', 'Bearer secret']),
  );
});

test('a server that asks to wait is asked no sooner', async () => {
  const { url } = await scriptedServer(
    problem(new FactoryError('QUEUE_FULL', 'full', { retryAfterSeconds: 5 })),
    json(200, { value: 1 }),
  );
  const { http, clock } = httpFor(url);
  const answer = http.call(schema, '/v1/x');
  await clock.pass(5_000);
  expect(await answer).toEqual({ value: 1 });
});

test('a refusal is thrown at once, with its code and faults', async () => {
  const refusal = new FactoryError('INVALID_ARGUMENT', 'bad', {
    faults: [{ path: 'brain.steps[0].tool', message: 'is not a tool' }],
  });
  const { url, requests } = await scriptedServer(problem(refusal));
  await expect(httpFor(url).http.call(schema, '/v1/x')).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    faults: refusal.faults,
  });
  expect(requests).toHaveLength(1);
});

test('when patience is over the error says that nothing answers, without the token', async () => {
  const { url } = await scriptedServer(cut);
  const clock = scriptedClock();
  const http = new Http(
    { url, token: 'secret' },
    { clock, policy: { patienceMs: 250, firstDelayMs: 100, maxDelayMs: 500 } },
  );
  const failing = http.call(schema, '/v1/x').catch((error: unknown) => error);
  await clock.pass(100);
  const failure = await failing;
  expect(failure).toBeInstanceOf(CommandError);
  expect(failure).toMatchObject({ exitCode: exitCodes.notRunning });
  expect(JSON.stringify(failure) + String(failure)).not.toContain('secret');
});

test('an answer that does not fit the contract is an error that names the field', async () => {
  const { url } = await scriptedServer(json(200, { value: 'x' }));
  await expect(httpFor(url).http.call(schema, '/v1/x')).rejects.toThrow(/does not fit the contract: value/);
});

test('an answer that is no problem document is told as what it is', async () => {
  const { url } = await scriptedServer((_request, response) => response.writeHead(404).end('<html>not here</html>'));
  await expect(httpFor(url).http.call(schema, '/v1/x')).rejects.toThrow('answered 404');
});

test('all delays together never go over the patience', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 200 }), (asked) => {
      let elapsed = 0;
      asked.forEach((retryAfter, index) => {
        elapsed += retryDelay(patient, index + 1, elapsed, retryAfter) ?? 0;
      });
      expect(elapsed).toBeLessThanOrEqual(patient.patienceMs);
    }),
  );
});
