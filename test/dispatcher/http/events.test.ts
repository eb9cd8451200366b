import type { FactoryEvent } from '@agent-factory/contract';
import { allScopes, finish, planFor, startFactory, type Factory } from './harness';
import { jsonOf } from './conformance';

let factory: Factory;
beforeEach(async () => {
  factory = await startFactory({}, { sse: { heartbeatMs: 20 } });
});
afterEach(() => factory.stop());

interface Message {
  id?: string;
  event?: string;
  data: string;
}

/** A client of server-sent events, as the standard has it. */
async function openStream(address: string, lastEventId?: string) {
  const controller = new AbortController();
  const response = await fetch(`${factory.url}${address}`, {
    headers: {
      authorization: `Bearer ${allScopes}`,
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    },
    signal: controller.signal,
  });
  if (response.body === null) throw new Error('no stream');
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  let comments = 0;
  let lastId: string | undefined;
  const next = async (): Promise<Message | undefined> => {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end < 0) {
        const { done, value } = await reader.read();
        if (done) return undefined;
        text += value;
        continue;
      }
      const lines = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      const field = (name: string): string | undefined =>
        lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      const [id, event, data] = [field('id'), field('event'), field('data')];
      lastId = id ?? lastId;
      if (data === undefined) comments += 1;
      else return { data, ...(id === undefined ? {} : { id }), ...(event === undefined ? {} : { event }) };
    }
  };
  return { response, next, comments: () => comments, lastId: () => lastId, close: () => controller.abort() };
}

const eventOf = (message: Message | undefined): FactoryEvent => JSON.parse(message?.data ?? 'null');
const submit = async (type: string): Promise<string> =>
  jsonOf(await factory.ask('POST', '/v1/tasks', { body: planFor(type) })).id;

test('a task is followed from its first event to its last, then the stream says that it ends', async () => {
  const id = await submit('python');
  const stream = await openStream(`/v1/tasks/${id}/events`);
  expect(stream.response.headers.get('x-accel-buffering')).toBe('no');
  expect(eventOf(await stream.next())).toMatchObject({ kind: 'queued', task_id: id });
  await finish(factory.queue, 'python', 'succeeded');
  expect([eventOf(await stream.next()).kind, eventOf(await stream.next()).kind]).toEqual(['claimed', 'succeeded']);
  expect((await stream.next())?.event).toBe('end');
  expect(await stream.next()).toBeUndefined();
});

test('a stream of all that is cut and resumed by Last-Event-ID loses nothing and repeats nothing', async () => {
  const first = await openStream('/v1/events');
  const ids: string[] = [];
  for (let round = 0; round < 3; round += 1) ids.push(await submit('python'), await submit('backend'));
  const seen: (string | undefined)[] = [];
  let last: string | undefined;
  for (let count = 0; count < 4; count += 1) {
    const message = await first.next();
    seen.push(eventOf(message).task_id);
    last = message?.id;
  }
  first.close();
  ids.push(await submit('data'), await submit('python')); // while nobody listens
  const second = await openStream('/v1/events', last);
  ids.push(await submit('backend'));
  while (seen.length < ids.length) seen.push(eventOf(await second.next()).task_id);
  expect(new Set(seen)).toEqual(new Set(ids));
  expect(seen).toHaveLength(ids.length);
  await submit('ml');
  expect(eventOf(await second.next()).type).toBe('ml'); // nothing of before comes after
  second.close();
});

test('a stream of all that is cut before its first event is resumed where it began', async () => {
  await submit('python'); // before: not to be seen
  await submit('ml');
  const watcher = await openStream('/v1/events');
  const before = await submit('data');
  while (eventOf(await watcher.next()).task_id !== before); // all so far has gone through the dispatcher
  watcher.close();

  const cut = await openStream('/v1/events');
  const silence = cut.next();
  while (cut.comments() === 0) await new Promise(setImmediate);
  cut.close();
  await expect(silence).rejects.toThrow('aborted');
  const missed = [await submit('python'), await submit('backend'), await submit('python')];
  const resumed = await openStream('/v1/events', cut.lastId());
  const seen = [];
  while (seen.length < missed.length) seen.push(eventOf(await resumed.next()).task_id);
  expect(new Set(seen)).toEqual(new Set(missed));
  resumed.close();
});

test('a task can be resumed at any of its events, by header or by query', async () => {
  const id = await submit('python');
  await finish(factory.queue, 'python', 'failed');
  const whole: Message[] = [];
  const all = await openStream(`/v1/tasks/${id}/events`);
  for (
    let message = await all.next();
    message?.event === undefined && message !== undefined;
    message = await all.next()
  )
    whole.push(message);
  expect(whole.map((message) => eventOf(message).kind)).toEqual(['queued', 'claimed', 'failed']);
  for (const [index, { id: cursor = '' }] of whole.entries()) {
    const rest: string[] = [];
    const resumed =
      index % 2 === 0
        ? await openStream(`/v1/tasks/${id}/events`, cursor)
        : await openStream(`/v1/tasks/${id}/events?last_event_id=${encodeURIComponent(cursor)}`);
    for (
      let message = await resumed.next();
      message?.event === undefined && message !== undefined;
      message = await resumed.next()
    )
      rest.push(message.data);
    expect(rest.map((data) => JSON.parse(data).kind)).toEqual(['queued', 'claimed', 'failed'].slice(index + 1));
  }
});

test('a quiet stream is kept alive by comments', async () => {
  const stream = await openStream('/v1/events');
  const next = stream.next();
  while (stream.comments() < 3) await new Promise(setImmediate);
  await submit('python');
  expect(eventOf(await next).kind).toBe('queued');
  stream.close();
});

test('streams end when the dispatcher stops, and their places are free when clients leave', async () => {
  const left = await openStream('/v1/events');
  left.close();
  const stream = await openStream('/v1/events');
  const end = stream.next();
  await factory.dispatcher.stop();
  expect(await end).toBeUndefined();
  await expect(fetch(`${factory.url}/healthz`)).rejects.toThrow('fetch failed');
});
