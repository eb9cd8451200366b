import { FactoryError, noUsage } from '@agent-factory/contract';
import { startModelProvider, type ProviderReply, type ScriptedProvider } from '../../support/modelProvider';
import { ask, configFor, leaseDouble, startGateway, type RunningGateway } from './harness';

let provider: ScriptedProvider;
let gateway: RunningGateway | undefined;

beforeAll(async () => {
  provider = await startModelProvider();
});
beforeEach(() => provider.reset());
afterEach(() => gateway?.stop());
afterAll(() => provider.stop());

const gatewayWith = async (limits: { max_tokens?: number; max_cost_usd?: number }): Promise<RunningGateway> => {
  gateway = await startGateway(configFor(provider), { lease: leaseDouble(limits) });
  return gateway;
};
const hello: ProviderReply = { kind: 'answer', text: ['Hello'], usage: { input: 60, output: 40 } };

describe('a budget of tokens', () => {
  it('caps the output of a call to what is left after its input', async () => {
    const { lease, post } = await gatewayWith({ max_tokens: 1_000 });
    lease.usage = { ...noUsage, input_tokens: 600, output_tokens: 200 };
    provider.script(hello);
    expect((await post(ask('gpt', { max_tokens: 5_000 }))).status).toBe(200);
    const cap = Number(provider.requests[0]?.body['max_tokens']);
    expect(cap).toBeGreaterThan(150);
    expect(cap).toBeLessThan(200);
  });

  it('refuses every call once it is spent, with 402 and before the provider hears of it', async () => {
    const { lease, post, observed } = await gatewayWith({ max_tokens: 100 });
    provider.script(hello, hello);
    expect((await post(ask('gpt'))).status).toBe(200);
    const second = await post(ask('gpt', { stream: true }));
    expect(second.status).toBe(402);
    expect(second.json).toMatchObject({
      error: {
        code: 'BUDGET_SPENT',
        type: 'insufficient_quota',
        message: expect.stringContaining('100 of 100 tokens'),
      },
    });
    expect(second.headers.get('x-should-retry')).toBe('false');
    expect(provider.requests).toHaveLength(1);
    expect(lease.usage).toMatchObject({ input_tokens: 60, output_tokens: 40, model_calls: 1 });
    expect(observed.map((call) => call.outcome)).toEqual(['succeeded', 'refused']);
  });

  it('refuses a call whose input alone would pass it', async () => {
    const { post } = await gatewayWith({ max_tokens: 500 });
    const answer = await post(ask('gpt', { messages: [{ role: 'user', content: 'x'.repeat(10_000) }] }));
    expect(answer.status).toBe(402);
    expect(provider.requests).toHaveLength(0);
  });

  it('is passed by one call at most, however many come at once', async () => {
    const { lease, post } = await gatewayWith({ max_tokens: 100 });
    provider.script(...Array.from({ length: 8 }, () => hello));
    const answers = await Promise.all(Array.from({ length: 8 }, () => post(ask('gpt'))));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 402)).toHaveLength(7);
    expect(lease.usage.model_calls).toBe(1);
  });
});

describe('a budget of money', () => {
  it('caps the output to what is left at the price of the model', async () => {
    const { post } = await gatewayWith({ max_cost_usd: 0.0031 }); // 15 dollars a million: about 200 tokens
    provider.script(hello);
    expect((await post(ask('claude'))).status).toBe(200);
    const cap = Number(provider.requests[0]?.body['max_tokens']);
    expect(cap).toBeGreaterThan(150);
    expect(cap).toBeLessThan(207);
  });

  it('is counted from what the provider reports, and refuses once it is spent', async () => {
    const { lease, post } = await gatewayWith({ max_cost_usd: 0.0007 });
    provider.script(hello);
    expect((await post(ask('gpt'))).status).toBe(200);
    expect(lease.usage.cost_usd).toBeCloseTo(0.00078, 9); // 60 at 3 and 40 at 15 dollars a million
    const second = await post(ask('gpt'));
    expect(second.status).toBe(402);
    expect(second.json).toMatchObject({ error: { message: expect.stringContaining('$0.00078 of $0.0007') } });
  });

  it('does not bind a model without prices, which counts as costing nothing', async () => {
    const lease = leaseDouble({ max_cost_usd: 0.0001 });
    gateway = await startGateway(
      configFor(provider, (raw) => delete raw.models['gpt']?.['prices']),
      { lease },
    );
    provider.script(hello);
    expect((await gateway.post(ask('gpt'))).status).toBe(200);
    expect(lease.usage).toMatchObject({ cost_usd: 0, output_tokens: 40 });
  });
});

describe('counting', () => {
  it('estimates what a provider does not report, and says so', async () => {
    const { lease, post } = await gatewayWith({});
    provider.script({ kind: 'answer', text: ['x'.repeat(80)], usage: null });
    const answer = await post(ask('gpt'));
    expect(answer.json).toMatchObject({ usage: { completion_tokens: 20, estimated: true } });
    expect(lease.added).toMatchObject([{ output_tokens: 20 }]);
    expect(lease.usage.input_tokens).toBeGreaterThan(0);
  });

  it('tells a streaming client the usage only when it asks', async () => {
    const { post } = await gatewayWith({});
    provider.script(hello, hello);
    expect((await post(ask('gpt', { stream: true }))).text).not.toContain('prompt_tokens');
    const asked = await post(ask('gpt', { stream: true, stream_options: { include_usage: true } }));
    expect(asked.text).toContain('"prompt_tokens":60');
    expect(asked.text.trimEnd().endsWith('data: [DONE]')).toBe(true);
  });

  it('goes on trying while the store is away for a moment', async () => {
    const { lease, post, clock } = await gatewayWith({});
    const away = new FactoryError('STORE_UNAVAILABLE', 'away');
    lease.failures = [undefined, away, away];
    provider.script(hello);
    expect((await post(ask('gpt'))).status).toBe(200);
    expect(clock.pauses).toEqual([100, 200]);
    expect(lease.added).toHaveLength(1);
  });

  it('gives the answer that is paid for when the store stays away, and logs what is missing', async () => {
    const { lease, post, logged } = await gatewayWith({});
    const away = new FactoryError('STORE_UNAVAILABLE', 'away');
    lease.failures = [undefined, away, away, away];
    provider.script(hello);
    expect((await post(ask('gpt'))).status).toBe(200);
    expect(logged).toEqual([expect.stringContaining('could not be added')]);
    expect(logged[0]).toContain('"output":40');
  });

  it('makes no call while the store is away', async () => {
    const { lease, post } = await gatewayWith({});
    lease.failures = [new FactoryError('STORE_UNAVAILABLE', 'away')];
    const answer = await post(ask('gpt'));
    expect(answer.status).toBe(503);
    expect(provider.requests).toHaveLength(0);
  });

  it('tells an agent that lost its lease during the call', async () => {
    const { lease, post } = await gatewayWith({});
    const over = new FactoryError('LEASE_EXPIRED', 'over');
    provider.script(hello, hello);
    lease.failures = [undefined, over];
    expect((await post(ask('gpt'))).status).toBe(409);
    lease.failures = [undefined, over];
    const streamed = await post(ask('gpt', { stream: true }));
    expect(streamed.text).toContain('"code":"LEASE_EXPIRED"');
    expect(streamed.text).not.toContain('[DONE]');
  });
});
