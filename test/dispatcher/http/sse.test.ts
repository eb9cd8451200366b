import { PassThrough } from 'node:stream';
import { FactoryError, type FactoryEvent } from '@agent-factory/contract';
import { formatEvent, toSse } from '../../../dispatcher/src/http/sse';

const event = (id: string): FactoryEvent => ({ id, at: '2030-01-01T00:00:00.000Z', kind: 'queued', type: 'python' });

async function* of(...events: FactoryEvent[]): AsyncGenerator<FactoryEvent> {
  yield* events;
}

/** Events that come when they are pushed; ends with the signal. */
function source(signal: AbortSignal) {
  const waiting: FactoryEvent[] = [];
  let wake = (): void => undefined;
  let ended = false;
  signal.addEventListener('abort', () => wake());
  async function* events(): AsyncGenerator<FactoryEvent> {
    try {
      while (!signal.aborted) {
        const next = waiting.shift();
        if (next !== undefined) yield next;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      ended = true;
    }
  }
  return { events: events(), push: (one: FactoryEvent) => (waiting.push(one), wake()), ended: () => ended };
}

const text = async (stream: AsyncIterable<string>): Promise<string> => (await Array.fromAsync(stream)).join('');

test('each event is one message whose id resumes after it; a natural end is said', async () => {
  const stream = toSse(of(event('1'), event('2')), new AbortController().signal);
  expect(await text(stream)).toBe(
    `retry: 2000\n: open\n\n${formatEvent(event('1'))}${formatEvent(event('2'))}event: end\ndata: {}\n\n`,
  );
  expect(formatEvent(event('7'))).toBe(`id: 7\ndata: ${JSON.stringify(event('7'))}\n\n`);
});

test('a failure is told as a problem, without what only the log may know', async () => {
  const failing = (error: Error) =>
    toSse(
      (async function* (): AsyncGenerator<FactoryEvent> {
        yield* [];
        throw error;
      })(),
      new AbortController().signal,
    );
  expect(await text(failing(new FactoryError('STORE_UNAVAILABLE', 'gone')))).toContain(
    'event: problem\ndata: {"type":"/errors#STORE_UNAVAILABLE"',
  );
  expect(await text(failing(new Error('password is x')))).not.toContain('password');
});

test('the opening message carries the id to resume by before the first event', async () => {
  const stream = toSse(of(event('1')), new AbortController().signal, { openId: 'start' });
  expect(await text(stream)).toMatch(/^id: start\nretry: 2000\n: open\n\nid: 1\n/);
});

test('a reader that fell behind is ended without a word, so that it comes back for the rest', async () => {
  async function* overflowing(): AsyncGenerator<FactoryEvent> {
    yield event('1');
    throw new FactoryError('STREAM_LIMIT', 'fell behind');
  }
  const stream = toSse(overflowing(), new AbortController().signal, { isFinal: () => true });
  expect(await text(stream)).toBe(`retry: 2000\n: open\n\n${formatEvent(event('1'))}`);
});

test('silence is filled with comments until an event comes', async () => {
  const stop = new AbortController();
  const { events, push } = source(stop.signal);
  const frames = toSse(events, stop.signal, { heartbeatMs: 1 })[Symbol.asyncIterator]();
  await frames.next();
  expect((await frames.next()).value).toBe(': still here\n\n');
  push(event('1'));
  let frame = '';
  while (frame.startsWith(':') || frame === '') frame = String((await frames.next()).value);
  expect(frame).toBe(formatEvent(event('1')));
  stop.abort();
  while ((await frames.next()).done !== true);
});

test('a signal ends the stream without a word, and the source with it', async () => {
  const stop = new AbortController();
  const { events, push, ended } = source(stop.signal);
  const frames = toSse(events, stop.signal)[Symbol.asyncIterator]();
  push(event('1'));
  await frames.next();
  await frames.next();
  const last = frames.next();
  stop.abort();
  expect(await last).toEqual({ done: true, value: undefined });
  await new Promise(setImmediate);
  expect(ended()).toBe(true);
});

test('no more is taken from the source than the reader takes', async () => {
  let taken = 0;
  async function* endless(): AsyncGenerator<FactoryEvent> {
    for (;;) yield event(String((taken += 1)));
  }
  const stream = toSse(endless(), new AbortController().signal);
  const slow = new PassThrough({ highWaterMark: 1_000 });
  stream.pipe(slow);
  for (let turn = 0; turn < 200; turn += 1) await new Promise(setImmediate);
  expect(taken).toBeLessThan(60);
  stream.destroy();
});

test('a reader that stops reading is cut', async () => {
  async function* endless(): AsyncGenerator<FactoryEvent> {
    for (;;) yield event('1');
  }
  const stream = toSse(endless(), new AbortController().signal, { stallMs: 5 });
  const stuck = new PassThrough({ highWaterMark: 1 });
  const closed = new Promise((resolve) => stream.once('close', resolve));
  stream.pipe(stuck);
  await closed;
  expect(stream.destroyed).toBe(true);
});
