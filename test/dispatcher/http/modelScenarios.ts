import type { ModelsConfig } from '@agent-factory/contract';
import type { DispatcherFileInput } from '../../../dispatcher/src/config';
import { providerModels, type ProviderReply, type ScriptedProvider } from '../../support/modelProvider';
import { agentToken, finish, type Asked, type Factory } from './harness';
import type { Scenario } from './scenarios';

const type = 'backend';
const body = { model: 'works', messages: [{ role: 'user', content: 'Say hello' }] };

/** Models on a scripted provider; the one that is limited has a provider of its own, since a limit holds for all of its models. */
export function modelsOf(provider: ScriptedProvider, keyFile: string): NonNullable<DispatcherFileInput['models']> {
  const wire = { kind: 'openai-compatible' as const, base_url: provider.urls.openai, api_key_file: keyFile };
  const [name] = providerModels.openai;
  return {
    providers: { main: wire, limited: wire },
    models: {
      works: { provider: 'main', model: name },
      limited: { provider: 'limited', model: name },
      slow: { provider: 'main', model: name, first_byte_timeout_ms: 100 },
    } satisfies Record<string, Partial<ModelsConfig['models'][string]>>,
  };
}

/** Requests that would succeed, but that nobody holds the task which they name. */
export async function modelSamples(): Promise<Record<string, { address: string; asked: Asked }>> {
  const headers = { 'x-task-id': `${type}-${'0'.repeat(26)}`, 'x-task-epoch': '1' };
  return {
    completeChat: {
      address: '/model/v1/chat/completions',
      asked: { body, headers, token: await agentToken('agent-1', type) },
    },
    listChatModels: { address: '/model/v1/models', asked: {} },
  };
}

/** What provokes each outcome of the model gateway that is not provoked alike for all. */
export function modelScenarios(provider: ScriptedProvider): Record<string, Record<string, Scenario>> {
  const call = async (
    factory: Factory,
    how: { reply?: ProviderReply; over?: object; limits?: object; agent?: string; lease?: 'none' | 'over' } = {},
  ) => {
    provider.reset();
    if (how.reply !== undefined) provider.script(how.reply);
    const headers =
      how.lease === 'none'
        ? { 'x-task-id': `${type}-${'0'.repeat(26)}`, 'x-task-epoch': '1' }
        : await leased(factory, how.limits, how.lease === 'over');
    const token = await agentToken(how.agent ?? 'agent-1', type);
    return factory.ask('POST', '/model/v1/chat/completions', { body: { ...body, ...how.over }, headers, token });
  };
  const hello: ProviderReply = { kind: 'answer', text: ['Hello'] };
  return {
    completeChat: {
      200: (factory) => call(factory, { reply: hello }),
      INVALID_ARGUMENT: (factory) => call(factory, { over: { messages: [] } }),
      MODEL_NOT_CONFIGURED: (factory) => call(factory, { over: { model: 'none' } }),
      TASK_NOT_FOUND: (factory) => call(factory, { lease: 'none' }),
      LEASE_EXPIRED: (factory) => call(factory, { lease: 'over' }),
      LEASE_NOT_HELD: (factory) => call(factory, { agent: 'agent-2' }),
      BUDGET_SPENT: (factory) => call(factory, { limits: { max_tokens: 1 } }),
      MODEL_RATE_LIMITED: (factory) =>
        call(factory, { reply: { kind: 'error', status: 429 }, over: { model: 'limited' } }),
      MODEL_FAILED: (factory) => call(factory, { reply: { kind: 'error', status: 403 } }),
      MODEL_TIMEOUT: (factory) => call(factory, { reply: { kind: 'silence' }, over: { model: 'slow' } }),
    },
    listChatModels: { 200: (factory) => factory.ask('GET', '/model/v1/models') },
  };
}

/** Headers that name a lease which agent-1 holds, or held. */
async function leased(factory: Factory, limits: object = {}, over = false): Promise<Record<string, string>> {
  const task = { type, brain: { kind: 'model', prompt: 'x' }, limits };
  await factory.ask('POST', '/v1/tasks', { body: task });
  if (over) return { 'x-task-id': await finish(factory.queue, type, 'succeeded'), 'x-task-epoch': '1' };
  const [work] = await factory.queue.claim(type, 'agent-1', 1);
  if (work === undefined) throw new Error('nothing waits');
  return { 'x-task-id': work.id, 'x-task-epoch': String(work.epoch) };
}
