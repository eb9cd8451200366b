import { chunkSchema, completionSchema, errorEnvelopeSchema } from '../../../dispatcher/src/models/wire/schemas';
import { startModelProvider, type ProviderReply, type ScriptedProvider } from '../../support/modelProvider';
import { ask, configFor, everyWire, startGateway, type RunningGateway } from './harness';

let provider: ScriptedProvider;
let gateway: RunningGateway;

beforeAll(async () => {
  provider = await startModelProvider();
  gateway = await startGateway(configFor(provider));
});
afterAll(async () => {
  await gateway.stop();
  await provider.stop();
});

/** The messages of a streamed answer, the last of them [DONE] when it is whole. */
const messagesOf = (text: string): unknown[] =>
  [...text.matchAll(/^data: (.*)$/gm)].map(([, data = '']): unknown => (data === '[DONE]' ? data : JSON.parse(data)));

const everything: ProviderReply = {
  kind: 'answer',
  reasoning: 'They greet.',
  text: ['Hello', ' you'],
  toolCalls: [{ name: 'wave', input: { hands: 2 }, signature: 'sig' }],
};

describe.each(everyWire)('what the document says of answers from the %s wire', (wire, model) => {
  it('holds for whole ones', async () => {
    provider.script(everything);
    const { json } = await gateway.post(ask(model));
    expect(completionSchema.parse(json)).toEqual(json);
  });

  it('holds for streamed ones', async () => {
    provider.script(everything);
    const { text } = await gateway.post(ask(model, { stream: true, stream_options: { include_usage: true } }));
    const messages = messagesOf(text);
    expect(messages.pop()).toBe('[DONE]');
    expect(messages.length).toBeGreaterThan(5);
    for (const message of messages) expect(chunkSchema.parse(message)).toEqual(message);
  });

  it('holds for those that break off', async () => {
    const frames = { openai: 2, anthropic: 4, vertex: 1 }[wire]; // one piece of text is out, and the end is not
    provider.script({ kind: 'answer', text: ['half', 'never sent'], stopAfter: { frames, how: 'error' } });
    const messages = messagesOf((await gateway.post(ask(model, { stream: true }))).text);
    expect(errorEnvelopeSchema.parse(messages.pop()).error.code).toBe('MODEL_FAILED');
    expect(messages.length).toBeGreaterThan(0);
    for (const message of messages) expect(chunkSchema.parse(message)).toEqual(message);
  });
});
