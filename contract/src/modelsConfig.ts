import { z } from 'zod';

const name = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'is not lower case letters, digits and dashes');

const baseUrl = z.url({ protocol: /^https?$/, error: 'is not an http or https URL' });

/** Headers that carry keys: those come from `api_key_env` or `api_key_file`, so that no configuration file holds one. */
const secretHeaders = new Set([
  'authorization',
  'proxy-authorization',
  'x-api-key',
  'x-goog-api-key',
  'api-key',
  'cookie',
]);

const headers = z
  .record(z.string().regex(/^[A-Za-z0-9-]{1,64}$/), z.string().max(1_000))
  .superRefine((record, context) => {
    for (const header of Object.keys(record)) {
      if (secretHeaders.has(header.toLowerCase())) {
        context.addIssue({
          code: 'custom',
          path: [header],
          message: 'carries a key: give api_key_env or api_key_file instead',
        });
      }
    }
  })
  .default({});

const common = {
  api_key_env: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/)
    .optional()
    .describe('Environment variable of the dispatcher that holds the key'),
  api_key_file: z
    .string()
    .min(1)
    .max(4_096)
    .optional()
    .describe('File that holds the key; read again at each call, so that it can be rotated'),
  headers: headers.describe('Further headers of every call; none that carries a key'),
  max_concurrent: z.int().min(1).max(10_000).default(32).describe('Calls at a time from this replica'),
};

const openAiCompatible = z.strictObject({
  kind: z.literal('openai-compatible'),
  base_url: baseUrl.describe('With its version, such as https://api.openai.com/v1'),
  ...common,
  max_tokens_field: z
    .enum(['max_tokens', 'max_completion_tokens'])
    .default('max_tokens')
    .describe('max_completion_tokens for newer models of OpenAI itself, which refuse the other'),
  structured_outputs: z.boolean().default(true).describe('false: a JSON schema is not sent, only the wish for JSON'),
});

const anthropic = z.strictObject({
  kind: z.literal('anthropic'),
  base_url: baseUrl.default('https://api.anthropic.com/v1'),
  ...common,
  prompt_caching: z
    .boolean()
    .default(true)
    .describe('Asks the provider to cache the prompt, which an agent sends again at each step'),
});

const googleVertex = z.strictObject({
  kind: z.literal('google-vertex'),
  base_url: baseUrl.optional().describe('Without it, the address of the location'),
  ...common,
  project: z
    .string()
    .regex(/^[a-z][a-z0-9:.-]{3,62}$/)
    .optional(),
  location: z
    .string()
    .regex(/^[a-z0-9-]{2,40}$/)
    .optional(),
  credentials_file: z
    .string()
    .min(1)
    .max(4_096)
    .optional()
    .describe("Credentials of Google Cloud; without it, the application's default ones (on GKE: workload identity)"),
});

/** A provider of models: where it is and where its key is, never the key itself. */
const providerConfigSchema = z
  .discriminatedUnion('kind', [openAiCompatible, anthropic, googleVertex])
  .superRefine((provider, context) => {
    const fault = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message });
    const hasKey = provider.api_key_env !== undefined || provider.api_key_file !== undefined;
    if (provider.api_key_env !== undefined && provider.api_key_file !== undefined)
      fault('api_key_file', 'give one of api_key_env and api_key_file');
    if (provider.kind === 'anthropic' && !hasKey) fault('api_key_env', 'give api_key_env or api_key_file');
    if (provider.kind === 'google-vertex' && hasKey && provider.credentials_file !== undefined) {
      fault('credentials_file', 'an API key (express mode) takes no credentials file');
    }
    if (provider.kind === 'google-vertex' && !hasKey) {
      for (const field of ['project', 'location'] as const) {
        if (provider[field] === undefined) fault(field, 'is needed unless an API key (express mode) is given');
      }
    }
  });

const price = z.number().min(0).max(100_000);

/** US dollars a million tokens. */
const pricesSchema = z.strictObject({
  input: price,
  cached_input: price.optional().describe('Input read from a cache. Defaults to input'),
  cache_write: price.optional().describe('Input written to a cache. Defaults to 1.25 × input'),
  output: price.describe('Reasoning included'),
});

const tierSchema = z.enum(['small', 'standard', 'large']);

/** A model as agents name it. */
const modelConfigSchema = z.strictObject({
  provider: name,
  model: z.string().min(1).max(200).describe("The provider's name for it"),
  tiers: z.array(tierSchema).max(3).default([]).describe('Tiers of agent types that it serves'),
  prices: pricesSchema
    .optional()
    .describe('Without them a call counts as costing nothing, so max_cost_usd does not bind it'),
  max_output_tokens: z.int().min(1).max(1_000_000).default(8_192).describe('Of one call'),
  timeout_ms: z.int().min(100).max(3_600_000).default(300_000).describe('Of one call, with waits and retries'),
  first_byte_timeout_ms: z
    .int()
    .min(100)
    .max(3_600_000)
    .default(60_000)
    .describe('Until the provider begins to answer'),
});

/** The `models` part of the dispatcher's configuration. Every fault is found at once, each with its path. */
export const modelsConfigSchema = z
  .strictObject({
    providers: z.record(name, providerConfigSchema).default({}),
    models: z
      .record(z.string().regex(/^(?!tier:)[A-Za-z0-9][A-Za-z0-9._:/-]{0,79}$/, 'is not a model id'), modelConfigSchema)
      .default({}),
  })
  .superRefine(({ providers, models }, context) => {
    const servedBy = new Map<string, string>();
    for (const [id, model] of Object.entries(models)) {
      if (!Object.hasOwn(providers, model.provider)) {
        context.addIssue({
          code: 'custom',
          path: ['models', id, 'provider'],
          message: `no provider is called ${model.provider}`,
        });
      }
      model.tiers.forEach((tier, index) => {
        const other = servedBy.get(tier);
        if (other !== undefined) {
          context.addIssue({
            code: 'custom',
            path: ['models', id, 'tiers', index],
            message: `${tier} is already served by ${other}`,
          });
        }
        servedBy.set(tier, id);
      });
    }
  })
  .prefault({});

export type ModelTier = z.output<typeof tierSchema>;
export type ProviderConfig = z.output<typeof providerConfigSchema>;
export type ModelConfig = z.output<typeof modelConfigSchema>;
export type Prices = z.output<typeof pricesSchema>;
export type ModelsConfig = z.output<typeof modelsConfigSchema>;
