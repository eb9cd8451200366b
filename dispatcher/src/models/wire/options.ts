import type { ProviderConfig } from '@agent-factory/contract';
import { openAiCompatibleName } from '../providers';
import type { CallOptions } from '../sdk';
import { toPrompt } from './prompt';
import type { ChatRequest } from './request';

/** Everything of a call but its output allowance and its signal. Throws INVALID_ARGUMENT with the path. */
export function toCallOptions(request: ChatRequest, provider: ProviderConfig): CallOptions {
  return {
    prompt: toPrompt(request.messages, provider.kind === 'openai-compatible'),
    includeRawChunks: provider.kind === 'openai-compatible', // for signatures.ts
    ...present({
      temperature: request.temperature,
      topP: request.top_p,
      frequencyPenalty: request.frequency_penalty,
      presencePenalty: request.presence_penalty,
      seed: request.seed,
      stopSequences: typeof request.stop === 'string' ? [request.stop] : request.stop,
      responseFormat: toResponseFormat(request.response_format),
      tools: toTools(request.tools),
      toolChoice: toToolChoice(request.tool_choice),
      providerOptions: toProviderOptions(request, provider),
    }),
  };
}

/** Output tokens that the request asks for. */
export function requestedOutput(request: ChatRequest): number | undefined {
  return request.max_completion_tokens ?? request.max_tokens ?? undefined;
}

function toTools(tools: ChatRequest['tools']): CallOptions['tools'] {
  if (!tools || tools.length === 0) return undefined;
  return tools.map(({ function: { name, description, parameters, strict } }) => ({
    type: 'function',
    name,
    inputSchema: parameters,
    ...present({ description, strict }),
  }));
}

function toToolChoice(choice: ChatRequest['tool_choice']): CallOptions['toolChoice'] {
  if (!choice) return undefined;
  return typeof choice === 'string' ? { type: choice } : { type: 'tool', toolName: choice.function.name };
}

function toResponseFormat(format: ChatRequest['response_format']): CallOptions['responseFormat'] {
  if (!format || format.type === 'text') return undefined;
  if (format.type === 'json_object') return { type: 'json' };
  const { schema, name, description } = format.json_schema;
  return { type: 'json', schema, ...present({ name, description }) };
}

function toProviderOptions(request: ChatRequest, provider: ProviderConfig): CallOptions['providerOptions'] {
  const parallel = request.parallel_tool_calls;
  if (provider.kind === 'openai-compatible') {
    const own = {
      reasoningEffort: request.reasoning_effort,
      parallel_tool_calls: request.tools?.length ? parallel : undefined,
    };
    return { [openAiCompatibleName]: present(own) };
  }
  if (provider.kind === 'anthropic') {
    return {
      anthropic: {
        ...(provider.prompt_caching ? { cacheControl: { type: 'ephemeral' } } : {}),
        ...(parallel === false && request.tools?.length ? { disableParallelToolUse: true } : {}),
      },
    };
  }
  return undefined;
}

/** The object without what is undefined or null. */
function present<T extends object>(value: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined && entry !== null);
  return Object.fromEntries(entries) as { [K in keyof T]?: NonNullable<T[K]> }; // exactly the keys that were kept
}
