import { memoryGates, type ProviderGates } from '../../../dispatcher/src/models/gates';
import { startModelProvider, type ProviderReply, type ScriptedProvider } from '../../support/modelProvider';
import { ask, configFor, everyWire, leaseDouble, manualClock, startGateway, type RunningGateway } from './harness';

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

describe.each(everyWire)('on the %s wire', (wire, model) => {
  const begun: ProviderReply = {
    kind: 'answer',
    text: ['x'.repeat(40), 'never'],
    stopAfter: { frames: { openai: 2, anthropic: 4, vertex: 1 }[wire], how: 'silence' },
  };

  it('a client that leaves in the middle ends the provider call, and its task pays an estimate', async () => {
    provider.script(begun);
    const reached = provider.nextRequest();
    const { response, leave } = await gateway.open(ask(model, { stream: true }));
    const request = await reached;
    await untilContains(response, 'xxxx');
    const added = gateway.lease.nextAddition();
    leave();
    await request.closed;
    expect(await added).toMatchObject({ output_tokens: 10, model_calls: 1 });
    expect(gateway.observed).toMatchObject([{ outcome: 'cancelled', usage: { estimated: true } }]);
  });

  it('a client that leaves before the first word ends the provider call, and its task pays the input', async () => {
    provider.script({ kind: 'silence' });
    const reached = provider.nextRequest();
    const controller = new AbortController();
    const answer = fetchWith(gateway, ask(model), controller.signal);
    const request = await reached;
    const added = gateway.lease.nextAddition();
    const left = answer.then(
      () => 'answered',
      () => 'left',
    );
    controller.abort();
    await request.closed;
    expect(await left).toBe('left');
    expect(await added).toMatchObject({ output_tokens: 0, model_calls: 1 });
  });

  it('a provider that does not begin in time is given up, with 504', async () => {
    provider.script({ kind: 'silence' });
    const reached = provider.nextRequest();
    const answer = gateway.post(ask(model, { stream: true }));
    const request = await reached;
    gateway.clock.advance(60_000);
    expect((await answer).status).toBe(504);
    expect((await answer).json).toMatchObject({
      error: { code: 'MODEL_TIMEOUT', message: expect.stringContaining('60000 ms') },
    });
    await request.closed;
    expect(provider.requests).toHaveLength(1);
  });

  it('an answer that takes too long as a whole is cut, whatever has come of it', async () => {
    provider.script(begun);
    const { response } = await gateway.open(ask(model, { stream: true }));
    const seen = await untilContains(response, 'xxxx');
    gateway.clock.advance(60_000); // no more than the time to the first byte, which has come
    gateway.clock.advance(240_000);
    const rest = await untilContains(response, 'error', seen);
    expect(rest).toContain('"code":"MODEL_TIMEOUT"');
    expect(rest).toContain('took longer than 300000 ms');
    expect(gateway.observed).toMatchObject([{ outcome: 'timeout' }]);
  });
});

