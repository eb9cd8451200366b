import { modelListSchema, toFaults, modelsConfigSchema } from '@agent-factory/contract';
import { listModels } from '../../../dispatcher/src/models/catalogue';

const provider = { kind: 'openai-compatible', base_url: 'http://127.0.0.1:8000/v1' };
const model = { provider: 'local', model: 'qwen' };
const config = (providers: object, models: object): unknown => ({ providers, models });

const faultsOf = (value: unknown): string[] => {
  const parsed = modelsConfigSchema.safeParse(value);
  return parsed.success ? [] : toFaults(parsed.error).map(({ path, message }) => `${path}: ${message}`);
};

it('without any model is fine', () => {
  expect(modelsConfigSchema.parse(undefined)).toEqual({ providers: {}, models: {} });
  expect(modelsConfigSchema.parse({})).toEqual({ providers: {}, models: {} });
});

it('says every fault of a part at once, each with its path', () => {
  const models = {
    a: { ...model, tiers: ['small', 'small'] },
    b: { ...model, provider: 'gone', tiers: ['large', 'small'] },
  };
  expect(faultsOf(config({ local: provider }, models))).toEqual([
    'models.a.tiers[1]: small is already served by a',
    'models.b.provider: no provider is called gone',
    'models.b.tiers[1]: small is already served by a',
  ]);
});

it.each([
  ['a key in the file', { ...provider, api_key: 'sk-1' }, 'providers.local.api_key: is not a known field'],
  [
    'a key among the headers',
    { ...provider, headers: { Authorization: 'Bearer x' } },
    'providers.local.headers.Authorization: carries a key: give api_key_env or api_key_file instead',
  ],
  [
    'two places for one key',
    { ...provider, api_key_env: 'A', api_key_file: '/a' },
    'providers.local.api_key_file: give one of api_key_env and api_key_file',
  ],
  ['Anthropic without a key', { kind: 'anthropic' }, 'providers.local.api_key_env: give api_key_env or api_key_file'],
  [
    'Vertex without a project',
    { kind: 'google-vertex', location: 'us-central1' },
    'providers.local.project: is needed unless an API key (express mode) is given',
  ],
  [
    'a base URL that is none',
    { ...provider, base_url: 'file:///x' },
    'providers.local.base_url: is not an http or https URL',
  ],
])('refuses %s', (_case, faulty, fault) => {
  expect(faultsOf(config({ local: faulty }, { a: model }))).toContain(fault);
});

it.each([
  ['a model named like a tier', { 'tier:small': model }],
  ['a negative price', { a: { ...model, prices: { input: -1, output: 1 } } }],
  ['a time limit of nothing', { a: { ...model, timeout_ms: 0 } }],
  ['an unknown field', { a: { ...model, temperature: 1 } }],
])('refuses %s', (_case, models) => {
  expect(faultsOf(config({ local: provider }, models))).not.toEqual([]);
});

it('lists models as the contract has them, prices with their defaults and without any key', () => {
  const parsed = modelsConfigSchema.parse(
    config(
      { local: provider, claude: { kind: 'anthropic', api_key_env: 'SECRET_NAME' } },
      { a: { ...model, tiers: ['small'] }, b: { provider: 'claude', model: 'x', prices: { input: 4, output: 20 } } },
    ),
  );
  const list = listModels(parsed);
  expect(modelListSchema.parse(list)).toEqual({
    object: 'list',
    data: [
      { id: 'a', provider: 'openai-compatible', tiers: ['small'] },
      { id: 'b', provider: 'anthropic', tiers: [], prices: { input: 4, cached_input: 4, cache_write: 5, output: 20 } },
    ],
  });
  expect(JSON.stringify(list)).not.toContain('SECRET_NAME');
});
