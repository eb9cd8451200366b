import {
  providerKeys,
  startModelProvider,
  type ProviderReply,
  type ScriptedProvider,
} from '../../support/modelProvider';
import { ask, configFor, everyWire, startGateway, type RunningGateway } from './harness';

let provider: ScriptedProvider;
let gateway: RunningGateway;

beforeAll(async () => {
  provider = await startModelProvider();
});
beforeEach(async () => {
  provider.reset();
  gateway = await startGateway(configFor(provider));
});
afterEach(() => gateway.stop());
afterAll(() => provider.stop());

const hello: ProviderReply = { kind: 'answer', text: ['Hello'] };

describe.each(everyWire)('when the provider behind the %s wire', (wire, model) => {
  it.each([
    ['answers 500', { kind: 'error', status: 500 }],
    ['is overloaded (529)', { kind: 'error', status: 529 }],
    ['breaks the connection', { kind: 'drop' }],
  ] as const)('%s, it is asked again, with growing waits', async (_case, failure) => {
    provider.script(failure, failure, hello);
    const answer = await gateway.post(ask(model));
    expect(answer.status).toBe(200);
    expect(provider.requests).toHaveLength(3);
    expect(gateway.clock.pauses).toEqual([250, 500]);
    expect(gateway.lease.added).toHaveLength(1);
  });

  it('goes on failing, the agent is told after three tries, and nothing is counted', async () => {
    const failure: ProviderReply = { kind: 'error', status: 503, message: 'down for repair' };
    provider.script(failure, failure, failure, hello);
    const answer = await gateway.post(ask(model));
    expect(answer.status).toBe(502);
    expect(answer.json).toMatchObject({
      error: { code: 'MODEL_FAILED', type: 'api_error', message: expect.stringContaining('503: down for repair') },
    });
    expect(answer.headers.get('x-should-retry')).toBe('true');
    expect(provider.requests).toHaveLength(3);
    expect(gateway.lease.added).toEqual([]);
    expect(gateway.observed).toMatchObject([{ outcome: 'failed', usage: undefined }]);
  });

  it.each([
    ['does not take the request', 400, 422, 'INVALID_ARGUMENT'],
    ['is not paid', 402, 502, 'MODEL_FAILED'],
    ['forbids the model', 403, 502, 'MODEL_FAILED'],
  ])('%s (%d), it is not asked again', async (_case, status, told, code) => {
    provider.script({ kind: 'error', status, message: 'prompt is too long' }, hello);
    const answer = await gateway.post(ask(model));
    expect(answer.status).toBe(told);
    expect(answer.json).toMatchObject({ error: { code, message: expect.stringContaining('prompt is too long') } });
    expect(provider.requests).toHaveLength(1);
    expect(gateway.lease.added).toEqual([]);
  });

  it('asks to wait, the model is held for everybody until then', async () => {
    provider.script({ kind: 'error', status: 429, headers: { 'retry-after': '17' } }, hello);
    const first = await gateway.post(ask(model));
    expect(first.status).toBe(429);
    expect(first.json).toMatchObject({ error: { code: 'MODEL_RATE_LIMITED', type: 'rate_limit_error' } });
    expect(first.headers.get('retry-after')).toBe('17');

    gateway.clock.advance(5_500);
    const second = await gateway.post(ask(model, { stream: true }));
    expect(second.status).toBe(429);
    expect(second.headers.get('retry-after')).toBe('12');
    expect(provider.requests).toHaveLength(1);

    gateway.clock.advance(11_500);
    expect((await gateway.post(ask(model))).status).toBe(200);
    expect(gateway.observed.map((call) => call.outcome)).toEqual(['rate_limited', 'rate_limited', 'succeeded']);
  });

  it('asks to wait, its other models are not held', async () => {
    await gateway.stop();
    const other = { openai: 'gpt-5', anthropic: 'claude-sonnet-4-5', vertex: 'gemini-3-pro-preview' }[wire];
    gateway = await startGateway(
      configFor(provider, (raw) => (raw.models['other'] = { ...raw.models[model], tiers: [], model: other })),
    );
    provider.script({ kind: 'error', status: 429 }, hello);
    expect((await gateway.post(ask(model))).status).toBe(429);
    // Anthropic has one model here: the same pair under another name is the same pair
    expect((await gateway.post(ask('other', { max_tokens: 5 }))).status).toBe(
      wire === 'vertex' ? 200 : wire === 'openai' ? 422 : 429,
    );
  });

  it('sends what is not an answer, the agent is told so', async () => {
    provider.script({ kind: 'raw', body: 'data: {"choices": [{]\n\n' }, hello);
    const answer = await gateway.post(ask(model));
    expect(answer.status).toBe(502);
    expect(answer.json).toMatchObject({
      error: { code: 'MODEL_FAILED', message: expect.stringContaining('not an answer') },
    });
    expect(provider.requests).toHaveLength(1);
  });

  it('sends a page of HTML, the agent is told in a bounded line', async () => {
    provider.script({
      kind: 'raw',
      status: 403,
      contentType: 'text/html',
      body: `<html>${'x'.repeat(100_000)}</html>`,
    });
    const answer = await gateway.post(ask(model));
    expect(answer.status).toBe(502);
    expect(answer.text.length).toBeLessThan(1_500);
  });

  it.each(['end', 'destroy', 'error'] as const)(
    'cuts its answer before a word of it (%s), it is asked again',
    async (how) => {
      provider.script({ kind: 'answer', text: ['lost'], stopAfter: { frames: wire === 'vertex' ? 0 : 1, how } }, hello);
      const answer = await gateway.post(ask(model));
      expect(answer.json).toMatchObject({ choices: [{ message: { content: 'Hello' } }] });
      expect(provider.requests).toHaveLength(2);
    },
  );

  it('answers with nothing but an error, it is asked again', async () => {
    provider.script({ kind: 'answer', stopAfter: { frames: 0, how: 'error' } }, hello);
    const answer = await gateway.post(ask(model));
    expect(answer.json).toMatchObject({ choices: [{ message: { content: 'Hello' } }] });
    expect(provider.requests).toHaveLength(2);
  });

  // so many frames that one piece of text is out, and the end is not
  const frames = { openai: 2, anthropic: 4, vertex: 1 }[wire];

  it.each(['end', 'destroy', 'error'] as const)(
    'cuts its answer in the middle (%s), the agent is told and pays an estimate',
    async (how) => {
      const cut: ProviderReply = { kind: 'answer', text: ['x'.repeat(400), 'never sent'], stopAfter: { frames, how } };
      provider.script(cut, hello);
      const streamed = await gateway.post(ask(model, { stream: true, stream_options: { include_usage: true } }));
      expect(streamed.status).toBe(200);
      expect(streamed.text).toContain('xxxx');
      expect(streamed.text).toContain('"code":"MODEL_FAILED"');
      expect(streamed.text).not.toContain('[DONE]');
      expect(streamed.text).not.toContain('"finish_reason":"stop"');
      expect(gateway.lease.added).toMatchObject([{ output_tokens: 100, model_calls: 1 }]);
      expect(gateway.lease.usage.input_tokens).toBeGreaterThan(0);
      expect(gateway.observed).toMatchObject([{ outcome: 'failed', usage: { estimated: true } }]);

      provider.reset();
      provider.script(cut, hello);
      const whole = await gateway.post(ask(model));
      expect(whole.status).toBe(502);
      expect(provider.requests).toHaveLength(1);
      expect(gateway.lease.added).toHaveLength(2);
    },
  );
});

