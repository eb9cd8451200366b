import {
  FactoryError,
  type ModelList,
  type ModelConfig,
  type ModelsConfig,
  type ProviderConfig,
  type ModelTier,
} from '@agent-factory/contract';
import { cacheWritePrice, cachedInputPrice } from './usage';

/** A configured model with its provider. */
export interface ModelTarget {
  id: string;
  model: ModelConfig;
  providerName: string;
  provider: ProviderConfig;
  /** The tier asked for, else the first that the model serves, else `none`; a label of metrics. */
  tier: ModelTier | 'none';
}

/** Finds what a request's `model` means: a configured id, or `tier:small|standard|large`. Throws MODEL_NOT_CONFIGURED. */
export function resolveModel(config: ModelsConfig, requested: string): ModelTarget {
  const byTier = requested.startsWith('tier:');
  const tier = byTier ? requested.slice('tier:'.length) : undefined;
  const found = Object.entries(config.models).find(([id, model]) =>
    byTier ? model.tiers.some((served) => served === tier) : id === requested,
  );
  if (found === undefined)
    throw new FactoryError(
      'MODEL_NOT_CONFIGURED',
      `No model is configured for ${JSON.stringify(requested.slice(0, 100))}`,
    );
  const [id, model] = found;
  const provider = config.providers[model.provider];
  if (provider === undefined)
    throw new FactoryError('MODEL_NOT_CONFIGURED', `The provider of model ${id} is not configured`);
  return {
    id,
    model,
    providerName: model.provider,
    provider,
    tier: model.tiers.find((served) => served === tier) ?? model.tiers[0] ?? 'none',
  };
}

/** The models on offer, for GET /v1/models. A model without `prices` counts as costing nothing. */
export function listModels(config: ModelsConfig): ModelList {
  return {
    object: 'list',
    data: Object.entries(config.models).flatMap(([id, { provider, tiers, prices }]) => {
      const kind = config.providers[provider]?.kind;
      if (kind === undefined) return [];
      const priced =
        prices === undefined
          ? {}
          : {
              prices: {
                input: prices.input,
                cached_input: cachedInputPrice(prices),
                cache_write: cacheWritePrice(prices),
                output: prices.output,
              },
            };
      return [{ id, provider: kind, tiers: [...tiers], ...priced }];
    }),
  };
}

/** The same list as OpenAI's clients read it, for GET /model/v1/models. */
export function listModelsForOpenAi(config: ModelsConfig): {
  object: 'list';
  data: { id: string; object: 'model'; created: number; owned_by: string }[];
} {
  return {
    object: 'list',
    data: Object.entries(config.models).map(([id, { provider }]) => ({
      id,
      object: 'model' as const,
      created: 0,
      owned_by: provider,
    })),
  };
}
