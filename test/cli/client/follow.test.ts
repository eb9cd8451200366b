import { FactoryError, toProblem, type FactoryEvent } from '@agent-factory/contract';
import * as fc from 'fast-check';
import { follow, type FollowOptions } from '../../../cli/src/client/follow';
import { Http } from '../../../cli/src/client/http';
import { SseParser } from '../../../cli/src/client/sse';
import { json, scriptedServer, stream } from '../support/httpServer';
import { scriptedClock } from '../support/scriptedClock';

const event = (id: string, kind: FactoryEvent['kind'] = 'progress'): FactoryEvent => ({
  id,
  at: '2030-01-01T00:00:00.000Z',
  kind,
  type: 'python',
});
const wire = (...events: readonly FactoryEvent[]): string =>
  events.map((one) => `id: ${one.id}\ndata: ${JSON.stringify(one)}\n\n`).join('');

async function collect(
  url: string,
  options: Partial<FollowOptions>,
  until: (ids: string[]) => boolean = () => false,
): Promise<string[]> {
  const abort = new AbortController();
  const ids: string[] = [];
  for await (const { id } of follow(new Http({ url, token: 't' }), '/v1/events', {
    signal: abort.signal,
    clock: { now: () => 0, sleep: async () => {} },
    ...options,
  })) {
    ids.push(id);
    if (until(ids)) abort.abort();
  }
  return ids;
}

test('a stream that breaks is opened again after the last event seen', async () => {
  const { url, requests } = await scriptedServer(
    stream(wire(event('1'), event('2')), 'cut'),
    stream(wire(event('3')), 'end'),
    stream(wire(event('4')), 'stay'),
  );
  expect(await collect(url, {}, (ids) => ids.length === 4)).toEqual(['1', '2', '3', '4']);
  expect(requests.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '2', '3']);
});

test("a task's stream ends with the server's word, not with a connection that ends", async () => {
  const { url, requests } = await scriptedServer(
    stream(wire(event('1')), 'end'),
    stream(`${wire(event('2', 'succeeded'))}event: end\ndata: {}\n\n`, 'end'),
  );
  expect(await collect(url, { endsByItself: true })).toEqual(['1', '2']);
  expect(requests).toHaveLength(2);
});

test('half an event at a break is not told, and comes whole later', async () => {
  const half = wire(event('2')).slice(0, 20);
  const { url } = await scriptedServer(
    stream(wire(event('1')) + half, 'cut'),
    stream(`${wire(event('2'))}event: end\ndata: {}\n\n`, 'end'),
  );
  expect(await collect(url, { endsByItself: true })).toEqual(['1', '2']);
});

test('a cursor that is no longer known is dropped, and the stream goes on', async () => {
  const refusal = new FactoryError('CURSOR_INVALID', 'x');
  const { url, requests } = await scriptedServer(
    json(422, toProblem(refusal)),
    stream(`${wire(event('9'))}event: end\ndata: {}\n\n`, 'end'),
  );
  expect(await collect(url, { endsByItself: true, cursor: 'old' })).toEqual(['9']);
  expect(requests.map(({ headers }) => headers['last-event-id'])).toEqual(['old', undefined]);
});

test('a refusal for good is thrown, also in the middle of a stream', async () => {
  const gone = toProblem(new FactoryError('TASK_NOT_FOUND', 'gone'));
  const refused = await scriptedServer(json(404, gone));
  await expect(collect(refused.url, {})).rejects.toMatchObject({ code: 'TASK_NOT_FOUND' });
  const inside = await scriptedServer(
    stream(`${wire(event('1'))}event: problem\ndata: ${JSON.stringify(gone)}\n\n`, 'end'),
  );
  await expect(collect(inside.url, {})).rejects.toMatchObject({ code: 'TASK_NOT_FOUND' });
});

test('a problem that passes is a break like any other', async () => {
  const away = toProblem(new FactoryError('STORE_UNAVAILABLE', 'redis'));
  const { url } = await scriptedServer(
    stream(`event: problem\ndata: ${JSON.stringify(away)}\n\n`, 'end'),
    json(503, away),
    stream(`${wire(event('1'))}event: end\ndata: {}\n\n`, 'end'),
  );
  expect(await collect(url, { endsByItself: true })).toEqual(['1']);
});

test('each opening is told, so that what happened in between can be asked for', async () => {
  let opened = 0;
  const { url } = await scriptedServer(stream(wire(event('1')), 'cut'), stream('event: end\ndata: {}\n\n', 'end'));
  await collect(url, { endsByItself: true, onOpen: () => (opened += 1) });
  expect(opened).toBe(2);
});

test('nothing that answers for the whole patience is an error', async () => {
  const { url } = await scriptedServer((request) => request.socket.destroy());
  const clock = scriptedClock();
  const policy = { patienceMs: 150, firstDelayMs: 100, maxDelayMs: 100 };
  const failing = collect(url, { clock, policy }).catch((error: unknown) => error);
  await clock.pass(100);
  expect(await failing).toMatchObject({ exitCode: 3 });
});

test('however a stream is cut into pieces and whatever its line ends, the same events come out', () => {
  const line = fc.string({ maxLength: 20 }).map((text) => text.replace(/[\r\n\0]/g, ' '));
  const sent = fc.array(fc.record({ id: line, data: fc.array(line, { minLength: 1, maxLength: 3 }) }), {
    maxLength: 8,
  });
  const cuts = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 });
  fc.assert(
    fc.property(sent, cuts, fc.constantFrom('\n', '\r\n', '\r'), (events, lengths, end) => {
      const text = `: hello${end}${events.map(({ id, data }) => [`id: ${id}`, ...data.map((part) => `data: ${part}`), '', ''].join(end)).join('')}`;
      const parser = new SseParser();
      const got = [];
      for (let at = 0, turn = 0; at < text.length; turn += 1) {
        const length = lengths[turn % lengths.length] ?? 1;
        got.push(...parser.push(text.slice(at, at + length)));
        at += length;
      }
      got.push(...parser.push('x')); // what ends with CR is whole only once something follows
      expect(got.map(({ id, data }) => ({ id, data }))).toEqual(
        events.map(({ id, data }) => ({ id, data: data.join('\n') })),
      );
    }),
  );
});
