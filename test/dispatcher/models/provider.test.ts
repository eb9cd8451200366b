import { createAnthropic } from '@ai-sdk/anthropic';
import { createVertex } from '@ai-sdk/google-vertex';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText } from 'ai';
import type { LanguageModel } from '../../../dispatcher/src/models/sdk';
import { providerKeys, providerModels, startModelProvider, type ScriptedProvider } from '../../support/modelProvider';
import { everyWire } from './harness';

/** The scripted provider itself, so that what it does to the gateway can be trusted. */
let provider: ScriptedProvider;

beforeAll(async () => {
  provider = await startModelProvider();
});
beforeEach(() => provider.reset());
afterAll(() => provider.stop());

const modelOf = (wire: 'openai' | 'anthropic' | 'vertex', wrongKey?: string, wrongModel?: string): LanguageModel => {
  const { urls } = provider;
  const apiKey = wrongKey ?? providerKeys[wire];
  const model = wrongModel ?? providerModels[wire][0];
  if (wire === 'openai') return createOpenAICompatible({ name: wire, baseURL: urls.openai, apiKey }).chatModel(model);
  if (wire === 'anthropic') return createAnthropic({ baseURL: urls.anthropic, apiKey })(model);
  return createVertex({ baseURL: urls.vertexExpress, apiKey })(model);
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
    const prompt: Parameters<LanguageModel['doGenerate']>[0]['prompt'] = [
      { role: 'user', content: [{ type: 'text', text: 'Go' }] },
      { role: 'assistant', content: [{ type: 'tool-call', toolCallId: 'c1', toolName: 'f', input: {} }] },
      { role: 'user', content: [{ type: 'text', text: 'And?' }] },
    ];
    await expect(modelOf(wire).doGenerate({ prompt })).rejects.toMatchObject({ statusCode: 400 });
  });
});
