import { FactoryError, isErrorCode, type Json, type ModelBrain } from '@agent-factory/contract';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { isStepCount, streamText, type LanguageModelUsage } from 'ai';
import { z } from 'zod';
import { errorCode } from '../../errorCode';
import type { Brain, BrainContext } from '../brain';
import { gatewayFetch } from './gatewayFetch';
import { modelTools } from './modelTools';
import { systemPrompt } from './prompt';

/** Lets a model decide which tools to call, until it answers in words or its steps are spent. Answers `{text, finish_reason, steps}`. */
export function modelBrain(spec: ModelBrain): Brain {
  return { run: (context) => runModel(spec, context) };
}

async function runModel(spec: ModelBrain, context: BrainContext): Promise<{ output: Json }> {
  const { tools, signal, type, assignment } = context;
  const { tools: descriptions, faults } = await tools.describe();
  for (const { server, message } of faults) context.log(`MCP server ${server} cannot be used: ${message}`);
  let steps = 0;
  const result = streamText({
    model: gatewayModel(spec, context),
    instructions: systemPrompt(type, assignment.spec.inputs),
    prompt: spec.prompt,
    tools: modelTools(descriptions, tools, () => `model_${steps + 1}`),
    stopWhen: isStepCount(spec.max_steps),
    prepareStep: ({ stepNumber }) => {
      // The last step must be an answer, and so must the one after the last tool call that the limits allow.
      const mustAnswer = (stepNumber === spec.max_steps - 1 && spec.max_steps > 1) || tools.left <= 0;
      return mustAnswer ? { toolChoice: 'none' } : {};
    },
    maxOutputTokens: spec.max_output_tokens,
    // The gateway's answers say what may be tried again and when; see gatewayFetch.
    maxRetries: 0,
    abortSignal: signal,
    onError: () => undefined,
  });

  let text = '';
  let finishReason = 'other';
  try {
    for await (const part of result.stream) {
      if (part.type === 'start-step') text = '';
      else if (part.type === 'text-delta') text += part.text;
      else if (part.type === 'error') throw part.error;
      else if (part.type === 'abort') signal.throwIfAborted();
      else if (part.type === 'finish-step') {
        steps += 1;
        finishReason = part.finishReason;
        context.addUsage({ model_calls: 1, ...countsOf(part.usage) });
        context.progress({ step: `model_${steps}`, done: steps, total: 0 });
        if (text !== '') context.log(text.slice(0, 16_000));
      }
    }
  } catch (error) {
    throw toFactoryError(error, signal);
  }
  signal.throwIfAborted();
  return { output: { text, finish_reason: finishReason, steps } };
}

function gatewayModel(spec: ModelBrain, context: BrainContext): ReturnType<ReturnType<typeof createOpenAICompatible>> {
  const { assignment, model, clock, signal, log, type } = context;
  const provider = createOpenAICompatible({
    name: 'factory',
    baseURL: model.url,
    includeUsage: true,
    fetch: gatewayFetch({ lease: assignment, token: model.token, clock, signal, log }),
  });
  return provider(spec.model ?? `tier:${type.model_tier}`);
}

const pricedSchema = z.object({ cost_usd: z.number().min(0) });

function countsOf(usage: LanguageModelUsage): { input_tokens: number; output_tokens: number; cost_usd: number } {
  return {
    input_tokens: usage.inputTokens ?? 0,
    output_tokens: usage.outputTokens ?? 0,
    cost_usd: pricedSchema.safeParse(usage.raw).data?.cost_usd ?? 0,
  };
}

const toldSchema = z.object({ message: z.string(), code: z.unknown() });

/** Errors come from our fetch, from an event in the middle of an answer, or from the SDK when an answer breaks off or cannot be read. */
function toFactoryError(error: unknown, signal: AbortSignal): FactoryError {
  if (signal.aborted && signal.reason instanceof FactoryError) return signal.reason;
  if (error instanceof FactoryError) return error;
  if (error instanceof Error && error.cause instanceof FactoryError) return error.cause;
  const told = toldSchema.safeParse(error).data;
  const message = (told?.message ?? String(error)).slice(0, 2_000);
  if (isErrorCode(told?.code)) return new FactoryError(told.code, message, { cause: error });
  const why = errorCode(error);
  const reason = why === undefined ? message : `${message} (${why})`;
  return new FactoryError('MODEL_FAILED', `the model's answer broke off: ${reason}`, { cause: error });
}
