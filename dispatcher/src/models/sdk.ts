import type { AnthropicProvider } from '@ai-sdk/anthropic';

/** The shape that every provider package of the AI SDK gives a model; taken from one of them, so that no further dependency is needed. */
export type LanguageModel = ReturnType<AnthropicProvider['languageModel']>;
export type CallOptions = Parameters<LanguageModel['doStream']>[0];
type StreamResult = Awaited<ReturnType<LanguageModel['doStream']>>;
export type StreamPart = StreamResult['stream'] extends ReadableStream<infer Part> ? Part : never;
export type FinishPart = Extract<StreamPart, { type: 'finish' }>;
export type ReportedUsage = FinishPart['usage'];
export type Prompt = CallOptions['prompt'];
export type PromptMessage = Prompt[number];
export type ProviderMetadata = FinishPart['providerMetadata'];