describe('a key', () => {
  it.each(everyWire)('of the %s wire that is refused reaches neither the agent nor the log', async (_wire, model) => {
    const wrong = { OPENAI_KEY: 'wrong-key-Aa11', ANTHROPIC_KEY: 'wrong-key-Aa11', VERTEX_KEY: 'wrong-key-Aa11' };
    const other = await startGateway(configFor(provider), { environment: wrong });
    const answer = await other.post(ask(model));
    expect([422, 502]).toContain(answer.status); // Vertex calls a wrong key a bad request
    expect(answer.text).toContain('[key]'); // the provider did repeat it
    for (const text of [answer.text, ...other.logged]) expect(text).not.toContain('wrong-key');
    await other.stop();
  });

  it('that is not set fails calls of its provider only', async () => {
    const other = await startGateway(configFor(provider), { environment: { OPENAI_KEY: providerKeys.openai } });
    const answer = await other.post(ask('claude'));
    expect(answer.status).toBe(502);
    expect(answer.json).toMatchObject({
      error: { code: 'MODEL_FAILED', message: expect.stringContaining('ANTHROPIC_KEY is not set') },
    });
    expect(other.lease.added).toEqual([]);
    provider.script(hello);
    expect((await other.post(ask('gpt'))).status).toBe(200);
    await other.stop();
  });

  it('does not follow a redirect to another host', async () => {
    provider.script({ kind: 'raw', status: 307, contentType: 'text/plain', body: '' });
    const answer = await gateway.post(ask('gpt'));
    expect(answer.status).toBe(502);
  });
});

it('tells that a provider cannot be reached, without its address', async () => {
  const gone = await startModelProvider();
  const config = configFor(gone);
  await gone.stop();
  const other = await startGateway(config);
  const answer = await other.post(ask('gpt'));
  expect(answer.status).toBe(502);
  expect(answer.json).toMatchObject({
    error: { message: expect.stringContaining('cannot be reached (ECONNREFUSED)') },
  });
  expect(answer.text).not.toContain('127.0.0.1');
  await other.stop();
});
