import type { ProviderConfig } from '@agent-factory/contract';
import type { ModelTarget } from './catalogue';
import { readKey, type Environment } from './keys';
import type { LanguageModel } from './sdk';

/** Makes a model that can be called; the provider's package is loaded at the first call that needs it. */
export interface ModelSource {
  /** Throws MODEL_FAILED when the key cannot be read. */
  open(target: ModelTarget): Promise<LanguageModel>;
  /** Every key in use, so that no text that leaves the gateway holds one. */
  keys(): readonly string[];
}

/** A name under which options reach the OpenAI-compatible package. */
export const openAiCompatibleName = 'factory';

interface Opened {
  key: string | undefined;
  open: (model: string) => LanguageModel;
}

/** Models of the configured providers. A provider is made anew when its key changes. */
export function modelSource(environment: Environment): ModelSource {
  const opened = new Map<string, Opened>();
  return {
    open: async ({ model, provider, providerName }) => {
      const key = await readKey(providerName, provider, environment);
      const known = opened.get(providerName);
      if (known !== undefined && known.key === key) return known.open(model.model);
      const fresh = { key, open: await openProvider(provider, key) };
      opened.set(providerName, fresh);
      return fresh.open(model.model);
    },
    keys: () => [...opened.values()].flatMap(({ key }) => (key === undefined ? [] : [key])),
  };
}

/** A key must not follow a redirect to another host, so there are none. */
const directFetch: typeof fetch = (input, init) => fetch(input, { ...init, redirect: 'error' });

type ModelFactory = (model: string) => LanguageModel;
type ProviderOf<Kind extends ProviderConfig['kind']> = Extract<ProviderConfig, { kind: Kind }>;

/** Every setting is given outright: the packages would else look for one in the environment. */
function openProvider(provider: ProviderConfig, key: string | undefined): Promise<ModelFactory> {
  if (provider.kind === 'openai-compatible') return openOpenAiCompatible(provider, key);
  if (provider.kind === 'anthropic') return openAnthropic(provider, key);
  return openVertex(provider, key);
}

async function openOpenAiCompatible(
  provider: ProviderOf<'openai-compatible'>,
  key: string | undefined,
): Promise<ModelFactory> {
  const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
  const made = createOpenAICompatible({
    name: openAiCompatibleName,
    baseURL: provider.base_url,
    headers: provider.headers,
    fetch: directFetch,
    includeUsage: true,
    supportsStructuredOutputs: provider.structured_outputs,
    transformRequestBody: (body) => renameMaxTokens(body, provider.max_tokens_field),
    ...(key === undefined ? {} : { apiKey: key }),
  });
  return (model) => made.chatModel(model);
}

async function openAnthropic(provider: ProviderOf<'anthropic'>, key: string | undefined): Promise<ModelFactory> {
  const { createAnthropic } = await import('@ai-sdk/anthropic');
  const made = createAnthropic({
    baseURL: provider.base_url,
    apiKey: key ?? '',
    headers: provider.headers,
    fetch: directFetch,
  });
  return (model) => made.languageModel(model);
}

async function openVertex(provider: ProviderOf<'google-vertex'>, key: string | undefined): Promise<ModelFactory> {
  const { createVertex } = await import('@ai-sdk/google-vertex');
  const { base_url: baseURL, project, location, credentials_file: keyFilename } = provider;
  const made = createVertex({
    apiKey: key ?? '',
    headers: provider.headers,
    fetch: directFetch,
    ...(baseURL === undefined ? {} : { baseURL }),
    ...(project === undefined ? {} : { project }),
    ...(location === undefined ? {} : { location }),
    ...(keyFilename === undefined ? {} : { googleAuthOptions: { keyFilename } }),
  });
  return (model) => made.languageModel(model);
}

function renameMaxTokens(body: Record<string, unknown>, field: string): Record<string, unknown> {
  const { max_tokens: maxTokens, ...rest } = body;
  return maxTokens === undefined ? rest : { ...rest, [field]: maxTokens };
}
