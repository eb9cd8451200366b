import { createAnthropic } from '@ai-sdk/anthropic';
import { createVertex } from '@ai-sdk/google-vertex';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, type LanguageModel } from 'ai';
import { providerKeys, startModelProvider, type ScriptedProvider } from '../../support/modelProvider';
import { everyWire } from './harness';

/** The scripted provider itself, so that what it does to the gateway can be trusted. */
let provider: ScriptedProvider;

beforeAll(async () => {
  provider = await startModelProvider();
});
beforeEach(() => provider.reset());
afterAll(() => provider.stop());

const modelOf = (wire: 'openai' | 'anthropic' | 'vertex', key?: string, model?: string): LanguageModel => {
  const { urls } = provider;
  switch (wire) {
    case 'openai':
      return createOpenAICompatible({
        name: 'openai',
        baseURL: urls.openai,
        apiKey: key ?? providerKeys.openai,
      }).chatModel(model ?? 'gpt-4.1-mini');
    case 'anthropic':
      return createAnthropic({ baseURL: urls.anthropic, apiKey: key ?? providerKeys.anthropic })(
        model ?? 'claude-sonnet-4-5',
      );
    case 'vertex':
      return createVertex({ baseURL: urls.vertexExpress, apiKey: key ?? providerKeys.vertex })(
        model ?? 'gemini-2.5-flash',
      );
  }
};

describe.each(everyWire)('the scripted provider on the %s wire', (wire) => {
  it('answers whole what is not asked as a stream', async () => {
    provider.script({ kind: 'answer', text: ['Hel', 'lo'], usage: { input: 9, output: 3, cached: 4 } });
    const { text, usage } = await generateText({ model: modelOf(wire), prompt: 'Hi', maxRetries: 0 });
    expect(text).toBe('Hello');
    expect(usage).toMatchObject({ inputTokens: 9, outputTokens: 3, inputTokenDetails: { cacheReadTokens: 4 } });
  });

  it('refuses a wrong key and an unknown model as the real one does', async () => {
    const asked = (model: LanguageModel): Promise<unknown> => generateText({ model, prompt: 'Hi', maxRetries: 0 });
    await expect(asked(modelOf(wire, 'wrong'))).rejects.toMatchObject({ statusCode: wire === 'vertex' ? 400 : 401 });
    await expect(asked(modelOf(wire, undefined, 'nothing-1'))).rejects.toMatchObject({ statusCode: 404 });
  });

  it('refuses a tool call that nobody answered', async () => {
    const messages = [
      { role: 'user' as const, content: 'Go' },
      {
        role: 'assistant' as const,
        content: [{ type: 'tool-call' as const, toolCallId: 'c1', toolName: 'f', input: {} }],
      },
      { role: 'user' as const, content: 'And?' },
    ];
    const error: unknown = await modelCall(wire, messages);
    expect(error).toMatchObject({ statusCode: 400 });
  });
});

/** The SDK checks conversations itself, so this one goes to the package below it. */
async function modelCall(wire: 'openai' | 'anthropic' | 'vertex', messages: readonly object[]): Promise<unknown> {
  const model = modelOf(wire);
  if (typeof model === 'string' || !('doGenerate' in model)) throw new Error('not a model');
  const prompt = messages.map((message) => ({ ...message, content: asParts(message) }));
  return model.doGenerate({ prompt: prompt as never }).then(
    () => undefined,
    (error: unknown) => error,
  ); // parts are of the prompt's shape
}

function asParts(message: object): unknown {
  const content: unknown = 'content' in message ? message.content : [];
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}
