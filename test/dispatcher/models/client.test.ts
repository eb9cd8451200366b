import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, jsonSchema, isStepCount, streamText, tool, type LanguageModel, type ToolSet } from 'ai';
import { startModelProvider, type ScriptedProvider } from '../../support/modelProvider';
import { agentToken, configFor, everyWire, startGateway, taskId, type RunningGateway } from './harness';

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

/** A model as an agent sees it: by the AI SDK, through the gateway. */
function modelAt(url: string, model: string): LanguageModel {
  const factory = createOpenAICompatible({
    name: 'factory',
    baseURL: url,
    includeUsage: true,
    headers: { authorization: agentToken, 'x-task-id': taskId, 'x-task-epoch': '3' },
  });
  return factory.chatModel(model);
}

const weather: ToolSet = {
  weather: tool({
    description: 'The weather of a city',
    inputSchema: jsonSchema<{ city: string }>({
      type: 'object',
      properties: { city: { type: 'string' } },
      required: ['city'],
    }),
    execute: async ({ city }) => `Rain in ${city}`,
  }),
};

describe.each(everyWire)('an AI SDK client through the gateway to the %s wire', (wire, model) => {
  it('gets a text with its usage', async () => {
    provider.script({ kind: 'answer', text: ['Hello', ', world'], usage: { input: 20, output: 7, cached: 8 } });
    const result = await generateText({
      model: modelAt(gateway.url, model),
      instructions: 'Be kind.',
      prompt: 'Say hello',
      maxRetries: 0,
    });
    expect(result.text).toBe('Hello, world');
    expect(result.finishReason).toBe('stop');
    expect(result.usage).toMatchObject({
      inputTokens: 20,
      outputTokens: 7,
      totalTokens: 27,
      inputTokenDetails: { cacheReadTokens: 8 },
    });
    expect(gateway.lease.added).toEqual([
      {
        input_tokens: 20,
        output_tokens: 7,
        cost_usd: 0.0001434, // 12 fresh, 8 cached and 7 out, at 3, 0.3 and 15 a million
        model_calls: 1,
        tool_calls: 0,
      },
    ]);
    expect(provider.requests.map((request) => request.wire)).toEqual([wire]);
  });

  it('gets a streamed text piece by piece, and its usage', async () => {
    provider.script({ kind: 'answer', text: ['One', ' two', ' three'] });
    const result = streamText({ model: modelAt(gateway.url, model), prompt: 'Count', maxRetries: 0 });
    const pieces: string[] = [];
    for await (const piece of result.textStream) pieces.push(piece);
    expect(pieces).toEqual(['One', ' two', ' three']);
    expect(await result.usage).toMatchObject({ inputTokens: 10, outputTokens: 5 });
    expect(gateway.lease.usage).toMatchObject({ input_tokens: 10, output_tokens: 5, model_calls: 1 });
  });

  it.each([
    ['whole', generateSteps],
    ['streamed', streamSteps],
  ] as const)('calls tools in parallel, answers them and goes on, %s', async (_how, run) => {
    provider.script(
      {
        kind: 'answer',
        text: ['Let me look.'],
        toolCalls: [
          { id: 'toolu_1', name: 'weather', input: { city: 'Oslo' }, signature: 'sig-1' },
          { id: 'toolu_2', name: 'weather', input: { city: 'Łódź "x"' } },
        ],
      },
      { kind: 'answer', toolCalls: [{ id: 'toolu_3', name: 'weather', input: { city: 'Rome' } }] },
      { kind: 'answer', text: ['It rains everywhere.'] },
    );
    const { text, calls } = await run(modelAt(gateway.url, model));
    expect(text).toBe('It rains everywhere.');
    expect(calls).toEqual([{ city: 'Oslo' }, { city: 'Łódź "x"' }, { city: 'Rome' }]);
    // each wire itself refuses answers that do not fit their calls, so three requests mean that all went back in the right form
    expect(provider.requests).toHaveLength(3);
    const last = JSON.stringify(provider.requests[2]?.body);
    expect(last).toContain('Rain in Łódź');
    // Gemini's, also behind OpenAI's wire; Anthropic has none
    expect(last.includes('sig-1')).toBe(wire !== 'anthropic');
    expect(gateway.lease.usage).toMatchObject({ input_tokens: 30, output_tokens: 15, model_calls: 3 });
  });

  it('gets a tool call without arguments as an empty object', async () => {
    provider.script({ kind: 'answer', toolCalls: [{ name: 'now', input: {} }] });
    const now: ToolSet[string] = tool({ inputSchema: jsonSchema<object>({ type: 'object', properties: {} }) });
    const result = await generateText({
      model: modelAt(gateway.url, model),
      prompt: 'When?',
      tools: { now },
      toolChoice: 'required',
      maxRetries: 0,
    });
    expect(result.toolCalls).toMatchObject([{ toolName: 'now', input: {} }]);
    expect(result.finishReason).toBe('tool-calls');
  });

  it.each([
    ['length', 'length'],
    ['filter', 'content-filter'],
  ] as const)('is told that an answer ended by %s', async (finish, reason) => {
    provider.script({ kind: 'answer', text: ['Once upon'], finish });
    const result = await generateText({ model: modelAt(gateway.url, model), prompt: 'Tell', maxRetries: 0 });
    expect(result.finishReason).toBe(reason);
  });
});

async function generateSteps(model: LanguageModel): Promise<{ text: string; calls: unknown[] }> {
  const result = await generateText({
    model,
    prompt: 'Weather?',
    tools: weather,
    stopWhen: isStepCount(5),
    maxRetries: 0,
  });
  return {
    text: result.text,
    calls: result.steps.flatMap((step) => step.toolCalls.map((call): unknown => call.input)),
  };
}

async function streamSteps(model: LanguageModel): Promise<{ text: string; calls: unknown[] }> {
  const result = streamText({ model, prompt: 'Weather?', tools: weather, stopWhen: isStepCount(5), maxRetries: 0 });
  const steps = await result.steps;
  return { text: await result.text, calls: steps.flatMap((step) => step.toolCalls.map((call): unknown => call.input)) };
}