describe('calls at a time', () => {
  it('are bounded for each provider; the rest wait their turn', async () => {
    await gateway.stop();
    gateway = await startGateway(
      configFor(provider, (raw) => (raw.providers['openai'] = { ...raw.providers['openai'], max_concurrent: 1 })),
    );
    provider.script({ kind: 'silence' }, hello, hello);
    const controller = new AbortController();
    const reached = provider.nextRequest();
    const first = fetchWith(gateway, ask('gpt'), controller.signal);
    await reached;
    const second = gateway.post(ask('gpt'));
    expect((await gateway.post(ask('claude'))).status).toBe(200); // another provider is another line
    expect(provider.requests.map((request) => request.wire)).toEqual(['openai', 'anthropic']);
    controller.abort();
    await expect(first).rejects.toThrow('abort');
    expect((await second).status).toBe(200);
  });

  it('do not make a call wait in line for a model that is held anyway', async () => {
    await gateway.stop();
    const gates = memoryGates(manualClock());
    const config = configFor(
      provider,
      (raw) => (raw.providers['openai'] = { ...raw.providers['openai'], max_concurrent: 1 }),
    );
    gateway = await startGateway(config, { gates });
    provider.script({ kind: 'silence' });
    const reached = provider.nextRequest();
    const controller = new AbortController();
    const first = fetchWith(gateway, ask('gpt'), controller.signal);
    await reached;
    await gates.hold('openai', 'gpt-4.1-mini', 9_000);
    expect((await gateway.post(ask('gpt'))).headers.get('retry-after')).toBe('9');
    controller.abort();
    await expect(first).rejects.toThrow('abort');
  });

  it('are not made by who waited in line while the model was held', async () => {
    await gateway.stop();
    const gates = memoryGates(manualClock());
    const asked = Promise.withResolvers<void>();
    let looks = 0;
    const watched: ProviderGates = {
      ...gates,
      heldFor: (name, model) => {
        looks += 1; // two looks of the first call, then the second one comes
        if (looks === 3) asked.resolve();
        return gates.heldFor(name, model);
      },
    };
    const config = configFor(
      provider,
      (raw) => (raw.providers['openai'] = { ...raw.providers['openai'], max_concurrent: 1 }),
    );
    gateway = await startGateway(config, { gates: watched });
    provider.script({ kind: 'silence' }, hello);
    const reached = provider.nextRequest();
    const controller = new AbortController();
    const first = fetchWith(gateway, ask('gpt'), controller.signal);
    await reached;
    const second = gateway.post(ask('gpt'));
    await asked.promise;
    await gates.hold('openai', 'gpt-4.1-mini', 9_000);
    controller.abort();
    await expect(first).rejects.toThrow('abort');
    expect((await second).status).toBe(429);
    expect(provider.requests).toHaveLength(1);
  });

  it('of one task with a budget go one after the other, and a client that leaves makes room', async () => {
    await gateway.stop();
    gateway = await startGateway(configFor(provider), { lease: leaseDouble({ max_tokens: 100_000 }) });
    provider.script({ kind: 'silence' }, hello);
    const controller = new AbortController();
    const reached = provider.nextRequest();
    const first = fetchWith(gateway, ask('gpt'), controller.signal);
    await reached;
    const second = gateway.post(ask('claude'));
    controller.abort();
    await expect(first).rejects.toThrow('abort');
    expect((await second).status).toBe(200);
    expect(gateway.lease.usage.model_calls).toBe(2);
  });
});

it('a server that closes gives calls a while, then ends them and tells their clients', async () => {
  provider.script({ kind: 'silence' });
  const reached = provider.nextRequest();
  const answer = gateway.post(ask('gpt'));
  const request = await reached;
  const drain = gateway.clock.nextTimer();
  const stopped = gateway.server.close();
  expect(await drain).toBe(5_000);
  gateway.clock.advance(5_000);
  await request.closed;
  await stopped;
  expect((await answer).json).toMatchObject({ error: { code: 'SHUTTING_DOWN' } });
  expect(gateway.lease.added).toMatchObject([{ model_calls: 1 }]);
});

function fetchWith({ url }: RunningGateway, body: object, signal: AbortSignal): Promise<Response> {
  const headers = {
    'content-type': 'application/json',
    authorization: 'Bearer agent-token',
    'x-task-id': 'python-01jd0000000000000000000000',
    'x-task-epoch': '3',
  };
  return fetch(`${url}/chat/completions`, { method: 'POST', headers, body: JSON.stringify(body), signal });
}

/** Reads until a word has come; answers all that was read. */
async function untilContains(
  stream: AsyncIterable<unknown> & NodeJS.ReadableStream,
  word: string,
  before = '',
): Promise<string> {
  let text = before;
  return new Promise((resolve, reject) => {
    const take = (chunk: unknown): void => {
      text += String(chunk);
      if (!text.includes(word)) return;
      stream.off('data', take);
      resolve(text);
    };
    stream.on('data', take);
    stream.on('end', () => reject(new Error(`ended without ${word}: ${text}`)));
  });
}
